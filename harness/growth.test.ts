import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesGrowth } from './growth.ts';

const grow = (ns: readonly number[], bytes: (n: number) => number) =>
  bytesGrowth(ns.map((n) => ({ n, bytes: bytes(n) })));
const doublings = [128, 256, 512, 1024, 2048, 4096];

describe('growth of bytes', () => {
  test('the degree of a polynomial is exact, whatever the lower orders', () => {
    const integers = fc.integer({ min: 0, max: 1_000_000 });
    const cases = fc.record({
      lower: fc.array(integers, { maxLength: 2 }),
      leading: fc.integer({ min: 1, max: 100_000 }),
      ns: fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 5, maxLength: 8 }),
    });
    fc.assert(
      fc.property(cases, ({ lower, leading, ns }) => {
        const coefficients = [...lower, leading];
        const growth = grow(ns, (n) => coefficients.reduceRight((sum, factor) => sum * n + factor, 0));
        expect(growth).toMatchObject({ kind: 'polynomial', exponent: lower.length });
      }),
    );
  });

  test('scores of 8 heads beside inputs: exponent 2, last octave a little below', () => {
    const growth = grow(doublings, (n) => 8 * 4 * n * n + 4 * 8 * 64 * 4 * n + 256);
    expect(growth).toMatchObject({ kind: 'polynomial', exponent: 2, coefficients: [256, 8192, 32] });
    expect(growth.kind === 'polynomial' && growth.lastOctave.slope).toBeLessThan(2);
    expect(growth.kind === 'polynomial' && growth.lastOctave.slope).toBeGreaterThan(1.9);
  });

  test('scores alone double twice per octave, exactly', () => {
    expect(grow(doublings, (n) => 32 * n * n)).toEqual({
      kind: 'polynomial',
      exponent: 2,
      coefficients: [0, 0, 32],
      lastOctave: { from: 2048, to: 4096, slope: 2 },
    });
  });

  test('no scratch at all is constant', () => {
    expect(grow(doublings, () => 0)).toEqual({
      kind: 'polynomial',
      exponent: 0,
      coefficients: [0],
      lastOctave: { from: 2048, to: 4096, slope: 0 },
    });
  });

  test('what is no polynomial gets the exponent of its growing part', () => {
    const growth = grow(doublings, (n) => 1e6 + 8 * n ** 1.5);
    expect(growth.kind).toBe('local');
    expect(growth.kind === 'local' && growth.exponent).toBeCloseTo(1.5, 9);
  });

  test('rounding to tiles is local growth, not a law', () => {
    const growth = grow([100, 200, 400, 800], (n) => 4 * Math.ceil(n / 64) * 64);
    expect(growth.kind).toBe('local');
    expect(growth.kind === 'local' && growth.exponent).toBeCloseTo(1, 0);
  });

  test.each([
    [[{ n: 1, bytes: 1 }], '1 values of n; telling how bytes grow needs at least 3'],
    [
      [1, 2, 3].map((n) => ({ n: n > 2 ? 1 : n, bytes: n })),
      'the same n has different byte counts: these points are of more than one case',
    ],
    [[100, 250, 300].map((n) => ({ n, bytes: n ** 1.5 })), 'sweep n in doublings'],
    [[3, 2, 0].map((bytes, i) => ({ n: 2 ** i, bytes })), 'no bytes at n = 2 or 4'],
    [[7, 9, 8].map((bytes, i) => ({ n: 2 ** i, bytes })), 'bytes do not keep growing from n = 1 to 4'],
  ])('%j has no answer', (points, why) => {
    const growth = bytesGrowth(points);
    expect(growth.kind === 'none' && growth.why).toContain(why);
  });
});
