import { defineSuite } from '../../../../harness/sweep.ts';

export default defineSuite({
  description: 'a kernel that never comes back, before one that does',
  kernels: ['stuck', 'steady'],
  base: {},
  vary: {},
  sampling: { seconds: 0.05, leastSamples: 6, mostSamples: 8 },
});
