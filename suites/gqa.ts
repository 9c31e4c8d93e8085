import { defineSuite, powersOfTwo } from '../harness/sweep.ts';

export default defineSuite({
  description:
    'what sharing keys and values between query heads saves: 1, 2, 4 or 8 key and value heads for 8 query heads',
  kernels: ['naive', 'flash'],
  base: { heads: 8, n: 2048, d: 64 },
  vary: { kvHeads: powersOfTwo(1, 8) },
  software: { base: { n: 512, d: 32 } },
});
