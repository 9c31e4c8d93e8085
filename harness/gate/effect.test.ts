import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { interval, minimumDetectable, moments, pAbove, pDifferent, pSignFlip } from './effect.ts';

// Student's own data (1908): hours of sleep gained, the second drug less the first. t.test(x): t = 4.0621, p = 0.002833, 0.70 to 2.46.
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

test('mean, interval and p-value of data with a known answer', () => {
  const seen = moments(sleep);
  expect(seen.mean).toBeCloseTo(1.58, 12);
  expect(seen.deviation).toBeCloseTo(1.229995, 6);
  expect(interval(seen, 0.05).low).toBeCloseTo(0.7001142, 6);
  expect(interval(seen, 0.05).high).toBeCloseTo(2.4598858, 6);
  expect(pDifferent(seen)).toBeCloseTo(0.00283289, 7);
  expect(pAbove(seen, 0)).toBeCloseTo(0.00283289 / 2, 7);
  expect(pAbove(seen, 1.58)).toBeCloseTo(0.5, 12);
});

test('signs flipped by hand', () => {
  // All of one sign: only this assignment and its mirror are as far out.
  expect(pSignFlip([1, 2, 3, 4])).toBe(2 / 16);
  // Sums of ±1 ±2 ±3: 6 and 4 to either side, then 2, 0: four of eight are at least 4.
  expect(pSignFlip([-1, 2, 3])).toBe(4 / 8);
  expect(pSignFlip([1, -1])).toBe(1);
  // One is 0: its two signs are the same sum.
  expect(pSignFlip(sleep)).toBe(4 / 1024);
});

test('beyond 16 sessions the signs are drawn, close to the exact share and always the same', () => {
  const random = seededRandom('flips');
  const values = Array.from({ length: 20 }, () => 0.3 + random.normal());
  let atLeast = 0;
  const seen = Math.abs(values.reduce((sum, value) => sum + value, 0));
  for (let signs = 0; signs < 2 ** 20; signs++) {
    let sum = 0;
    for (let index = 0; index < 20; index++)
      sum += ((signs >> index) & 1) === 0 ? values[index] : -values[index];
    if (Math.abs(sum) >= seen - 1e-9) atLeast++;
  }
  const drawn = pSignFlip(values);
  expect(Math.abs(drawn - atLeast / 2 ** 20)).toBeLessThan(0.005);
  expect(pSignFlip(values)).toBe(drawn);
  expect(pSignFlip(Array.from({ length: 30 }, () => 1))).toBeCloseTo(2 ** -16, 12);
});

test('what these sessions would find', () => {
  expect(minimumDetectable(moments([0.03, -0.03, 0.03, -0.03]))).toBeCloseTo(
    Math.exp((2.8 * Math.sqrt(0.0012)) / 2) - 1,
    12,
  );
});

test('a slowdown of the smallest detectable size is found in about 80 % of tries', () => {
  const random = seededRandom('power');
  const tries = 2000;
  let found = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    const size = (2.8 * 0.03) / Math.sqrt(40);
    const seen = moments(Array.from({ length: 40 }, () => size + 0.03 * random.normal()));
    if (pDifferent(seen) < 0.05) found++;
  }
  expect(found / tries).toBeGreaterThan(0.75);
  expect(found / tries).toBeLessThan(0.85);
});

const sessions = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 14 });

test('p-values are probabilities, and the interval holds the mean', () => {
  fc.assert(
    fc.property(sessions, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (values, alpha) => {
      const seen = moments(values);
      for (const p of [pDifferent(seen), pAbove(seen, 0.02), pSignFlip(values)]) {
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }
      const { low, high } = interval(seen, alpha);
      expect(low).toBeLessThanOrEqual(seen.mean);
      expect(high).toBeGreaterThanOrEqual(seen.mean);
    }),
  );
});

test('p is below alpha exactly where the interval leaves zero out', () => {
  fc.assert(
    fc.property(sessions, (values) => {
      const seen = moments(values);
      fc.pre(seen.deviation > 1e-6);
      const { low, high } = interval(seen, 0.05);
      fc.pre(Math.abs(low) > 1e-9 && Math.abs(high) > 1e-9);
      expect(pDifferent(seen) < 0.05).toBe(low > 0 || high < 0);
    }),
  );
});

test('sessions that agree to the last digit', () => {
  const same = moments([0.1, 0.1, 0.1]);
  expect(pDifferent(moments([0, 0, 0]))).toBe(1);
  expect(interval(moments([0, 0, 0]), 0.05)).toEqual({ low: 0, high: 0 });
  expect(pDifferent(same)).toBeLessThan(1e-12);
});

test('one session has no scatter: nothing can be said', () => {
  expect(interval(moments([0.1]), 0.05)).toEqual({ low: -Infinity, high: Infinity });
  expect(pDifferent(moments([0.1]))).toBe(1);
});
