import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from './random.ts';
import {
  RunningMedian,
  chanceOfHeads,
  detectTick,
  median,
  medianInterval,
  quantile,
  relativeHalfWidth,
} from './stats.ts';

const samples = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

test('the chance of heads', () => {
  expect(chanceOfHeads(8, 8)).toBeCloseTo(1 / 256, 12);
  expect(chanceOfHeads(2, 3)).toBeCloseTo(0.5, 12);
  expect(chanceOfHeads(0, 5)).toBeCloseTo(1, 12);
  expect(chanceOfHeads(15, 16)).toBeCloseTo(17 / 65_536, 12);
});

describe('median and quantile', () => {
  test('known values', () => {
    expect(median([5, 1, 4, 2, 3])).toBe(3);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.1)).toBe(14);
    expect(quantile([1, 2], 0)).toBe(1);
    expect(quantile([1, 2], 1)).toBe(2);
    expect(median([])).toBeNaN();
  });

  test('input is left in the order taken', () => {
    const values = [3, 1, 2];
    median(values);
    medianInterval(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test('half of the samples lie on either side', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

const ascending = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('interval of the median', () => {
  // Ranks as in the usual tables of the sign test (for example Conover 1999, table A3).
  test.each([
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.9921875],
    [10, 2, 9, 0.978515625],
    [20, 6, 15, 0.958610534667969],
    [30, 10, 21, 0.957226],
  ])('%d samples: ranks %d and %d', (count, low, high, confidence) => {
    const interval = medianInterval(ascending(count));
    expect(interval?.low).toBe(low);
    expect(interval?.high).toBe(high);
    expect(interval?.confidence).toBeCloseTo(confidence, 6);
  });

  test('none below six samples', () => {
    expect(medianInterval(ascending(5))).toBeNull();
    expect(relativeHalfWidth(ascending(5))).toBeNull();
    expect(medianInterval([])).toBeNull();
  });

  test('thousands of samples keep their 95 %', () => {
    const interval = medianInterval(ascending(5000));
    expect(interval?.confidence).toBeGreaterThanOrEqual(0.95);
    expect(interval?.confidence).toBeLessThan(0.953);
    // Normal approximation: half width 1.96 sqrt(5000) / 2 ranks.
    expect(((interval?.high ?? 0) - (interval?.low ?? 0)) / 2).toBeCloseTo(69.3, -0.3);
  });

  test('holds the true median as often as it says, for a skewed distribution', () => {
    const random = seededRandom('interval');
    const trials = 4000;
    for (const count of [6, 11, 25]) {
      let held = 0;
      let promised = 0;
      for (let trial = 0; trial < trials; trial++) {
        const interval = medianInterval(Array.from({ length: count }, () => Math.exp(random.normal())));
        if (interval === null) continue;
        promised = interval.confidence;
        if (interval.low <= 1 && 1 <= interval.high) held++;
      }
      const error = Math.sqrt((promised * (1 - promised)) / trials);
      expect(Math.abs(held / trials - promised)).toBeLessThan(4 * error);
      expect(promised).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('relative half width', () => {
    expect(relativeHalfWidth([98, 99, 100, 100, 101, 102])).toBeCloseTo(0.02, 12);
    expect(relativeHalfWidth([0, 0, 0, 0, 0, 0])).toBeNull();
  });

  test('samples one by one give the same as all at once', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const running = new RunningMedian();
        for (const value of values) running.add(value);
        expect(running.count).toBe(values.length);
        expect(running.median()).toBe(median(values));
        expect(running.interval()).toEqual(medianInterval(values));
        expect(running.relativeHalfWidth()).toBe(relativeHalfWidth(values));
      }),
    );
  });
});

describe('tick of a clock', () => {
  test('finds the grid whatever the origin and the order', () => {
    const grid = fc.record({
      tick: fc.integer({ min: 1, max: 100_000 }),
      origin: fc.bigInt({ min: 0n, max: 2n ** 63n }),
      steps: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 40 }),
    });
    fc.assert(
      fc.property(grid, ({ tick, origin, steps }) => {
        // 2 and 5 have no common divisor, so that no coarser grid fits.
        const stamps = [...steps, 0, 2, 5].map((step) => origin + BigInt(step) * BigInt(tick));
        const found = detectTick(BigUint64Array.from(stamps));
        expect(found).toMatchObject({ kind: 'tick', tickNs: tick, count: stamps.length });
      }),
    );
  });

  test('a period that is no whole nanosecond shows in the shortest step', () => {
    const stamps = [0, 1, 2, 5, 9].map((count) => BigInt(Math.round(count * 52.083)));
    expect(detectTick(stamps)).toEqual({
      kind: 'tick',
      tickNs: 1,
      shortestStepNs: 52,
      distinct: 5,
      count: 5,
    });
  });

  test('a clock that stands still has no tick', () => {
    expect(detectTick([5n, 5n, 5n])).toEqual({
      kind: 'none',
      why: '3 timestamps with 1 distinct values show no step: take them further apart',
    });
  });
});
