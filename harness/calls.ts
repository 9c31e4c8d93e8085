/** A case that can be called: what checking and timing ask of our own kernels and of peers alike. */
import type { Tensors } from '../kernels/contract.ts';
import type { ChangedParts, OutputReading } from './buffers.ts';
import type { ByteCounts, Timeline } from './record.ts';
import type { SampleSource } from './sampling.ts';

export interface CaseCalls extends SampleSource {
  readonly compileNs: number;
  bytes(): ByteCounts;
  /** The outputs as the last call left them. */
  readOutputs(): Promise<OutputReading>;
  /** One call without timestamps; returns its submit-to-done time. Throws KernelError. */
  untimedCall(set: number): Promise<number>;
  /**
   * One call, what it left in the outputs, and its time. Poisoned before it: outputs and scratch with NaN, or the outputs alone
   * with finite values, which a kernel cannot tell from what a call leaves.
   */
  poisonedCall(
    set: number,
    poison?: 'everything' | 'outputs',
  ): Promise<OutputReading & { readonly callNs: number }>;
  /** Names of the inputs of a set that no longer hold these values, or were written past their end. Absent where they cannot be read. */
  changedInputs?(set: number, tensors: Tensors): Promise<readonly string[]>;
  /** Uploads new values of inputs and, if asked to, overwrites scratch; resolves when that is done. Absent where it cannot be. */
  disturb?(parts: readonly ChangedParts[], scratch: boolean): Promise<void>;
  /** One call, and when host and GPU did what; absent where that cannot be told. */
  tracedCall?(set: number): Promise<Timeline>;
  destroy(): void;
}
