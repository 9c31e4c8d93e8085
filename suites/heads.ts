import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description: 'how time grows with the number of heads at a fixed n and d',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 2048, d: 64 },
  vary: { heads: powersOfTwo(1, 32) },
  software: {
    base: { heads: 4, n: 512, d: 32 },
    with: {
      longformer: { window: 16 },
      bigbird: { blockSize: 16 },
      performer: { features: 32 },
    },
  },
});
