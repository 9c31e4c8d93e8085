/**
 * One case of two kernel packs on one device: both sides are compiled, checked against float64 and timed in pairs, side by side, so that
 * whatever slows the machine down slows both. Control pairs of head and a second copy of head show what the method itself makes up.
 */
import type { Params, Tensors } from '../kernels/contract.ts';
import type { Verdict } from './check.ts';
import { faultsOf, judge, rowsToCheck, someRows } from './check.ts';
import type { GpuContext } from './context.ts';
import { DeviceLostError, OutOfMemoryError } from './errors.ts';
import { CaseExecutor } from './executor.ts';
import type { Pair } from './gate/pairs.ts';
import { freshSeed } from './fresh-seed.ts';
import { createInputs } from './inputs.ts';
import type { LoadSide, PairedCase, PairSide, Ready, SideName } from './pair-plan.ts';
import { messageOf, prepare } from './pair-plan.ts';
import type { Runner, Turn } from './pair-schedule.ts';
import { pairRepeats, takesAnotherBlock, turnBlocks } from './pair-schedule.ts';
import type { LoadedKernel, Program } from './program.ts';
import { seededRandom } from './random.ts';
import type { Check } from './record.ts';
import { shuffled } from './shuffle.ts';
import { median } from './stats.ts';
import { checkCall } from './verify.ts';
import { WatchedCalls } from './watched-calls.ts';

export interface PairRequest extends PairedCase {
  /** Seeds the inputs. */
  readonly seed: string;
  /** Seeds the order of the pairs: another one in every session. */
  readonly orderSeed: string;
  readonly pairs: number;
  /** What the samples of a case may take in one session. */
  readonly seconds: number;
  /** `some rows`: where an earlier session of the same comparison has checked all that `full` checks. */
  readonly check: 'full' | 'some rows';
}

export type PairOutcome =
  | {
      readonly kind: 'timed';
      /** In the order taken. */
      readonly pairs: readonly Pair[];
      /** Head's second copy as base, and head. */
      readonly control: readonly Pair[];
      readonly repeats: number;
      /** Pairs left out because timestamps ran backwards or stood still. */
      readonly dropped: number;
      readonly tickShare: number;
      readonly checks: Readonly<Record<SideName, Check>>;
    }
  /** No pair whose timestamps can be used. */
  | { readonly kind: 'untimed'; readonly message: string }
  /** Right, and nothing to compare it with. */
  | { readonly kind: 'checked'; readonly check: Check }
  | { readonly kind: 'wrong'; readonly side: SideName; readonly message: string }
  | { readonly kind: 'failed'; readonly side: SideName; readonly message: string }
  | { readonly kind: 'refused'; readonly side: SideName; readonly code: string; readonly message: string };

/** The set of the check before timing: the same in every process. */
const checkedSet = 0;
/** Rows compared in a process after the first. */
const someRowsCount = 16;

/** What an arm is made of. */
interface Part {
  readonly side: SideName;
  readonly ready: Ready;
  readonly asked: PairSide;
  readonly sets: readonly Tensors[];
}

/** One program on the device with its inputs. */
interface Arm {
  readonly side: SideName;
  readonly loaded: LoadedKernel;
  readonly params: Params;
  readonly sets: readonly Tensors[];
  readonly executor: CaseExecutor;
}

/** Ends a pair where it stands: what it is about is an outcome, not an accident. */
class Ended extends Error {
  readonly outcome: PairOutcome;
  constructor(outcome: PairOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** Runs a part that concerns one side. Only a lost device is nobody's. */
async function ofSide<Result>(side: SideName, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeviceLostError || error instanceof Ended) throw error;
    const message = messageOf(error);
    throw new Ended(
      error instanceof OutOfMemoryError
        ? { kind: 'refused', side, code: 'memory', message }
        : { kind: 'failed', side, message },
    );
  }
}

/** How a part ended is kept until its turn comes. */
async function endedOr<Result>(work: () => Promise<Result>): Promise<Result | Ended> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Ended) return error;
    throw error;
  }
}

/** The same work as text that no cache takes for another's: the driver compiles it apart. */
function ownCopy(program: Program, owner: string): Program {
  return {
    ...program,
    passes: program.passes.map((pass) => ({ ...pass, code: `${pass.code}// ${owner}'s own copy\n` })),
  };
}

/** Sets of an arm's own, as their values move while it is watched. */
const copyOf = (sets: readonly Tensors[]): readonly Tensors[] =>
  sets.map((tensors) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
    ),
  );

/** Both read the same values where they take the same tensors, whoever fills them. */
function sameInputs(a: Arm['loaded'], b: Arm['loaded'], { params }: PairSide, other: PairSide): boolean {
  const shapes = ({ kernel }: LoadedKernel, of: Params): string =>
    JSON.stringify(kernel.inputs(of).map(({ name, shape, type }) => [name, shape, type]));
  return shapes(a, params) === shapes(b, other.params);
}

class PairedRun {
  private readonly context: GpuContext;
  private readonly load: LoadSide;
  private readonly request: PairRequest;
  private readonly arms: Arm[] = [];
  /** Of the inputs that are timed: nobody can be ready for them. */
  private readonly timedSeed = freshSeed();

  constructor(context: GpuContext, load: LoadSide, request: PairRequest) {
    this.context = context;
    this.load = load;
    this.request = request;
  }

  async run(): Promise<PairOutcome> {
    const { base, head } = this.request;
    const only = base ?? head;
    if (only === null) throw new RangeError('a pair needs a side');
    if (base === null || head === null) {
      const side = base === null ? 'head' : 'base';
      const ready = await this.ready(side, only);
      const arm = await this.arm(side, ready, only, this.inputs(ready, only));
      return { kind: 'checked', check: await this.check(arm, 'full') };
    }
    const headReady = await this.ready('head', head);
    const headSets = await ofSide('head', async () => this.inputs(headReady, head));
    const parts: Readonly<Record<Runner, Part | Ended>> = {
      head: { side: 'head', ready: headReady, asked: head, sets: headSets },
      base: await endedOr(() => this.baseOf(base, head, headReady, headSets)),
      copy: {
        side: 'head',
        ready: { ...headReady, program: ownCopy(headReady.program, 'the control') },
        asked: head,
        sets: copyOf(headSets),
      },
    };
    const armOf = await this.allocated(parts);
    // Head first, and checked whatever became of base: it is what a change is judged by.
    const headArm = armOf('head');
    const headCheck = await this.check(headArm, this.request.check);
    const baseArm = armOf('base');
    const baseCheck = await this.check(baseArm, this.request.check);
    const copyArm = armOf('copy');
    await this.check(copyArm, 'some rows');
    return this.time(baseArm, headArm, copyArm, { base: baseCheck, head: headCheck });
  }

  destroy(): void {
    for (const { executor } of this.arms) executor.destroy();
  }

  private async baseOf(
    base: PairSide,
    head: PairSide,
    headReady: Ready,
    headSets: readonly Tensors[],
  ): Promise<Part> {
    const ready = await this.ready('base', base);
    const sets = await ofSide('base', async () =>
      sameInputs(headReady.loaded, ready.loaded, head, base) ? copyOf(headSets) : this.inputs(ready, base),
    );
    // A kernel held against itself, as a calibration does.
    const isSame = ready.program.hash === headReady.program.hash;
    const program = isSame ? ownCopy(ready.program, 'base') : ready.program;
    return { side: 'base', ready: { ...ready, program }, asked: base, sets };
  }

  /**
   * Makes the arms in an order drawn for the session, and gives one or ends the pair as it ended. Where buffers and code come to lie makes a
   * kernel faster or slower than its own copy by half a per cent; an order that is always the same would make that a difference between base and head.
   */
  private async allocated(parts: Readonly<Record<Runner, Part | Ended>>): Promise<(runner: Runner) => Arm> {
    const made = new Map<Runner, Arm | Ended>();
    const random = seededRandom(`${this.request.orderSeed}/arms`);
    for (const runner of shuffled<Runner>(['base', 'head', 'copy'], random)) {
      const part = parts[runner];
      made.set(
        runner,
        part instanceof Ended
          ? part
          : await endedOr(() => this.arm(part.side, part.ready, part.asked, part.sets)),
      );
    }
    return (runner) => {
      const arm = made.get(runner);
      if (arm === undefined) throw new RangeError(`'${runner}' is no arm of a pair`);
      if (arm instanceof Ended) throw arm;
      return arm;
    };
  }

  private async ready(side: SideName, asked: PairSide): Promise<Ready> {
    const prepared = await prepare(this.context, this.load, asked);
    if (prepared.kind === 'ready') return prepared;
    throw new Ended({ ...prepared, side });
  }

  private inputs({ loaded }: Ready, { params }: PairSide): readonly Tensors[] {
    return [
      createInputs(loaded.kernel, params, this.request.seed, checkedSet),
      createInputs(loaded.kernel, params, this.timedSeed, checkedSet + 1),
    ];
  }

  private arm(
    side: SideName,
    { loaded, program }: Ready,
    { params }: PairSide,
    sets: readonly Tensors[],
  ): Promise<Arm> {
    return ofSide(side, async () => {
      const executor = await CaseExecutor.create(this.context, loaded, params, program, sets);
      const arm = { side, loaded, params, sets, executor };
      this.arms.push(arm);
      // Some drivers compile no sooner than this.
      await executor.untimedCall(checkedSet);
      return arm;
    });
  }

  /** Throws Ended where the numbers are wrong. */
  private check(arm: Arm, rows: PairRequest['check']): Promise<Check> {
    const { side, loaded, params, sets, executor } = arm;
    const { seed } = this.request;
    return ofSide(side, async () => {
      const { verdict } =
        rows === 'full'
          ? await checkCall(executor, loaded, params, sets[checkedSet], checkedSet, seed)
          : { verdict: await this.checkSomeRows(arm) };
      if (verdict.kind === 'wrong') throw new Ended({ kind: 'wrong', side, message: verdict.message });
      return verdict.check;
    });
  }

  private async checkSomeRows({ executor, loaded, params, sets }: Arm): Promise<Verdict> {
    const { seed, orderSeed } = this.request;
    const { tensors, ...reading } = await executor.poisonedCall(checkedSet);
    const faults = faultsOf(reading, await executor.changedInputs(checkedSet, sets[checkedSet]));
    const rows = someRows(rowsToCheck(loaded.kernel, params, seed), someRowsCount, orderSeed);
    return judge(loaded.kernel, params, sets[checkedSet], tensors, faults, rows);
  }

  private watch({ executor, loaded, params, sets }: Arm): WatchedCalls {
    const { host } = this.context;
    const { kernel } = loaded;
    return new WatchedCalls({
      executor,
      kernel,
      params,
      sets,
      seed: this.timedSeed,
      nowNs: () => host.nowNs(),
    });
  }

  /** Throws Ended where any timed call was wrong. */
  private endWatch(side: SideName, watched: WatchedCalls): Promise<void> {
    return ofSide(side, async () => {
      const problem = await watched.problem();
      if (problem === null) return;
      const message = `right when it was checked, wrong while it was timed: ${problem}`;
      throw new Ended({ kind: 'wrong', side, message });
    });
  }

  private async time(
    baseArm: Arm,
    headArm: Arm,
    copyArm: Arm,
    checks: Readonly<Record<SideName, Check>>,
  ): Promise<PairOutcome> {
    const { clock, host } = this.context;
    const { seconds, orderSeed, pairs: wanted } = this.request;
    const [base, head, copy] = [this.watch(baseArm), this.watch(headArm), this.watch(copyArm)];
    const runners: Readonly<Record<Runner, WatchedCalls>> = { base, head, copy };
    const sample = async (watched: WatchedCalls, repeats: number, set: number): Promise<number> => {
      const { gpuNs, wallNs } = await watched.call(repeats, set);
      return gpuNs ?? wallNs;
    };
    const warm: number[] = [];
    for (const set of [1, 0]) {
      for (const watched of [base, head, copy]) warm.push(await sample(watched, 1, set));
    }
    // The fastest: a slow spell must not make samples short.
    const fastestNs = Math.min(...warm.filter((ns) => ns > 0));
    const repeats = pairRepeats(fastestNs, clock.tickNs, head.maxRepeats);
    for (const watched of [copy, head, base]) await sample(watched, repeats, 1);

    const taken = { pair: new Array<Pair>(), control: new Array<Pair>() };
    const startedNs = host.nowNs();
    let dropped = 0;
    let set = 0;
    for (const block of turnBlocks(wanted, seededRandom(orderSeed))) {
      if (!takesAnotherBlock(taken.pair.length, (host.nowNs() - startedNs) / 1e9, seconds)) break;
      for (const turn of block) {
        set = (set + 1) % head.inputSets;
        const ns: Record<Runner, number> = { base: 0, head: 0, copy: 0 };
        for (const runner of turn) ns[runner] = await sample(runners[runner], repeats, set);
        if (ns.base > 0 && ns.head > 0 && ns.copy > 0) {
          taken.pair.push({ order: orderOf('base', turn), baseNs: ns.base, headNs: ns.head });
          taken.control.push({ order: orderOf('copy', turn), baseNs: ns.copy, headNs: ns.head });
        } else {
          dropped++;
        }
      }
    }
    await this.endWatch('head', head);
    await this.endWatch('base', base);
    if (taken.pair.length < 2) {
      return {
        kind: 'untimed',
        message: `timestamps ran backwards in ${dropped} of ${dropped + taken.pair.length} pairs`,
      };
    }
    const sampleNs = median(taken.pair.flatMap(({ baseNs, headNs }) => [baseNs, headNs])) * repeats;
    return {
      kind: 'timed',
      pairs: taken.pair,
      control: taken.control,
      repeats,
      dropped,
      tickShare: clock.tickNs / sampleNs,
      checks,
    };
  }
}

/** Of a turn, who of head and the one it is held against ran first. */
const orderOf = (against: Runner, turn: Turn): Pair['order'] =>
  turn.indexOf(against) < turn.indexOf('head') ? 'base first' : 'head first';

/** Checks and times a case on both sides, or only checks where one side has it. DeviceLostError alone gets out. */
export async function pairCase(
  context: GpuContext,
  load: LoadSide,
  request: PairRequest,
): Promise<PairOutcome> {
  const run = new PairedRun(context, load, request);
  try {
    return await run.run();
  } catch (error) {
    context.refuseLost();
    if (error instanceof Ended) return error.outcome;
    throw error;
  } finally {
    run.destroy();
  }
}
