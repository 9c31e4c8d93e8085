import { defineSuite } from '../harness/sweep.ts';

export default defineSuite({
  description: 'does every kernel run at all: one tiny case each, in seconds',
  kernels: 'all',
  base: { heads: 2, n: 128, d: 32 },
  vary: {},
  with: {
    longformer: { window: 16 },
    bigbird: { blockSize: 16 },
    performer: { features: 32 },
    'flash-decode': { n: 16, m: 128 },
  },
  sampling: { seconds: 0.5, leastSamples: 6, mostSamples: 20 },
});
