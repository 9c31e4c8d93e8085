import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../harness/random.ts';
import { ratioOfMedians } from '../../harness/ratio.ts';
import { median, medianInterval } from '../../harness/stats.ts';
import { geometricMean, ratioOfTimes } from './ratio.ts';
import type { Estimate } from './ratio.ts';

function estimateOf(samples: readonly number[]): Estimate {
  const interval = medianInterval(samples);
  return {
    medianNs: median(samples),
    interval: interval === null ? null : { lowNs: interval.low, highNs: interval.high },
  };
}

/** Skewed, as times are: a floor, and now and then much more. */
function drawn(seed: string, count: number, truth: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => truth * (1 + 0.05 * random.normal() ** 2));
}

describe('the ratio of two times', () => {
  test('holds the true ratio as often as it says, also where times are skewed and samples few', () => {
    // The median of a squared normal number.
    const middle = 1 + 0.05 * 0.4549364;
    for (const [above, below] of [
      [8, 8],
      [20, 20],
      [6, 50],
    ] as const) {
      const tries = 1500;
      const held = Array.from({ length: tries }, (_, index) => {
        const time = estimateOf(drawn(`time ${index}`, above, 3 / middle));
        const reference = estimateOf(drawn(`reference ${index}`, below, 2 / middle));
        const interval = ratioOfTimes(time, reference)?.interval;
        return interval !== null && interval !== undefined && interval.low <= 1.5 && 1.5 <= interval.high;
      }).filter(Boolean).length;
      expect(held / tries).toBeGreaterThan(0.945);
      // Nor is it so wide that it says nothing.
      expect(held / tries).toBeLessThan(0.9999);
    }
  });

  test('is as wide as the bootstrap from all samples, give or take', () => {
    for (const seed of ['one', 'two', 'three']) {
      const [time, reference] = [drawn(`${seed} time`, 40, 3), drawn(`${seed} reference`, 40, 2)];
      const own = ratioOfTimes(estimateOf(time), estimateOf(reference));
      const bootstrap = ratioOfMedians(time, reference);
      expect(own?.value).toBeCloseTo(bootstrap.value, 12);
      const width = (ends: { low: number; high: number } | null | undefined): number =>
        ends ? ends.high - ends.low : Number.NaN;
      const ratio = width(own?.interval) / width(bootstrap.interval);
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.8);
    }
  });

  test('turned around it is its inverse', () => {
    const a: Estimate = { medianNs: 30, interval: { lowNs: 29, highNs: 33 } };
    const b: Estimate = { medianNs: 20, interval: { lowNs: 18, highNs: 21 } };
    const [there, back] = [ratioOfTimes(a, b), ratioOfTimes(b, a)];
    expect(there?.interval?.low).toBeCloseTo(1 / (back?.interval?.high ?? 0), 12);
    expect(there?.interval?.high).toBeCloseTo(1 / (back?.interval?.low ?? 0), 12);
  });

  test('has no interval where one of the times has none, and there is none of nothing', () => {
    const alone: Estimate = { medianNs: 30, interval: null };
    const other: Estimate = { medianNs: 20, interval: { lowNs: 18, highNs: 21 } };
    expect(ratioOfTimes(alone, other)).toEqual({ value: 1.5, interval: null });
    expect(ratioOfTimes({ medianNs: 0, interval: null }, other)).toBeNull();
    expect(ratioOfTimes(other, { medianNs: 0, interval: null })).toBeNull();
  });
});

describe('the geometric mean', () => {
  test('of a ratio and its inverse is one, and its noise that of the mean of two', () => {
    const factor = Math.exp(0.2);
    const ratios = [4, 0.25].map((value) => ({
      value,
      interval: { low: value / factor, high: value * factor },
    }));
    const mean = geometricMean(ratios);
    expect(mean?.value).toBeCloseTo(1, 12);
    expect(Math.log(mean?.interval?.high ?? 0)).toBeCloseTo(0.2 / Math.sqrt(2), 12);
    expect(Math.log(mean?.interval?.low ?? 0)).toBeCloseTo(-0.2 / Math.sqrt(2), 12);
  });

  test('of none is none, and without an interval where a part has none', () => {
    expect(geometricMean([])).toBeNull();
    const mean = geometricMean([
      { value: 2, interval: { low: 1, high: 3 } },
      { value: 8, interval: null },
    ]);
    expect(mean?.value).toBeCloseTo(4, 12);
    expect(mean?.interval).toBeNull();
  });
});
