/** A case that can be called: what checking and timing ask of our own kernels and of peers alike. */
import type { OutputReading } from './buffers.ts';
import type { ByteCounts, Timeline } from './record.ts';
import type { SampleSource } from './sampling.ts';

export interface CaseCalls extends SampleSource {
  readonly compileNs: number;
  bytes(): ByteCounts;
  /** The outputs as the last call left them. */
  readOutputs(): Promise<OutputReading>;
  /** One call without timestamps; returns its submit-to-done time. Throws KernelError. */
  untimedCall(set: number): Promise<number>;
  /** One call on poisoned outputs, what it left in them, and its time. */
  poisonedCall(set: number): Promise<OutputReading & { readonly callNs: number }>;
  /** One call, and when host and GPU did what; absent where that cannot be told. */
  tracedCall?(set: number): Promise<Timeline>;
  destroy(): void;
}
