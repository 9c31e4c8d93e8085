import type { Random } from '../kernels/contract.ts';
import { quantileOfSorted } from './stats.ts';

/**
 * One bootstrap draw of the median: samples taken with replacement from their own distribution, joined up between the order
 * statistics. Joined up, because the plain bootstrap can only land on samples themselves, which overstates the median's
 * variance by 20 to 30 % at 5 to 30 samples and makes intervals too wide.
 *
 * The middle of m uniform numbers follows Beta((m + 1) / 2, (m + 1) / 2), so one such number, pushed through the sample
 * quantiles, stands for m draws and a sort. Symmetric beta from two uniforms: Ulrich 1984 (Devroye 1986, IX.4.2).
 * The factor m / (m - 1) on the variance makes up for samples that scatter about their own median, not about the true one.
 */
export function drawMedian(ascending: ArrayLike<number>, random: Random): number {
  const count = ascending.length;
  const middle = quantileOfSorted(ascending, 0.5);
  if (count < 2) return middle;
  const radius = Math.sqrt(1 - random.uniform() ** (2 / count));
  const share = 0.5 + 0.5 * radius * Math.cos(2 * Math.PI * random.uniform());
  return middle + Math.sqrt(count / (count - 1)) * (quantileOfSorted(ascending, share) - middle);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle 95 % of bootstrap draws. */
export function percentileInterval(draws: readonly number[] | Float64Array): Interval {
  const ascending = Float64Array.from(draws).sort();
  return { low: quantileOfSorted(ascending, 0.025), high: quantileOfSorted(ascending, 0.975) };
}
