import { defineSuite } from '../harness/sweep.ts';

export default defineSuite({
  description: 'speed and error of f32, native f16 and packed f16 storage (f16s)',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba', 'ssd'],
  base: { heads: 8, n: 2048, d: 64 },
  vary: { precision: ['f32', 'f16', 'f16s'] },
  software: {
    base: { heads: 2, n: 512 },
    with: {
      longformer: { window: 16 },
      bigbird: { blockSize: 16 },
      performer: { features: 32 },
    },
  },
});
