/** `attnbench tune`: races the shapes of each kernel on the adapter at hand and keeps what is better than the default. */
import type { Caps, Params } from '../kernels/contract.ts';
import { adapterClass } from '../harness/adapter-class.ts';
import type { Overrides } from '../harness/axis-overrides.ts';
import { parseOverrides, refuseUnknownAxes } from '../harness/axis-overrides.ts';
import { caseId } from '../harness/case-id.ts';
import { UsageError } from '../harness/errors.ts';
import { toolFacts } from '../harness/hosts/environment.ts';
import { kernelIds, loadKernels } from '../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import { openNodeSession } from '../harness/hosts/node-session.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { refuseParams } from '../harness/refusal.ts';
import { conditionsOf, tuningCases } from '../harness/tuning-points.ts';
import type { When } from '../harness/tuning-table.ts';
import { chooseAdapter } from './choose-adapter.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';
import type { TuneResult } from './tune-report.ts';
import { exitCodeOfTuning, resultsTable, tuneSummary } from './tune-report.ts';
import { TablesOfSearch } from './tune-tables.ts';

export interface TuneOptions {
  /** Empty for all that have shapes. */
  readonly kernels: readonly string[];
  readonly adapter: string;
  readonly budgetSeconds: number;
  readonly dryRun: boolean;
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  readonly json: boolean;
}

interface TuneJob {
  readonly loaded: LoadedKernel;
  readonly params: Params;
  readonly when: When;
  /** `flash:n=1024,heads=8,d=64,precision=f32` */
  readonly id: string;
}

/** A shape that hangs is no use; one case takes all shapes, their compilation and their checks. */
const caseTimeoutSeconds = 300;
/** Below this a search only compiles. */
const leastCaseSeconds = 2;

async function tunableKernels(ids: readonly string[]): Promise<readonly LoadedKernel[]> {
  const loaded = await loadKernels(ids.length === 0 ? kernelIds() : ids);
  const fixed = loaded.find(({ kernel }) => kernel.shapes === undefined);
  if (ids.length > 0 && fixed !== undefined) {
    throw new UsageError(`kernel '${fixed.id}' has one shape only; there is nothing to tune`);
  }
  return loaded.filter(({ kernel }) => kernel.shapes !== undefined);
}

/** The cases of a kernel that the adapter can run in more than one shape. */
function jobsOf(loaded: LoadedKernel, caps: Caps, overrides: Overrides): readonly TuneJob[] {
  const { kernel, id } = loaded;
  const cases = tuningCases(kernel.axes, caps.software, overrides).filter(
    (params) =>
      refuseParams(kernel, params, caps) === null && (kernel.shapes?.(params, caps) ?? []).length > 1,
  );
  return conditionsOf(cases, kernel.axes, overrides).map(({ params, when }) => ({
    loaded,
    params,
    when,
    id: caseId('', id, kernel.axes, params).slice(1),
  }));
}

/** The first case of each kernel, then the second of each: what a short budget leaves is left of all. */
function inTurns(jobs: readonly (readonly TuneJob[])[]): readonly TuneJob[] {
  const longest = Math.max(0, ...jobs.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    jobs.flatMap((own) => own.slice(index, index + 1)),
  ).flat();
}

/** Throws the errors of harness/errors.ts. What was found until then is written. */
export async function tune(options: TuneOptions, io: Io): Promise<ExitCode> {
  const kernels = await tunableKernels(options.kernels);
  if (kernels.length === 0) {
    io.err('no kernel has more than one shape; there is nothing to tune\n');
    return exitCodes.nothingMeasured;
  }
  const overrides = parseOverrides(options.axes);
  refuseUnknownAxes(overrides, kernels);
  // Planned once before a device is opened, so that a mistake in the call is told at once.
  for (const { kernel } of kernels) tuningCases(kernel.axes, true, overrides);
  const choice = await chooseAdapter(options.adapter);
  let number = 0;
  const open = (): Promise<DeviceSession> =>
    openNodeSession({ choice, number: ++number, caseTimeoutSeconds });
  const first = await open();
  const { adapter, caps } = first.facts;
  const className = adapterClass(adapter);
  const name = adapter.description || adapter.device || adapter.vendor;
  const results: TuneResult[] = [];
  let tables: TablesOfSearch;
  try {
    tables = new TablesOfSearch({
      kernels,
      adapterClass: className,
      caps,
      about: {
        command: commandOf(options),
        date: new Date().toISOString().slice(0, 10),
        adapter: name,
        ...toolFacts(),
      },
      dryRun: options.dryRun,
    });
    const jobsByKernel = kernels.map((loaded) => jobsOf(loaded, caps, overrides));
    const jobs = inTurns(jobsByKernel);
    const idle = kernels.filter((_, index) => jobsByKernel[index].length === 0);
    if (idle.length > 0) {
      io.err(`one shape only on this adapter: ${idle.map(({ id }) => id).join(', ')}\n`);
    }
    io.err(`${counted(jobs.length, 'case')} on ${name} (${className})\n`);
    await search({ jobs, first, open, budgetSeconds: options.budgetSeconds, io }, (result) => {
      results.push(result);
      tables.add(result);
    });
  } finally {
    await first.close();
  }
  const changed = tables.changed();
  if (options.json) outJson(io, { adapterClass: className, results, tables: changed });
  else io.out(resultsTable(results));
  for (const line of tuneSummary(results, changed, options)) io.err(`${line}\n`);
  return exitCodeOfTuning(results);
}

interface Search {
  readonly jobs: readonly TuneJob[];
  /** The session already open. */
  readonly first: DeviceSession;
  readonly open: () => Promise<DeviceSession>;
  readonly budgetSeconds: number;
  readonly io: Io;
}

/** Searches case by case; a case that ends its process costs that case. */
async function search(
  { jobs, first, open, budgetSeconds, io }: Search,
  found: (result: TuneResult) => void,
): Promise<void> {
  const started = nodeHost.nowNs();
  const left = (): number => budgetSeconds - (nodeHost.nowNs() - started) / 1e9;
  let session: DeviceSession | null = first;
  try {
    for (const [index, { loaded, id, when, params }] of jobs.entries()) {
      const about = { kernel: loaded.id, id, when };
      const remaining = left();
      if (remaining <= 0) {
        found({ ...about, kind: 'left' });
        continue;
      }
      if (io.interactive) {
        io.err(`\r\u001B[2K${`[${index + 1}/${jobs.length}] ${id}`.slice(0, io.columns - 1)}`);
      }
      session ??= await open();
      // What earlier cases did not use is shared by those that follow.
      const seconds = Math.max(leastCaseSeconds, remaining / (jobs.length - index));
      const reply = await session.tune({
        kind: 'tune',
        kernel: loaded.id,
        params,
        seconds,
        races: jobs.length,
      });
      if (reply.kind === 'tuned') {
        const { result } = reply;
        found(
          result.kind === 'error'
            ? { ...about, kind: 'failed', message: result.message }
            : { ...about, ...result },
        );
      } else {
        session = null;
        const message = 'seconds' in reply ? `no answer within ${reply.seconds} s` : reply.message;
        found({ ...about, kind: 'crashed', message });
      }
    }
  } finally {
    if (io.interactive) io.err('\r\u001B[2K');
    await session?.close();
  }
}

/** As typed, so that it can be typed again. */
const commandOf = ({ kernels, adapter, axes, budgetSeconds }: TuneOptions): string =>
  [
    'attnbench tune',
    ...kernels,
    `--adapter ${adapter}`,
    `--budget ${budgetSeconds}`,
    ...axes.map((axis) => `-a ${axis}`),
  ].join(' ');
