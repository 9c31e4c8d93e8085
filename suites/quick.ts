import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description: 'a first look: how time grows with n for every mechanism, in minutes on any machine',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 1024, d: 64 },
  vary: { n: powersOfTwo(512, 16384) },
  only: { naive: { n: powersOfTwo(512, 8192) } },
  with: {
    longformer: { window: 64 },
    bigbird: { blockSize: 32 },
    performer: { features: 128 },
  },
  sampling: { seconds: 1, leastSamples: 6, mostSamples: 50 },
  software: {
    base: { heads: 2, n: 256 },
    vary: { n: powersOfTwo(128, 4096) },
    only: { naive: { n: powersOfTwo(128, 2048) }, flash: { n: powersOfTwo(128, 2048) } },
    with: {
      longformer: { window: 16 },
      bigbird: { blockSize: 16 },
      performer: { features: 32 },
    },
    sampling: { seconds: 2, leastSamples: 6, mostSamples: 50 },
  },
});
