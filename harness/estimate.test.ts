import { expect, test } from 'vitest';
import copy from '../kernels/copy/kernel.ts';
import { estimateSeconds } from './estimate.ts';
import { resolveParams } from './params.ts';
import { defaultPolicy } from './sampling.ts';

const policy = { ...defaultPolicy, seconds: 2, warmups: 2 };
const seconds = (n: number, adapter: 'software' | 'hardware'): number =>
  estimateSeconds(copy, resolveParams({}, { n, heads: 8, d: 64 }), policy, adapter);

test('a small case costs its set-up and its sampling time', () => {
  expect(seconds(1, 'hardware')).toBeCloseTo(0.5 + 2, 3);
});

test('a slow case costs nine calls: one checked, two warm-ups, six samples', () => {
  // 2^17 rows of 64 floats in 8 heads, read and written: 0.5 GB.
  const callSeconds = (2 * 8 * 2 ** 17 * 64 * 4) / 0.5e9;
  expect(seconds(2 ** 17, 'software')).toBeCloseTo(0.4 + 9 * callSeconds, 6);
  expect(seconds(2 ** 17, 'hardware')).toBeLessThan(5);
});

test('a case of which one call takes more than four times its seconds gets one sample', () => {
  const callSeconds = (2 * 8 * 2 ** 20 * 64 * 4) / 0.5e9;
  expect(seconds(2 ** 20, 'software')).toBeCloseTo(0.4 + 4 * callSeconds, 6);
});
