/** Comparisons whose truth is known: a kernel with itself, and work made longer by a share. Each goes through the whole gate. */
import { flatThreshold, mannWhitneyVerdict } from '../harness/gate/foils.ts';
import type { FoilVerdict } from '../harness/gate/foils.ts';
import type { PairSummary } from '../harness/gate/pairs.ts';
import { summarisePairs } from '../harness/gate/pairs.ts';
import type { GateDesign, GateResult } from '../harness/gate/procedure.ts';
import { GateProcedure } from '../harness/gate/procedure.ts';
import type { PairedCase, PairOutcome } from '../harness/pair-case.ts';
import { seededRandom } from '../harness/random.ts';
import { shuffled } from '../harness/shuffle.ts';
import type { PairSession } from './compare-measure.ts';

/** One comparison. Head takes 1 + `slowdown` of base's time; 0 is a kernel held against itself. */
export interface Trial extends PairedCase {
  readonly id: string;
  readonly slowdown: number;
}

/** What the usual designs say of the same work: base's samples of one process, head's of the next. */
export interface Foils {
  readonly flatThreshold: FoilVerdict;
  readonly mannWhitney: FoilVerdict;
}

export interface TrialResult {
  readonly id: string;
  readonly slowdown: number;
  readonly result: GateResult;
  /** What the comparison would have taken alone: its processes started, and its cases measured in them. */
  readonly seconds: number;
  /** Null where there were fewer than two processes. */
  readonly foils: Foils | null;
}

export interface CalibrationDeps {
  /** Opens a fresh process with a device. Throws EnvironmentError. */
  readonly open: () => Promise<PairSession>;
  readonly nowNs: () => number;
  readonly outOfTime: () => boolean;
  readonly found: (result: TrialResult) => void;
  readonly notify: (event: { readonly done: number; readonly of: number; readonly process: number }) => void;
}

/** As many comparisons share their processes: starting one takes longer than measuring a short case. */
const trialsPerWave = 24;
const secondsPerCase = 2;
const triesToOpen = 3;

/** A comparison under way. */
interface Course {
  readonly trial: Trial;
  readonly gate: GateProcedure;
  /** Of a kernel held against itself the control pairs are a comparison of their own kind; null for other trials. */
  readonly controlGate: GateProcedure | null;
  readonly baseOfFirst: number[];
  readonly headOfSecond: number[];
  sessions: number;
  seconds: number;
}

const isWaiting = ({ gate, controlGate }: Course): boolean =>
  gate.next() !== null || (controlGate !== null && controlGate.next() !== null);

/** Measures trial after trial. A wave that time cuts off is left out: its verdicts would be those of a smaller budget. */
export async function measureTrials(
  trials: readonly Trial[],
  design: GateDesign,
  deps: CalibrationDeps,
): Promise<void> {
  for (let from = 0; from < trials.length && !deps.outOfTime(); from += trialsPerWave) {
    const courses = trials.slice(from, from + trialsPerWave).map((trial) => courseOf(trial, design));
    let process = 0;
    while (courses.some(isWaiting)) {
      if (deps.outOfTime()) return;
      deps.notify({ done: from, of: trials.length, process: ++process });
      await oneProcess(courses, `${design.seed}/${from}/${process}`, design, deps);
    }
    for (const result of courses.flatMap(resultsOf)) deps.found(result);
  }
}

function courseOf(trial: Trial, design: GateDesign): Course {
  const gateOf = (): GateProcedure => new GateProcedure([trial.id], design);
  return {
    trial,
    gate: gateOf(),
    controlGate: trial.slowdown === 0 ? gateOf() : null,
    baseOfFirst: [],
    headOfSecond: [],
    sessions: 0,
    seconds: 0,
  };
}

function resultsOf({ trial, gate, controlGate, baseOfFirst, headOfSecond, seconds }: Course): TrialResult[] {
  const { id, slowdown } = trial;
  const foils =
    headOfSecond.length === 0
      ? null
      : {
          flatThreshold: flatThreshold(baseOfFirst, headOfSecond),
          mannWhitney: mannWhitneyVerdict(baseOfFirst, headOfSecond),
        };
  return [
    ...gate.results().map((result) => ({ id, slowdown, result, seconds, foils })),
    ...(controlGate?.results() ?? []).map((result) => ({
      id: `${id}, control`,
      slowdown,
      result,
      seconds,
      foils: null,
    })),
  ];
}

/** A fresh process for one session of every comparison that waits for one. */
async function oneProcess(
  courses: readonly Course[],
  seed: string,
  design: GateDesign,
  { open, nowNs, outOfTime }: CalibrationDeps,
): Promise<void> {
  let session: PairSession | null = null;
  let openingSeconds = 0;
  try {
    for (const course of shuffled(courses.filter(isWaiting), seededRandom(seed))) {
      if (outOfTime()) return;
      if (session === null) {
        const openedNs = nowNs();
        session = await opened(open);
        openingSeconds = (nowNs() - openedNs) / 1e9;
      }
      const startedNs = nowNs();
      const { trial } = course;
      const reply = await session.pair({
        base: trial.base,
        head: trial.head,
        seed: trial.id,
        orderSeed: `${design.seed}/${trial.id}/${session.number}`,
        pairs: design.pairsPerSession,
        seconds: secondsPerCase,
        check: course.sessions === 0 ? 'full' : 'some rows',
      });
      course.seconds += openingSeconds + (nowNs() - startedNs) / 1e9;
      if (reply.kind === 'paired' && reply.outcome.kind === 'timed') {
        take(course, reply.outcome, session.number);
      } else {
        if (reply.kind !== 'paired') session = null;
        lose(course, messageOf(reply));
      }
    }
  } finally {
    await session?.close();
  }
}

function take(
  course: Course,
  { pairs, control, tickShare }: Extract<PairOutcome, { kind: 'timed' }>,
  session: number,
): void {
  const { trial, gate, controlGate } = course;
  const summary = summarisePairs(pairs, control);
  const give = (to: GateProcedure, said: PairSummary): void => {
    const batch = to.next();
    if (batch === null) return;
    to.noteTick(trial.id, tickShare);
    to.add(trial.id, { session, stage: batch.stage, ...said });
  };
  give(gate, summary);
  if (controlGate !== null && summary.controlLogRatio !== null) {
    give(controlGate, { ...summary, logRatio: summary.controlLogRatio, controlLogRatio: null });
  }
  course.sessions++;
  if (course.sessions === 1) course.baseOfFirst.push(...pairs.map(({ baseNs }) => baseNs));
  if (course.sessions === 2) course.headOfSecond.push(...pairs.map(({ headNs }) => headNs));
}

function lose({ trial, gate, controlGate }: Course, message: string): void {
  for (const one of [gate, controlGate]) if (one !== null && one.next() !== null) one.lose(trial.id, message);
}

async function opened(open: CalibrationDeps['open']): Promise<PairSession> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (attempt === triesToOpen) throw error;
    }
  }
}

function messageOf(reply: Awaited<ReturnType<PairSession['pair']>>): string {
  if (reply.kind !== 'paired')
    return 'seconds' in reply ? `no answer within ${reply.seconds} s` : reply.message;
  return 'message' in reply.outcome ? reply.outcome.message : reply.outcome.kind;
}
