import { shapedKernel } from '../shaped.ts';

/** One of its shapes counts to two: the fastest, and wrong. */
export default shapedKernel([{ rounds: 1, adds: 2 }]);
