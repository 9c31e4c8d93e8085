/** How long a case will probably take, before anything has run. Good for telling minutes from hours, and for nothing else. */
import type { Kernel, Params } from '../kernels/contract.ts';
import type { SamplingPolicy } from './sampling.ts';
import { fewestOnBudget, overrun } from './sampling.ts';

/** What a middling adapter of its sort does on kernels like these; measured ones lie within a factor of ten. */
interface Speed {
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Compiling, inputs, the float64 check. */
  readonly setupSeconds: number;
}
const software: Speed = { operationsPerSecond: 2e9, bytesPerSecond: 0.5e9, setupSeconds: 0.4 };
const hardware: Speed = { operationsPerSecond: 500e9, bytesPerSecond: 100e9, setupSeconds: 0.5 };

/** An exponential costs about as much as this many multiply-adds. */
const operationsPerExp = 10;
/** Seconds for a case: set-up, one checked call, warm-ups, and sampling until its seconds are used. */
export function estimateSeconds(
  kernel: Kernel,
  params: Params,
  policy: SamplingPolicy,
  adapter: 'software' | 'hardware',
): number {
  const { operationsPerSecond, bytesPerSecond, setupSeconds } = adapter === 'software' ? software : hardware;
  const { flops, exps, bytesRead, bytesWritten } = kernel.cost(params);
  const callSeconds = Math.max(
    (flops + operationsPerExp * exps) / operationsPerSecond,
    (bytesRead + bytesWritten) / bytesPerSecond,
  );
  const slowest = Math.min(fewestOnBudget, Math.ceil((overrun * policy.seconds) / callSeconds)) * callSeconds;
  return setupSeconds + (1 + policy.warmups) * callSeconds + Math.max(policy.seconds, slowest);
}
