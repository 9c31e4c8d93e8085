import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description: 'how time and memory grow with n, up to what the adapter holds',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 1024, d: 64 },
  vary: { n: powersOfTwo(128, 65_536) },
  with: {
    longformer: { window: 64 },
    bigbird: { blockSize: 32 },
    performer: { features: 128 },
  },
  sampling: { seconds: 5, leastSamples: 10, mostSamples: 200 },
  software: {
    base: { heads: 1, d: 32, n: 512 },
    // Linear kernels show their slope once n is 8 times their window or features, which the settings below keep small.
    vary: { n: powersOfTwo(128, 32_768) },
    // Quadratic time: their last octaves alone would cost more than all the rest.
    only: { naive: { n: powersOfTwo(128, 8192) }, flash: { n: powersOfTwo(128, 16_384) } },
    with: {
      longformer: { window: 16 },
      bigbird: { blockSize: 16 },
      performer: { features: 32 },
    },
    sampling: { seconds: 4, leastSamples: 6, mostSamples: 100 },
  },
});
