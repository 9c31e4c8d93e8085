import { defineSuite } from '../harness/sweep.ts';

export default defineSuite({
  description:
    'how long each kernel takes to compile and to answer its first call (npm run bench:first-dispatch has no shader cache)',
  kernels: 'all',
  base: { heads: 2, n: 200, d: 64 },
  // flash is tuned at short lengths; at this one it has its default shape.
  with: { flash: { n: 800 }, 'flash-decode': { n: 16, m: 200 } },
  vary: { precision: ['f32', 'f16', 'f16s'], causal: [false, true], d: [64, 128] },
  sampling: { seconds: 0.2, leastSamples: 6, mostSamples: 6 },
});
