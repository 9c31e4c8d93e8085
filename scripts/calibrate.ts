/** `attnbench calibrate`: how often this machine's gate is wrong, and what it finds, from comparisons whose truth is known. */
import type { Calibration } from '../harness/gate/comparison.ts';
import type { GateDesign } from '../harness/gate/procedure.ts';
import { defaultDesign } from '../harness/gate/procedure.ts';
import { errorRate } from '../harness/gate/error-rate.ts';
import { keepCalibration } from '../harness/hosts/calibration-store.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import type { PairSide } from '../harness/pair-plan.ts';
import { quantile } from '../harness/stats.ts';
import type { TrialResult, Trial } from './calibrate-measure.ts';
import { measureTrials } from './calibrate-measure.ts';
import { calibrationText } from './calibrate-table.ts';
import { workKernels, workSide, workSteps } from './calibration/work.ts';
import type { HostWords } from './choose-host.ts';
import { chooseHost } from './choose-host.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson, spokenSeconds } from './io.ts';
import { planSweep } from './plan-sweep.ts';

export interface CalibrateOptions {
  readonly commandLine: string;
  /** What is held against itself: suites and case ids. */
  readonly targets: readonly string[];
  readonly kernels: readonly string[] | null;
  readonly axes: readonly string[];
  readonly adapter: string;
  readonly where: HostWords;
  readonly budgetSeconds: number;
  /** Comparisons of a kernel with itself. */
  readonly comparisons: number;
  /** Shares by which work is made longer: 0.05 is 5 %. */
  readonly slowdowns: readonly number[];
  /** Comparisons for each of them. */
  readonly tries: number;
  readonly json: boolean;
}

const caseTimeoutSeconds = 120;

export interface CalibrationRun {
  readonly facts: SessionFacts;
  readonly results: readonly TrialResult[];
  readonly calibration: Calibration;
}

/** Throws the errors of harness/errors.ts. */
export async function calibrate(options: CalibrateOptions, io: Io): Promise<ExitCode> {
  const { facts, results, calibration } = await measureCalibration(options, io);
  if (results.length === 0) {
    io.err(`no comparison was finished within ${spokenSeconds(options.budgetSeconds)}: raise --budget\n`);
    return exitCodes.nothingMeasured;
  }
  if (options.json) outJson(io, calibration);
  else io.out(calibrationText(calibration, results));
  const problem = keepCalibration({ ...facts, flags: [...facts.flags] }, calibration);
  io.err(
    problem === null
      ? 'kept: attnbench compare quotes these rates on this machine and adapter\n'
      : `could not be kept (${problem}); attnbench compare will not know of it\n`,
  );
  return exitCodes.ok;
}

export async function measureCalibration(
  options: CalibrateOptions,
  io: Io,
  found: (result: TrialResult, facts: SessionFacts) => void = () => undefined,
): Promise<CalibrationRun> {
  // Planned once before a device is opened, so that a mistake in the call is told at once.
  await nullSides(options, true);
  const host = await chooseHost(options.where, options.adapter);
  const startedNs = nodeHost.nowNs();
  const elapsed = (): number => (nodeHost.nowNs() - startedNs) / 1e9;
  let number = 1;
  const open = () => host.open({ number: number++, caseTimeoutSeconds });
  const first = await open();
  const { facts } = first;
  await first.close();
  const { adapter } = facts;
  const design: GateDesign = { ...defaultDesign, seed: `attnbench calibrate/${new Date().toISOString()}` };
  const trials = inTurns([
    nullTrials(await nullSides(options, adapter.software), options.comparisons),
    ...(await Promise.all(options.slowdowns.map((slowdown) => slowTrials(slowdown, options.tries)))),
  ]);
  io.err(
    `${counted(trials.length, 'comparison')} on ${adapter.description || adapter.device || adapter.name} (${adapter.name}), ${spokenSeconds(options.budgetSeconds)} at most (--budget)\n`,
  );
  const results: TrialResult[] = [];
  await measureTrials(trials, design, {
    open,
    nowNs: () => nodeHost.nowNs(),
    outOfTime: () => elapsed() >= options.budgetSeconds,
    found: (result) => {
      results.push(result);
      found(result, facts);
    },
    notify: ({ done, of, process }) => {
      const line = `${done} of ${counted(of, 'comparison')} done, process ${process} of these (${spokenSeconds(elapsed())})`;
      if (io.interactive) io.err(`\r\u001B[2K${line.slice(0, io.columns - 1)}`);
      else io.err(`${line}\n`);
    },
  });
  if (io.interactive) io.err('\r\u001B[2K');
  return { facts, results, calibration: calibrationOf(results, options, adapter.name) };
}

/** What is held against itself. */
async function nullSides(
  { targets, kernels, axes }: CalibrateOptions,
  software: boolean,
): Promise<readonly { readonly id: string; readonly side: PairSide }[]> {
  const plan = await planSweep({ targets, kernels, axes, shard: null, software });
  return plan.planned.map(({ id, kernel, params }) => ({
    id,
    side: { kernels: new URL('../', plan.kernels.get(kernel)?.folder ?? workKernels).href, kernel, params },
  }));
}

function nullTrials(
  sides: readonly { readonly id: string; readonly side: PairSide }[],
  count: number,
): readonly Trial[] {
  return Array.from({ length: count }, (_, index) => {
    const { id, side } = sides[index % sides.length];
    return { id: `${id} with itself, ${index + 1}`, slowdown: 0, base: side, head: side };
  });
}

async function slowTrials(slowdown: number, count: number): Promise<readonly Trial[]> {
  const [base, head] = [await workSide(workSteps), await workSide(Math.round(workSteps * (1 + slowdown)))];
  return Array.from({ length: count }, (_, index) => ({
    id: `work made ${slowdown} longer, ${index + 1}`,
    slowdown,
    base,
    head,
  }));
}

/** Each kind spread evenly over the whole, so that what a short budget leaves is left of all. */
function inTurns(kinds: readonly (readonly Trial[])[]): readonly Trial[] {
  return kinds
    .flatMap((trials) => trials.map((trial, index) => ({ trial, at: (index + 0.5) / trials.length })))
    .toSorted((a, b) => a.at - b.at)
    .map(({ trial }) => trial);
}

const isDifferent = ({ result }: TrialResult): boolean =>
  result.verdict === 'REGRESSED' || result.verdict === 'IMPROVED';

/** The rates of all comparisons of a kind; none where there were none. */
export function calibrationOf(
  results: readonly TrialResult[],
  { commandLine, slowdowns }: Pick<CalibrateOptions, 'commandLine' | 'slowdowns'>,
  adapter: string,
): Calibration {
  const nulls = results.filter(({ slowdown }) => slowdown === 0);
  const offBy = nulls.flatMap(({ result: { timed } }) =>
    timed === null ? [] : [Math.abs(timed.effect.ratio - 1)],
  );
  return {
    measuredAt: new Date().toISOString(),
    command: commandLine,
    adapter,
    falsePositives: rateOf(nulls, isDifferent),
    power: slowdowns.flatMap((slowdown) => {
      const tries = results.filter((result) => result.slowdown === slowdown);
      return tries.length === 0
        ? []
        : [{ slowdown, found: rateOf(tries, ({ result }) => result.verdict === 'REGRESSED') }];
    }),
    nullSpread: offBy.length === 0 ? 0 : quantile(offBy, 0.95),
  };
}

const rateOf = (
  results: readonly TrialResult[],
  found: (result: TrialResult) => boolean,
): Calibration['falsePositives'] =>
  results.length === 0
    ? { tries: 0, found: 0, rate: 0, low: 0, high: 1 }
    : errorRate(results.filter(found).length, results.length);
