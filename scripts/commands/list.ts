import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { estimateSeconds } from '../../harness/estimate.ts';
import type { KernelFile } from '../../harness/hosts/kernel-files.ts';
import { loadKernelFiles } from '../../harness/hosts/kernel-files.ts';
import { kernelIds, loadKernels } from '../../harness/hosts/kernel-folders.ts';
import { loadSuite, suiteNames } from '../../harness/hosts/suite-files.ts';
import type { PlannedCase } from '../../harness/sweep.ts';
import { suiteHasKernel } from '../../harness/sweep.ts';
import { shardHelp, shardWord } from '../shard-from-environment.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { counted, outJson, spokenSeconds } from '../io.ts';
import {
  axisHelp,
  axisOption,
  collect,
  kernelFileHelp,
  kernelFileOption,
  kernelsHelp,
  kernelsOption,
  peersHelp,
  peersOption,
  wordList,
} from '../options.ts';
import type { SweepPlan } from '../plan-sweep.ts';
import { planSweep } from '../plan-sweep.ts';
import { textTable } from '../text-table.ts';

interface ListOptions {
  readonly kernels?: readonly string[];
  readonly kernel?: readonly string[];
  readonly peers?: readonly string[];
  readonly axis?: readonly string[];
  readonly shard?: string;
  readonly gpu?: boolean;
  readonly json?: boolean;
}

const help = `
Nothing runs. Times are estimates from each kernel's operation count and a middling adapter's speed; a real
adapter may be several times faster or slower, and a case past its limits takes no time at all.

Examples:
  attnbench list                                    kernels and suites
  attnbench list scaling                            the cases of a suite
  attnbench list scaling --gpu                      the same suite as it is on a hardware GPU
  attnbench list heads -a heads=1,2,4 --json        what an override makes of it, for a script`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('list')
    .summary('kernels, suites and cases, their count and time estimate; runs nothing')
    .description('Lists kernels and suites, or the cases of the suites and case ids given.')
    .argument('[suites or case ids...]')
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option(kernelFileOption, kernelFileHelp, collect)
    .option(peersOption, peersHelp(), wordList('--peers'))
    .option(axisOption, axisHelp, collect)
    .option('--shard <i/n>', shardHelp)
    .option('--gpu', 'plan for a hardware GPU, where suites are larger (without it: for a software adapter)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((targets: readonly string[], options: ListOptions) =>
      act(() => (targets.length === 0 ? listAll(options, io) : listCases(targets, options, io))),
    );
}

function request(
  targets: readonly string[],
  options: ListOptions,
  files: readonly KernelFile[],
): Promise<SweepPlan> {
  return planSweep({
    targets,
    kernels: options.kernels ?? null,
    files,
    peers: options.peers ?? [],
    axes: options.axis ?? [],
    shard: shardWord(options.shard, process.env),
    software: options.gpu !== true,
  });
}

type Estimate = (planned: PlannedCase) => number;

function estimator(plan: SweepPlan, { gpu }: ListOptions): Estimate {
  return ({ kernel, params, sampling }) => {
    const loaded = plan.kernels.get(kernel);
    return loaded === undefined
      ? 0
      : estimateSeconds(loaded.kernel, params, sampling, gpu === true ? 'hardware' : 'software');
  };
}

const sum = (plan: SweepPlan, estimate: Estimate): number =>
  plan.cases.reduce((total, planned) => total + estimate(planned), 0);

async function listCases(targets: readonly string[], options: ListOptions, io: Io): Promise<ExitCode> {
  const plan = await request(targets, options, await loadKernelFiles(options.kernel ?? []));
  const estimate = estimator(plan, options);
  const total = sum(plan, estimate);
  if (options.json === true) {
    const cases = plan.cases.map((planned) => ({
      id: planned.id,
      suite: planned.suite,
      kernel: planned.kernel,
      params: planned.params,
      estimatedSeconds: estimate(planned),
    }));
    outJson(io, { cases, estimatedSeconds: total });
  } else {
    io.out(
      textTable(
        ['case', 'estimate'],
        plan.cases.map((planned) => [planned.id, spokenSeconds(estimate(planned))]),
      ),
    );
    io.err(`${counted(plan.cases.length, 'case')}, about ${spokenSeconds(total)} (an estimate)\n`);
  }
  return exitCodes.ok;
}

async function listAll(options: ListOptions, io: Io): Promise<ExitCode> {
  if (options.axis !== undefined || options.shard !== undefined) {
    throw new UsageError('-a and --shard need a suite or case id, such as: attnbench list scaling -a n=1024');
  }
  const ids = options.kernels ?? kernelIds();
  const files = await loadKernelFiles(options.kernel ?? []);
  const kernels = [...(await loadKernels(ids)), ...files];
  const all = await Promise.all(suiteNames().map(async (name) => ({ name, suite: await loadSuite(name) })));
  const suites = await Promise.all(
    all
      .filter(({ suite }) => ids.some((id) => suiteHasKernel(suite, id)))
      .map(async ({ name, suite: { description } }) => {
        const plan = await request([name], options, []);
        return {
          name,
          description,
          cases: plan.cases.length,
          estimatedSeconds: sum(plan, estimator(plan, options)),
        };
      }),
  );
  if (options.json === true) {
    outJson(io, {
      kernels: kernels.map(({ id, kernel: { mechanism, summary, exactness, axes } }) => ({
        id,
        mechanism,
        summary,
        exactness,
        axes,
      })),
      suites,
    });
    return exitCodes.ok;
  }
  const kernelRows = kernels.map(({ id, kernel: { mechanism, exactness, axes, summary } }) => [
    id,
    mechanism,
    exactness,
    Object.keys(axes).join(' ') || '-',
    summary,
  ]);
  const suiteRows = suites.map(({ name, cases, estimatedSeconds, description }) => [
    name,
    String(cases),
    spokenSeconds(estimatedSeconds),
    description,
  ]);
  io.out(
    `${textTable(['kernel', 'mechanism', 'against softmax', 'own axes', 'summary'], kernelRows)}\n` +
      textTable(['suite', 'cases', 'estimate', 'question'], suiteRows),
  );
  io.err(
    `estimates are for a ${options.gpu === true ? 'hardware GPU' : 'software adapter (--gpu: for a hardware GPU)'}\n`,
  );
  return exitCodes.ok;
}
