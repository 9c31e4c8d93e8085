/** How many times as long one series is as another, with its interval. */
import type { Interval } from './bootstrap.ts';
import { drawMedian, percentileInterval } from './bootstrap.ts';
import { seededRandom } from './random.ts';
import type { MeasuredRecord } from './record.ts';
import { primarySamplesNs } from './record.ts';
import { fewestForMedianInterval, median, medianInterval, sorted } from './stats.ts';

export interface Ratio {
  readonly value: number;
  /** At least 95 %; null where a series has too few samples, or too few rounds, for an interval. */
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

function roundMedians(record: MeasuredRecord): readonly number[] {
  const samples = primarySamplesNs(record);
  let end = 0;
  return (record.rounds ?? []).map((count) => median(samples.slice(end, (end += count))));
}

/**
 * How many times as long one case takes as another of the same run. Cases that took turns are compared round by round, and the ratio
 * is the median of those of the rounds: a slow spell of the machine then slows both sides of a pair. Others: median over median.
 */
export function ratioOfCases(numerator: MeasuredRecord, denominator: MeasuredRecord): Ratio {
  const [above, below] = [roundMedians(numerator), roundMedians(denominator)];
  const rounds = Math.min(above.length, below.length);
  if (rounds === 0) return ratioOfMedians(primarySamplesNs(numerator), primarySamplesNs(denominator));
  const ratios = above.slice(0, rounds).map((ns, round) => ns / below[round]);
  return { value: median(ratios), interval: medianInterval(ratios) };
}
