/** The answer to a golden vector that a kernel cannot run. */
import type { VectorRefusal } from '../contract.ts';

export const refusedVector = (message: string): VectorRefusal => ({ kind: 'unsupported', message });
