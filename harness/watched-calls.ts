/**
 * The calls of a case while it is timed, held to the check that came before. No call sees inputs, outputs and scratch as an earlier
 * one did; at random moments outputs are compared; in the end everything is looked at once more. docs/trust.md says what that catches.
 */
import type { Random } from '../kernels/contract.ts';
import { InputExchange } from './input-exchange.ts';
import { seededRandom } from './random.ts';
import type { Rechecked } from './recheck.ts';
import { recheck, recheckAnotherCall } from './recheck.ts';
import type { CallSample, SampleSource } from './sampling.ts';

/** One of the first calls is compared: the slowest of cases takes this many. */
const firstWithin = 3;
/** Later, one of this many on average: 2 %, beside the last. */
const callsPerRecheck = 50;

export interface Watched extends Rechecked {
  /** Not known beforehand (`freshSeed`). */
  readonly seed: string;
  nowNs(): number;
}

export class WatchedCalls implements SampleSource {
  private readonly watched: Watched;
  private readonly inputs: InputExchange;
  private readonly moments: Random;
  private untilRecheck: number;
  private calls = 0;
  private compared = 0;
  private lastSet = 0;
  private spentNs = 0;
  private found: string | null = null;

  /** The input sets are handed over: their values move. */
  constructor(watched: Watched) {
    const { kernel, params, sets, seed } = watched;
    this.watched = watched;
    this.inputs = new InputExchange(kernel, params, sets, `${seed}/inputs`);
    this.moments = seededRandom(`${seed}/moments`);
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
      await this.watching(() => this.compare());
      this.compared++;
      this.untilRecheck = 1 + this.moments.integer(2 * callsPerRecheck - 1);
    }
    return sample;
  }

  /** What was wrong with any call, as a sentence; null when nothing was. Ends the watch, with one more call. */
  async problem(): Promise<string | null> {
    // As the last timed call left it: its scratch was overwritten before, its outputs were not.
    await this.compare();
    this.lastSet = (this.lastSet + 1) % this.inputSets;
    await this.disturb(false);
    this.note(await recheckAnotherCall(this.watched, this.lastSet, this.moments));
    return this.found;
  }

  private async compare(): Promise<void> {
    this.note(await recheck(this.watched, this.lastSet, this.moments));
  }

  private note(problem: string | null): void {
    if (problem !== null) this.found ??= `${problem} (call ${this.calls} since the check)`;
  }

  /** Changes what an earlier call may have remembered. */
  private async disturb(scratch: boolean): Promise<void> {
    const { executor } = this.watched;
    if (executor.disturb !== undefined) await executor.disturb(this.inputs.next(), scratch);
  }

  private async watching(work: () => Promise<void>): Promise<void> {
    const startNs = this.watched.nowNs();
    await work();
    this.spentNs += this.watched.nowNs() - startNs;
  }
}
