import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { recordsFile } from '../../harness/hosts/run-folder.ts';
import type { ProfileFormat } from '../../reports/formats.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import { browserHelp, browserOption, hostHelp, hostOption } from '../choose-host.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import {
  axisHelp,
  axisOption,
  caseTimeoutOption,
  collect,
  kernelFileHelp,
  kernelFileOption,
  secondsPerCaseOption,
  profileFormatList,
} from '../options.ts';

interface ProfileFlags {
  readonly from?: string;
  readonly adapter?: string;
  readonly host?: string;
  readonly browser?: string;
  readonly axis?: readonly string[];
  readonly kernel?: readonly string[];
  readonly out?: string;
  readonly dump?: boolean;
  /** False for --no-peaks. */
  readonly peaks: boolean;
  readonly secondsPerCase?: number;
  readonly caseTimeout: number;
  readonly format?: readonly ProfileFormat[];
  readonly json?: boolean;
}

const help = `
For each case: the GPU time of every pass with its share, what the pass computes and moves, how much of each measured peak
that is and what bounds it, its workgroups against the adapter's limits, and the host's part: compiling, first dispatch,
encoding, submit, queue. Two cases of one shape are set side by side, pass by pass.

DIR/profile gets tables (Markdown, CSV, LaTeX), stacked charts (by n where several are profiled), index.html, profile.json,
and trace.json for https://ui.perfetto.dev or chrome://tracing.

Examples:
  attnbench profile naive:n=1024                                    one case
  attnbench profile naive:n=1024 flash:n=1024                       which pass makes the difference
  attnbench profile flash:n=1024 -a variant=tile,broadcast          two variants
  attnbench profile my-flash:n=1024 flash:n=1024 --kernel my-flash.wgsl   your own beside ours
  attnbench profile naive:d=64 -a n=256:4096:*2                     how the shares move with n
  attnbench profile runs/scaling                                    what an earlier run says of its passes
  attnbench profile --from runs/scaling flash:n=4096,heads=8,d=64   one case of it
  attnbench profile flash:n=1024 --dump                             the WGSL that ran, as DIR/profile/wgsl/*.wgsl`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('profile')
    .summary('where the time of a case goes, pass by pass; trace')
    .description('Measures cases, or reads a stored run, and says where their time goes, pass by pass.')
    .argument('[case ids or run folder...]')
    .option('--from <folder>', 'draw the cases of this run instead of measuring')
    .option(adapterOption, `${adapterHelp} (default: "auto")`)
    .option(hostOption, `${hostHelp} (default: "node")`)
    .option(browserOption, browserHelp)
    .option(axisOption, axisHelp, collect)
    .option(kernelFileOption, kernelFileHelp, collect)
    .option(
      '-o, --out <folder>',
      'where run and profile are kept (default: runs/profile-<time>, or the run drawn)',
    )
    .option('--dump', 'write the specialised WGSL of each pass and the plan, into DIR/profile/wgsl')
    .option('--no-peaks', 'hold no pass against what the adapter can do at most (attnbench peaks)')
    .addOption(secondsPerCaseOption())
    .addOption(caseTimeoutOption())
    .option(
      '--format <names>',
      'which files: html, svg, pdf, png, csv, md, tex, json, trace, separated by commas (default: all)',
      profileFormatList,
    )
    .option('--json', 'print the profile as JSON instead of tables')
    .addHelpText('after', help)
    .action((words: readonly string[], flags: ProfileFlags) =>
      act((commandLine) => profile(words, flags, commandLine, io)),
    );
}

/** A folder of a run; a word that is both a folder and no run gets the sentence of reading it. */
const isRunFolder = (word: string): boolean =>
  existsSync(recordsFile(word)) || (!word.includes(':') && existsSync(word) && statSync(word).isDirectory());

/** The one folder to draw, or null to measure; and the case ids. */
function sourceOf(
  words: readonly string[],
  flags: ProfileFlags,
): { readonly folder: string | null; readonly ids: readonly string[] } {
  const folders = [...(flags.from === undefined ? [] : [flags.from]), ...words.filter(isRunFolder)];
  const ids = words.filter((word) => !isRunFolder(word));
  if (folders.length > 1) {
    throw new UsageError(`profile draws one run at a time, not ${folders.join(' and ')}`);
  }
  const [folder = null] = folders;
  if (folder === null) {
    if (ids.length > 0) return { folder, ids };
    throw new UsageError(
      'name a case id, such as: attnbench profile flash:n=1024, or the folder of an earlier run',
    );
  }
  const measuring = [
    ...(flags.adapter === undefined ? [] : ['--adapter']),
    ...(flags.host === undefined ? [] : ['--host']),
    ...(flags.browser === undefined ? [] : ['--browser']),
    ...(flags.axis === undefined ? [] : ['-a']),
    ...(flags.kernel === undefined ? [] : ['--kernel']),
    ...(flags.secondsPerCase === undefined ? [] : ['--seconds-per-case']),
    ...(flags.dump === true ? ['--dump'] : []),
    ...(flags.peaks ? [] : ['--no-peaks']),
  ];
  if (measuring.length > 0) {
    throw new UsageError(
      `${folder} is drawn as it was measured; leave out ${measuring.join(', ')}, or the folder`,
    );
  }
  return { folder, ids };
}

async function profile(
  words: readonly string[],
  flags: ProfileFlags,
  commandLine: string,
  io: Io,
): Promise<ExitCode> {
  const { folder, ids } = sourceOf(words, flags);
  const output = { json: flags.json === true, formats: flags.format };
  const { profileStored, profileMeasured } = await import('../profile.ts');
  if (folder !== null) return profileStored(folder, ids, { ...output, out: flags.out ?? folder }, io);
  return profileMeasured(
    {
      commandLine,
      ids,
      adapter: flags.adapter ?? null,
      where: flags,
      axes: flags.axis ?? [],
      kernelFiles: flags.kernel ?? [],
      out: flags.out ?? null,
      dump: flags.dump === true,
      peaks: flags.peaks,
      secondsPerCase: flags.secondsPerCase ?? null,
      caseTimeoutSeconds: flags.caseTimeout,
    },
    output,
    io,
  );
}
