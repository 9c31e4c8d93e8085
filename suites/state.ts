import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description: 'where linear-time mechanisms overtake causal attention, at equal width',
  kernels: ['flash', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 4096, d: 64, causal: true },
  vary: { n: powersOfTwo(128, 65_536) },
  sampling: { seconds: 5, leastSamples: 10, mostSamples: 200 },
  software: {
    base: { heads: 2, n: 1024 },
    vary: { n: powersOfTwo(64, 8192) },
    // Quadratic time: the last octave alone would cost more than all the rest.
    only: { flash: { n: powersOfTwo(64, 4096) } },
    sampling: { seconds: 2, leastSamples: 6, mostSamples: 100 },
  },
});
