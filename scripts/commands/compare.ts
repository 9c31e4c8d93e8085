import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { defaultComparisonFormats } from '../../reports/formats.ts';
import type { ComparisonFormat } from '../../reports/formats.ts';
import type { HostWords } from '../choose-host.ts';
import { browserHelp, browserOption, hostHelp, hostOption, readHost } from '../choose-host.ts';
import type { Act } from '../cli.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import {
  axisHelp,
  axisOption,
  caseTimeoutOption,
  collect,
  comparisonFormatList,
  comparisonFormatsHelp,
  formatOption,
  kernelFileHelp,
  kernelFileOption,
  kernelsHelp,
  kernelsOption,
  positiveSeconds,
  wordList,
} from '../options.ts';

interface CompareFlags extends HostWords {
  readonly base?: string;
  readonly installBase?: string;
  readonly head?: string;
  readonly out?: string;
  readonly adapter: string;
  readonly kernels?: readonly string[];
  readonly kernel?: readonly string[];
  readonly axis?: readonly string[];
  readonly budget?: number;
  readonly pairs?: number;
  readonly secondsPerCase: number;
  readonly caseTimeout: number;
  readonly format?: readonly ComparisonFormat[];
  /** False for --no-report. */
  readonly report: boolean;
  readonly allowMemory?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const defaultSecondsPerCase = 2;

const help = `
Base and head are kernels: of a git revision, of a folder (a checkout or its kernels/), or of an installed version (npm:attnbench@1.2.3,
a .tgz that npm pack wrote, node_modules/attnbench). Nothing is built and no checkout is touched. The harness is always this one.

Cases that run the same code on both sides are not timed. The others are checked against float64 on both sides, then timed in pairs on
one device, in process after process, until each is decided or the budget is spent: first all are screened, then what looks different
is measured again by fresh processes. Head also races a second copy of itself: where these two differ, no verdict counts.
First a fixed kernel is held against itself for some seconds: what could be found on this machine now, and what stands in the way, is told.
Verdicts:
  REGRESSED, IMPROVED  seen in the screen, and of fresh processes the whole interval lies beyond the margin
  SAME                 the whole interval lies inside the margin, or both sides run the same code
  UNKNOWN              neither is shown; the reason says what would help
  NEW, REMOVED         only head or only base has it; what is new is checked
  WRONG, FAILED        a side computes wrong numbers or does not run: it has no time
More memory for a call is a regression as well, since it is exact; --allow-memory lets it pass.
Exit codes: 1 for a regression, 3 for a head that is wrong or does not run, 4 where the machine is unfit: no adapter, a control that
differs, a timer too coarse. Base being wrong, UNKNOWN and skipped cases end in 0, or in 4 with --strict.

${comparisonFormatsHelp}
Examples:
  attnbench compare --base main                              this checkout against main, suite quick
  attnbench compare --base v1.0 --head v1.1 scaling          two revisions
  attnbench compare --base ../old 'flash:n=1024,heads=8'     one case against another folder
  attnbench compare --base main --budget 600 --strict        for a gate that lets nothing pass undecided
  attnbench compare --kernel my-flash.wgsl --base old.wgsl   your own kernel against another file of it
  attnbench compare --kernel my-flash.wgsl --base main       or against what the file was in a revision
  attnbench compare --install-base ../old 'copy:n=64'        another harness or another Dawn, in pairs of processes
  attnbench compare runs/gpu runs/lavapipe                   stored runs side by side, which is no regression test`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('compare')
    .summary('did a kernel become slower? two versions, timed side by side')
    .description('Compares the kernels of two versions, case by case, and says which became slower.')
    .argument('[suites or case ids...]', 'what to compare (default: quick); or, without --base, run folders')
    .option(
      '--base <version>',
      'what head is held against: a git revision, a folder, or an installed version',
    )
    .option(
      '--install-base <install>',
      'instead of --base, for changes outside the kernels: another installed attnbench, run process by process',
    )
    .option('--head <version>', 'what is judged (default: the kernels of the current folder)')
    .option('-o, --out <folder>', 'where the comparison is kept (default: runs/compare-<time>)')
    .option(adapterOption, adapterHelp, 'auto')
    .option(hostOption, `${hostHelp} (default: "node")`)
    .option(browserOption, browserHelp)
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option(kernelFileOption, kernelFileHelp, collect)
    .option(axisOption, axisHelp, collect)
    .option(
      '--budget <seconds>',
      'time no longer than this in all (default: 90 for each case that differs)',
      positiveSeconds('--budget'),
    )
    .option('--pairs <count>', 'pairs of a case in a process (default: 50)', pairCount)
    .option(
      '--seconds-per-case <seconds>',
      'time a case this long at most in a process',
      positiveSeconds('--seconds-per-case'),
      defaultSecondsPerCase,
    )
    .addOption(caseTimeoutOption())
    .option(formatOption, 'what the report is written as, separated by commas, or all', comparisonFormatList)
    .option('--no-report', 'write no report')
    .option('--allow-memory', 'more memory is no regression')
    .option('--strict', 'end in 4 where a case could not be decided')
    .option('--json', 'print the comparison as JSON instead of a table')
    .addHelpText('after', help)
    .action((targets: readonly string[], flags: CompareFlags) =>
      act((commandLine) => run(targets, flags, commandLine, io)),
    );
}

function pairCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 6) {
    throw new UsageError(`--pairs takes a whole number from 6, not '${text}'`);
  }
  return count;
}

async function run(
  targets: readonly string[],
  flags: CompareFlags,
  commandLine: string,
  io: Io,
): Promise<ExitCode> {
  if (flags.base !== undefined && flags.installBase !== undefined) {
    throw new UsageError('--base compares kernels and --install-base whole installs; leave one of them out');
  }
  if (flags.installBase !== undefined && flags.kernel !== undefined) {
    throw new UsageError('--install-base compares whole installs; hold --kernel against a --base');
  }
  if (flags.installBase !== undefined && readHost(flags) !== 'node') {
    throw new UsageError('--install-base runs whole installs in Node; leave out --host');
  }
  const base = flags.base ?? flags.installBase;
  if (base === undefined) {
    const folders = targets.filter((word) => existsSync(join(word, 'records.jsonl')));
    if (targets.length < 2 || folders.length === 0) {
      throw new UsageError(
        'name what to compare with, such as: attnbench compare --base main; or two run folders to see side by side',
      );
    }
    const { compareStoredRuns } = await import('../compare-runs.ts');
    return compareStoredRuns(targets, flags.json === true, io);
  }
  const compare =
    flags.installBase === undefined
      ? (await import('../compare.ts')).compare
      : (await import('../compare-installs.ts')).compareInstalls;
  return compare(
    {
      commandLine,
      base,
      head: flags.head ?? null,
      targets: targets.length === 0 ? ['quick'] : targets,
      kernels: flags.kernels ?? null,
      kernelFiles: flags.kernel ?? [],
      axes: flags.axis ?? [],
      adapter: flags.adapter,
      where: flags,
      out: flags.out ?? null,
      formats: flags.report ? (flags.format ?? defaultComparisonFormats) : [],
      budgetSeconds: flags.budget ?? null,
      pairs: flags.pairs ?? null,
      secondsPerCase: flags.secondsPerCase,
      caseTimeoutSeconds: flags.caseTimeout,
      allowMemory: flags.allowMemory === true,
      strict: flags.strict === true,
      json: flags.json === true,
      cwd: process.cwd(),
    },
    io,
  );
}
