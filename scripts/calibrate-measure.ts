/** Comparisons whose truth is known: a kernel with itself, and work made longer by a share. Each goes through the whole gate. */
import { flatThreshold, mannWhitneyVerdict } from '../harness/gate/foils.ts';
import type { FoilVerdict } from '../harness/gate/foils.ts';
import type { PairSummary } from '../harness/gate/pairs.ts';
import { summarisePairs } from '../harness/gate/pairs.ts';
import type { GateDesign, GateResult } from '../harness/gate/procedure.ts';
import { GateProcedure } from '../harness/gate/procedure.ts';
import type { PairOutcome } from '../harness/pair-case.ts';
import type { PairedCase } from '../harness/pair-plan.ts';
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

/** One comparison as the gate sees it. */
interface Question {
  readonly id: string;
  readonly gate: GateProcedure;
  seconds: number;
}

/** A trial under way. */
interface Course {
  readonly trial: Trial;
  readonly pairs: Question;
  /** Of a kernel held against itself the control pairs are a comparison of their own kind; null for other trials. */
  readonly control: Question | null;
  readonly baseOfFirst: number[];
  readonly headOfSecond: number[];
  sessions: number;
}

const waitingIn = ({ pairs, control }: Course): readonly Question[] =>
  [pairs, control].filter((question) => question !== null).filter(({ gate }) => gate.next() !== null);
const isWaiting = (course: Course): boolean => waitingIn(course).length > 0;

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
  const question = (id: string): Question => ({ id, gate: new GateProcedure([id], design), seconds: 0 });
  return {
    trial,
    pairs: question(trial.id),
    control: trial.slowdown === 0 ? question(`${trial.id}, control`) : null,
    baseOfFirst: [],
    headOfSecond: [],
    sessions: 0,
  };
}

function resultsOf({ trial, pairs, control, baseOfFirst, headOfSecond }: Course): readonly TrialResult[] {
  const foils =
    headOfSecond.length === 0
      ? null
      : {
          flatThreshold: flatThreshold(baseOfFirst, headOfSecond),
          mannWhitney: mannWhitneyVerdict(baseOfFirst, headOfSecond),
        };
  const resultOf = ({ id, gate, seconds }: Question, usual: Foils | null): readonly TrialResult[] =>
    gate.results().map((result) => ({ id, slowdown: trial.slowdown, result, seconds, foils: usual }));
  return [...resultOf(pairs, foils), ...(control === null ? [] : resultOf(control, null))];
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
      const seconds = openingSeconds + (nowNs() - startedNs) / 1e9;
      for (const question of waitingIn(course)) question.seconds += seconds;
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
  const summary = summarisePairs(pairs, control);
  const give = ({ id, gate }: Question, said: PairSummary): void => {
    const batch = gate.next();
    if (batch === null) return;
    gate.noteTick(id, tickShare);
    gate.add(id, { session, stage: batch.stage, ...said });
  };
  give(course.pairs, summary);
  if (course.control !== null && summary.controlLogRatio !== null) {
    give(course.control, { ...summary, logRatio: summary.controlLogRatio, controlLogRatio: null });
  }
  course.sessions++;
  if (course.sessions === 1) course.baseOfFirst.push(...pairs.map(({ baseNs }) => baseNs));
  if (course.sessions === 2) course.headOfSecond.push(...pairs.map(({ headNs }) => headNs));
}

const lose = (course: Course, message: string): void => {
  for (const { id, gate } of waitingIn(course)) gate.lose(id, message);
};

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
