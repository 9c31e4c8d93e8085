import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { unknownWord } from '../../harness/nearest.ts';
import type { Act } from '../cli.ts';
import type { Io } from '../io.ts';

const defaultStore = '.attnbench-history';

const help = `
The history is a folder of text files, made to be kept in git: lines are only added, and branches merge without
conflicts. It holds ratios, never times, so machines of one sort may be slow one day and fast the next.

Examples:
  attnbench compare --base main~1 --out compared && attnbench history add compared
  attnbench history show flash
  attnbench history show --html trend.html
  attnbench history check
  attnbench history accept flash 3f9a0c7 --note "exact softmax needs the second pass"`;

interface Flags {
  readonly store: string;
  readonly json?: boolean;
}

const shared = ({ store, json }: Flags): { readonly store: string; readonly json: boolean } => ({
  store,
  json: json === true,
});

export function register(program: Command, io: Io, act: Act): void {
  const history = program
    .command('history')
    .summary('what comparisons said over time: kept in git, checked for steps')
    .description('Keeps what comparisons found, commit by commit, and finds the steps in it.')
    .addHelpText('afterAll', help)
    // Whatever follows a word that is no sub-command: the word is the mistake to tell.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_options: object, command: Command) =>
      act(async () => {
        const [word] = command.args;
        throw new UsageError(
          word === undefined
            ? 'name what to do: history add, show, check or accept; attnbench history --help shows examples'
            : unknownWord('history command', word, ['add', 'show', 'check', 'accept']),
        );
      }),
    );
  const sub = (usage: string, summary: string): Command =>
    history
      .command(usage)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
      .option('--store <folder>', 'where the history lies', defaultStore)
      .option('--json', 'print JSON');

  sub('add', 'adds what comparisons found; what is there already is not added twice')
    .argument('<folders...>', 'folders that attnbench compare has written')
    .action((folders: readonly string[], flags: Flags) =>
      act(async () => (await import('../history.ts')).addToHistory(folders, shared(flags), io)),
    );
  sub('show', 'prints the trends and their steps, of all cases or of those named')
    .argument('[names...]', 'case ids or kernels')
    .option('--html <file>', 'also write a page with a chart for each case')
    .action((names: readonly string[], flags: Flags & { readonly html?: string }) =>
      act(async () =>
        (await import('../history.ts')).showHistory(
          { ...shared(flags), names, html: flags.html ?? null },
          io,
        ),
      ),
    );
  sub('check', 'fails with exit code 1 where a case became slower and nobody accepted it')
    .argument('[names...]', 'case ids or kernels')
    .action((names: readonly string[], flags: Flags) =>
      act(async () => (await import('../history.ts')).checkHistory({ ...shared(flags), names }, io)),
    );
  sub('accept', 'says that a slow-down is meant, and why; it no longer alarms')
    .argument('<case or kernel>')
    .argument('<commit>', 'where the new level begins; its first letters will do')
    .requiredOption('--note <why>', 'the reason, for those who read the trend')
    .action((target: string, commit: string, flags: Flags & { readonly note: string }) =>
      act(async () =>
        (await import('../history.ts')).acceptStep(
          { ...shared(flags), target, commit, note: flags.note },
          io,
        ),
      ),
    );
}
