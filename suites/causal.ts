import { defineSuite } from '../harness/sweep.ts';

export default defineSuite({
  description:
    'what a causal mask saves or costs; naive and flash in both alignments with more keys than queries',
  kernels: ['copy', 'naive', 'flash', 'longformer', 'performer', 'mamba'],
  base: { heads: 8, n: 2048, d: 64 },
  vary: { causal: [false, true] },
  // The two alignments differ only where there are more keys than queries.
  also: [
    { m: 4096, causal: true, align: 'top_left' },
    { m: 4096, causal: true, align: 'bottom_right' },
  ],
  software: {
    base: { heads: 2, n: 512 },
    also: [
      { m: 1024, causal: true, align: 'top_left' },
      { m: 1024, causal: true, align: 'bottom_right' },
    ],
    with: { longformer: { window: 16 }, performer: { features: 32 } },
  },
});
