import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { ratioOfCases, ratioOfMedians } from './ratio.ts';
import { okCase, params } from '../reports/testing/records.ts';

const series = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 6, maxLength: 40 });

describe('ratioOfMedians', () => {
  it('is the median over the median, inside its interval', () => {
    expect(ratioOfMedians([30, 10, 20], [5, 4, 6])).toEqual({ value: 4, interval: null });
    fc.assert(
      fc.property(series, series, (above, below) => {
        const { value, interval } = ratioOfMedians(above, below);
        expect(interval).not.toBeNull();
        expect(interval?.low).toBeLessThanOrEqual(value * (1 + 1e-9));
        expect(interval?.high).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same interval for the same samples', () => {
    const above = [9, 10, 11, 12, 13, 14, 15];
    const below = [3, 4, 5, 6, 7, 8];
    expect(ratioOfMedians(above, below)).toEqual(ratioOfMedians(above, below));
  });

  it('holds the true ratio in about 95 % of experiments', () => {
    const random = seededRandom('coverage');
    const experiments = 300;
    let held = 0;
    for (let experiment = 0; experiment < experiments; experiment++) {
      const drawn = (scale: number): readonly number[] =>
        Array.from({ length: 20 }, () => scale * Math.exp(0.1 * random.normal()));
      const { interval } = ratioOfMedians(drawn(3), drawn(1));
      if (interval !== null && interval.low <= 3 && 3 <= interval.high) held++;
    }
    expect(held / experiments).toBeGreaterThan(0.91);
    expect(held / experiments).toBeLessThan(0.99);
  });
});

describe('ratioOfCases', () => {
  const record = (gpuNs: readonly number[], rounds?: readonly number[]) => ({
    ...okCase('flash', params({ n: 256 })),
    gpuNs: [...gpuNs],
    ...(rounds === undefined ? {} : { rounds: [...rounds] }),
  });

  it('compares round by round, so that a slow spell of the machine slows both sides', () => {
    // The second half of the rounds is ten times as slow; within a round the ratio is 3 throughout.
    const below = record([1, 1, 1, 10, 10, 10], [1, 1, 1, 1, 1, 1]);
    const above = record([2, 4, 3, 3, 3, 3, 30, 30, 30, 30, 30], [3, 2, 1, 2, 2, 1]);
    expect(ratioOfCases(above, below)).toMatchObject({ value: 3, interval: { low: 3, high: 3 } });
  });

  it('has no interval below six rounds, and ignores a round that one of them lacks', () => {
    const below = record([1, 2], [1, 1]);
    expect(ratioOfCases(record([4, 6, 900], [1, 1, 1]), below)).toEqual({ value: 3.5, interval: null });
  });

  it('divides medians where cases were taken in one go', () => {
    expect(ratioOfCases(record([30, 10, 20]), record([5, 4, 6], [1, 1, 1]))).toMatchObject({ value: 4 });
  });
});
