/**
 * The calls of a case while it is timed, held to the check that came before. No call sees inputs, outputs and scratch as an earlier
 * one did; at random moments outputs are compared; in the end everything is looked at once more. docs/trust.md says what that catches.
 */
import type { InputSpec, Kernel, Params, Random, Tensors } from '../kernels/contract.ts';
import type { ChangedParts } from './buffers.ts';
import type { CaseCalls } from './calls.ts';
import { faultsOf, judge, randomRows } from './check.ts';
import { partsOf } from './layout.ts';
import { seededRandom } from './random.ts';
import type { CallSample, SampleSource } from './sampling.ts';

/** One of the first calls is compared: the slowest of cases takes this many. */
const firstWithin = 3;
/** Later, one of this many on average: 2 %, beside the last. */
const callsPerRecheck = 50;
/** Of an input, what may be exchanged before a call: at most a quarter, and no more than is uploaded in no time. */
const exchangedShare = 1 / 4;
const exchangedBytes = 64 << 10;
/** Before the first call half of each is: no set is the one that was checked. */
const firstShare = 1 / 2;

export interface Watched {
  readonly executor: CaseCalls;
  readonly kernel: Kernel;
  readonly params: Params;
  /** What the executor holds. Handed over: values are exchanged between the sets. */
  readonly sets: readonly Tensors[];
  /** Not known beforehand (`freshSeed`). Cases with the same inputs and seed see the same inputs at every call. */
  readonly seed: string;
  nowNs(): number;
}

export class WatchedCalls implements SampleSource {
  private readonly watched: Watched;
  private readonly random: Random;
  /** Of its own, so that when a case is compared changes no inputs. */
  private readonly moments: Random;
  private untilRecheck: number;
  private calls = 0;
  private compared = 0;
  private lastSet = 0;
  private spentNs = 0;
  private found: string | null = null;

  constructor(watched: Watched) {
    this.watched = watched;
    this.random = seededRandom(`${watched.seed}/inputs`);
    this.moments = seededRandom(`${watched.seed}/moments`);
    this.untilRecheck = 1 + this.moments.integer(firstWithin);
  }

  get inputSets(): number {
    return this.watched.executor.inputSets;
  }

  get maxRepeats(): number {
    return this.watched.executor.maxRepeats;
  }

  /** Time that watching took between calls: no part of what the samples may take. */
  get watchingNs(): number {
    return this.spentNs;
  }

  async call(repeats: number, set: number): Promise<CallSample> {
    this.untilRecheck--;
    const isCompared = this.untilRecheck === 0;
    // Compared calls find scratch as the last call left it, some later ones as all others do.
    const keepsScratch = isCompared && (this.compared === 0 || this.moments.integer(2) === 0);
    await this.watching(() => this.disturb(!keepsScratch));
    const sample = await this.watched.executor.call(repeats, set);
    this.calls++;
    this.lastSet = (set + repeats - 1) % this.inputSets;
    if (isCompared) {
      await this.watching(() => this.compareLast());
      this.compared++;
      this.untilRecheck = 1 + this.moments.integer(2 * callsPerRecheck - 1);
    }
    return sample;
  }

  /** What was wrong with any call, as a sentence; null when nothing was. Ends the watch, with one more call. */
  async problem(): Promise<string | null> {
    const { executor, sets } = this.watched;
    // As the last timed call left it: its scratch was overwritten before, its outputs were not.
    await this.compareLast();
    // Outputs overwritten with finite values, scratch as the last call left it.
    this.lastSet = (this.lastSet + 1) % this.inputSets;
    await this.disturb(false);
    const reading = await executor.poisonedCall(this.lastSet, 'outputs');
    const changed = new Set<string>();
    for (const [set, tensors] of sets.entries()) {
      for (const name of (await executor.changedInputs?.(set, tensors)) ?? []) changed.add(name);
    }
    this.note(reading, [...changed]);
    return this.found;
  }

  private async compareLast(): Promise<void> {
    this.note(await this.watched.executor.readOutputs(), []);
  }

  private note(
    reading: Awaited<ReturnType<CaseCalls['readOutputs']>>,
    changedInputs: readonly string[],
  ): void {
    if (this.found !== null) return;
    const { kernel, params, sets } = this.watched;
    const rows = randomRows(kernel, params, this.moments);
    const faults = faultsOf(reading, changedInputs);
    const verdict = judge(kernel, params, sets[this.lastSet], reading.tensors, faults, rows);
    if (verdict.kind === 'wrong') this.found = `${verdict.message} (call ${this.calls} since the check)`;
  }

  /** Changes what an earlier call may have remembered. */
  private async disturb(scratch: boolean): Promise<void> {
    const { executor, kernel, params } = this.watched;
    if (executor.disturb === undefined) return;
    const share = this.calls === 0 ? firstShare : exchangedShare;
    const parts = kernel.inputs(params).flatMap((spec) => this.exchange(spec, share));
    await executor.disturb(parts, scratch);
  }

  /**
   * Exchanges a run of values between the first two sets, place for place: still inputs of the kernel, and a pair that was never there
   * before. Indices stay: they may have to differ from their neighbours.
   */
  private exchange(spec: InputSpec, share: number): readonly ChangedParts[] {
    const { sets, params } = this.watched;
    if (sets.length < 2 || spec.type === 'u32' || spec.type === 'i32') return [];
    const parts = partsOf(spec, params.precision);
    if (parts.count === 0) return [];
    const most = Math.max(1, Math.ceil(parts.count * share));
    const fits = share === firstShare ? most : Math.max(1, Math.floor(exchangedBytes / parts.bytes));
    const count = share === firstShare ? most : 1 + this.random.integer(Math.min(most, fits));
    const first = this.random.integer(parts.count - count + 1);
    const [one, other] = sets.map((tensors) =>
      tensors[spec.name].data.subarray(first * parts.elements, (first + count) * parts.elements),
    );
    const kept = one.slice();
    one.set(other);
    other.set(kept);
    return [0, 1].map((set) => ({ set, spec, tensor: sets[set][spec.name], first, count }));
  }

  private async watching(work: () => Promise<void>): Promise<void> {
    const startNs = this.watched.nowNs();
    await work();
    this.spentNs += this.watched.nowNs() - startNs;
  }
}
