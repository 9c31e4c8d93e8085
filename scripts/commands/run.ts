import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import { browserHelp, browserOption, hostHelp, hostOption } from '../choose-host.ts';
import { measuredRunFormats } from '../../reports/formats.ts';
import type { ReportFormat } from '../../reports/formats.ts';
import { shardHelp, shardWord } from '../shard-from-environment.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import {
  axisHelp,
  axisOption,
  caseTimeoutOption,
  collect,
  formatList,
  formatOption,
  kernelFileHelp,
  kernelFileOption,
  kernelsHelp,
  kernelsOption,
  peersHelp,
  peersOption,
  positiveSeconds,
  secondsPerCaseOption,
  wordList,
} from '../options.ts';

interface RunFlags {
  readonly out?: string;
  readonly adapter?: string;
  readonly host?: string;
  readonly browser?: string;
  readonly kernels?: readonly string[];
  readonly kernel?: readonly string[];
  readonly peers?: readonly string[];
  readonly axis?: readonly string[];
  readonly resume?: string;
  readonly shard?: string;
  readonly budget?: number;
  readonly secondsPerCase?: number;
  readonly caseTimeout: number;
  /** False for --no-tuning. */
  readonly tuning: boolean;
  /** False for --no-report. */
  readonly report: boolean;
  /** False for --no-peaks. */
  readonly peaks: boolean;
  readonly format?: readonly ReportFormat[];
  readonly json?: boolean;
}

const help = `
Every case is checked against a float64 reference before it is timed, and a wrong one is never timed. Records go to
DIR/records.jsonl as soon as they are known, so that nothing measured is lost; the report goes to DIR/report.
A case that hangs, crashes or loses its device costs that case only. The first run on an adapter measures what it can do at
most, which takes half a minute; a case faster than that is invalid.

Examples:
  attnbench run quick                                  a first look at every kernel
  attnbench run scaling --budget 600                   start no further case after ten minutes
  attnbench run scaling -a n=256:4096:*2 -a d=128      other lengths, another head dimension
  attnbench run heads causal --kernels naive,flash     two suites, two kernels
  attnbench run scaling --kernels naive,flash --peers tfjs,onnxruntime-web+fix
                                                       what people would use instead, on the same cases
  attnbench run flash:n=4096,heads=8,d=64,causal=true  one case
  attnbench run scaling --kernel my-flash.wgsl --kernels flash
                                                       your own kernel beside one of these
  attnbench run smoke --host chromium                  in a page of a browser instead of Node
  attnbench run --resume runs/scaling                  go on with a run that was stopped
  attnbench run scaling --shard 1/4 --out part1        the first quarter; attnbench merge joins the parts
  attnbench run scaling --shard auto --out part$SLURM_ARRAY_TASK_ID
                                                       as a job of an array: Slurm, Kubernetes, GitLab and others`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('run')
    .summary('measures suites or single cases, and reports')
    .description(
      'Measures the cases of the suites and case ids given, one after the other, and writes a report.',
    )
    .argument('[suites or case ids...]')
    .option('-o, --out <folder>', 'where the run is kept (default: runs/<suite>-<time>)')
    .option(adapterOption, `${adapterHelp} (default: "auto")`)
    .option(hostOption, `${hostHelp} (default: "node")`)
    .option(browserOption, browserHelp)
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option(kernelFileOption, kernelFileHelp, collect)
    .option(peersOption, peersHelp(), wordList('--peers'))
    .option(axisOption, axisHelp, collect)
    .option('--resume <folder>', 'go on with this run: measure the cases it does not have yet')
    .option('--shard <i/n>', shardHelp)
    .option('--budget <seconds>', 'start no further case after this time', positiveSeconds('--budget'))
    .addOption(secondsPerCaseOption())
    .addOption(caseTimeoutOption())
    .option('--no-tuning', 'kernels in their default shapes, whatever attnbench tune has found')
    .option(
      formatOption,
      `report formats, separated by commas (default: ${measuredRunFormats.join(',')}; attnbench report --help has more)`,
      formatList,
    )
    .option('--no-report', 'write no report')
    .option('--no-peaks', 'hold no case against what the adapter can do at most (attnbench peaks)')
    .option('--json', 'print the records to stdout, one JSON object a line, instead of a table')
    .addHelpText('after', help)
    .action((targets: readonly string[], flags: RunFlags) =>
      act((commandLine) => run(targets, flags, commandLine, io)),
    );
}

async function run(
  targets: readonly string[],
  flags: RunFlags,
  commandLine: string,
  io: Io,
): Promise<ExitCode> {
  if (targets.length === 0 && flags.resume === undefined) {
    throw new UsageError(
      'name a suite or a case id, such as: attnbench run quick (attnbench list shows all)',
    );
  }
  const { runSweep } = await import('../run-sweep.ts');
  return runSweep(
    {
      commandLine,
      targets,
      out: flags.out ?? null,
      adapter: flags.adapter ?? null,
      where: flags,
      kernels: flags.kernels ?? null,
      kernelFiles: flags.kernel ?? [],
      peers: flags.peers ?? [],
      axes: flags.axis ?? [],
      resume: flags.resume ?? null,
      shard: shardWord(flags.shard, process.env),
      budgetSeconds: flags.budget ?? null,
      secondsPerCase: flags.secondsPerCase ?? null,
      caseTimeoutSeconds: flags.caseTimeout,
      tuning: flags.tuning,
      json: flags.json === true,
      peaks: flags.peaks,
      reportFormats: flags.report ? (flags.format ?? null) : [],
    },
    io,
  );
}
