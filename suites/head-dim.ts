import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description: 'how time grows with the head dimension d (dv follows it) at a fixed n',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 2048, d: 64 },
  vary: { d: powersOfTwo(16, 256) },
  software: {
    base: { heads: 1, n: 512 },
    with: {
      longformer: { window: 16 },
      bigbird: { blockSize: 16 },
      performer: { features: 32 },
    },
  },
});
