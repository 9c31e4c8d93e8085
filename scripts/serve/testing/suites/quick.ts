import { defineSuite, powersOfTwo } from '../../../../harness/sweep.ts';

export default defineSuite({
  description: 'two kernels at a few lengths, in seconds on a software adapter',
  kernels: ['copy', 'naive'],
  base: { heads: 1, n: 64, d: 16 },
  vary: { n: powersOfTwo(32, 512) },
  sampling: { seconds: 0.05, leastSamples: 6, mostSamples: 8 },
});
