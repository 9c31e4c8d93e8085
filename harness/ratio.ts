/** How many times as long one series is as another, with its interval. */
import type { Interval } from './bootstrap.ts';
import { drawMedian, percentileInterval } from './bootstrap.ts';
import { seededRandom } from './random.ts';
import { fewestForMedianInterval, median, sorted } from './stats.ts';

export interface Ratio {
  readonly value: number;
  /** The middle 95 % of bootstrap draws; null where a series has too few samples for an interval. */
  readonly interval: Interval | null;
}

const draws = 2000;

/** Median over median. The samples of both were taken in one run; the same samples give the same interval. */
export function ratioOfMedians(numeratorNs: readonly number[], denominatorNs: readonly number[]): Ratio {
  const value = median(numeratorNs) / median(denominatorNs);
  if (Math.min(numeratorNs.length, denominatorNs.length) < fewestForMedianInterval) {
    return { value, interval: null };
  }
  const random = seededRandom('ratio of medians');
  const [above, below] = [sorted(numeratorNs), sorted(denominatorNs)];
  const ratios = Float64Array.from(
    { length: draws },
    () => drawMedian(above, random) / drawMedian(below, random),
  );
  return { value, interval: percentileInterval(ratios) };
}
