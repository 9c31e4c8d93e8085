import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from './random.ts';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('seeded random numbers', () => {
  test('the same seed gives the same numbers, now and in every later version', () => {
    const random = seededRandom('inputs/flash/q/0');
    // Stored: a change here changes the inputs of every measurement.
    expect(take(4, () => random.integer(1000))).toEqual([560, 419, 670, 139]);
    const again = seededRandom(7);
    expect(take(3, () => again.normal()).map((x) => x.toFixed(6))).toEqual([
      '-0.932411',
      '-0.651807',
      '-2.035138',
    ]);
  });

  test('different seeds give different numbers, a number and its digits included', () => {
    const seeds: (number | string)[] = [
      ...Array.from({ length: 2000 }, (_, seed) => seed),
      '1',
      'a',
      'b',
      '',
    ];
    const firsts = seeds.map((seed) => {
      const random = seededRandom(seed);
      return take(4, () => random.uniform()).join();
    });
    expect(new Set(firsts).size).toBe(seeds.length);
  });

  test('uniform stays below 1 even after rounding to f32', () => {
    const random = seededRandom('uniform');
    const values = take(1_000_000, () => random.uniform());
    const ends = values.reduce(
      ([low, high], x) => [Math.min(low, x), Math.max(high, Math.fround(x))],
      [1, 0],
    );
    expect(ends[0]).toBeGreaterThanOrEqual(0);
    expect(ends[1]).toBeLessThan(1);
    expect(ends[1]).toBeGreaterThan(0.999);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    const pairs = values.slice(1).map((x, index) => (x - 0.5) * (values[index] - 0.5));
    expect(Math.abs(mean(pairs))).toBeLessThan(4 / 12 / Math.sqrt(values.length));
  });

  test('normal has the moments of a standard normal', () => {
    const random = seededRandom('normal');
    const values = take(400_000, () => random.normal());
    const moment = (power: number): number => mean(values.map((x) => x ** power));
    const error = (variance: number): number => 4 * Math.sqrt(variance / values.length);
    expect(Math.abs(moment(1))).toBeLessThan(error(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
    expect(Math.abs(moment(3))).toBeLessThan(error(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
  });

  test('integer is whole, in range, and reaches every value', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, below) => {
        const random = seededRandom(seed);
        return take(20, () => random.integer(below)).every((x) => Number.isInteger(x) && x >= 0 && x < below);
      }),
    );
    const random = seededRandom('dice');
    const counts = [0, 0, 0, 0, 0, 0];
    for (let throws = 0; throws < 60_000; throws++) counts[random.integer(6)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 99.9th percentile of chi-square with 5 degrees of freedom.
    expect(chiSquare).toBeLessThan(20.5);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 33])('integer(%d) is refused', (below) => {
    expect(() => seededRandom(1).integer(below)).toThrow('whole number from 1 to 2^32');
  });
});
