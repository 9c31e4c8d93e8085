import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description:
    'how the time of a few queries grows with the length m of their key cache, heads sharing keys or not',
  kernels: ['naive', 'flash', 'flash-decode'],
  base: { heads: 8, n: 1, m: 8192, d: 64 },
  vary: { m: powersOfTwo(1024, 65_536) },
  also: [
    // Eight query heads that share one head of keys.
    ...powersOfTwo(1024, 65_536).map((m) => ({ m, kvHeads: 1 })),
    // A few tokens at once, as in speculative decoding: the last query sees all keys.
    ...[4, 16].flatMap((n) => [8192, 65_536].map((m) => ({ n, m, causal: true, align: 'bottom_right' }))),
  ],
  software: {
    base: { heads: 4 },
    vary: { m: powersOfTwo(1024, 32_768) },
    also: [
      ...powersOfTwo(1024, 32_768).map((m) => ({ m, kvHeads: 1 })),
      ...[4, 16].map((n) => ({ n, causal: true, align: 'bottom_right' })),
    ],
    sampling: { seconds: 2, leastSamples: 6, mostSamples: 50 },
  },
});
