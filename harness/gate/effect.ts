/** From the log ratios of the sessions to an effect. The session is the unit: pairs of one process share its luck. */
import type { Interval } from '../bootstrap.ts';
import { seededRandom } from '../random.ts';
import { sorted } from '../stats.ts';
import { studentCritical, studentTail } from './distributions.ts';

/** Mean and scatter of the sessions' log ratios; all tests need no more. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the sessions. NaN of fewer than two. */
  readonly deviation: number;
  readonly standardError: number;
}

/** Sorted before they are added up: the order in which sessions came in then changes not even the last digit. */
export function moments(values: readonly number[]): Moments {
  const ascending = sorted(values);
  const count = ascending.length;
  const mean = ascending.reduce((sum, value) => sum + value, 0) / count;
  const squares = ascending.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { count, mean, deviation, standardError: deviation / Math.sqrt(count) };
}

/** Holds the true log ratio with probability 1 - alpha, by Student's t. */
export function interval({ count, mean, standardError }: Moments, alpha: number): Interval {
  if (count < 2) return { low: -Infinity, high: Infinity };
  const half = studentCritical(alpha, count - 1) * standardError;
  return { low: mean - half, high: mean + half };
}

/** One-sided: how probable at least this mean is where the truth is `limit`. */
export function pAbove({ count, mean, standardError }: Moments, limit: number): number {
  if (count < 2) return 1;
  const distance = mean - limit;
  if (standardError === 0) return distance > 0 ? 0 : 1;
  return studentTail(distance / standardError, count - 1);
}

/** Two-sided, against no difference. */
export function pDifferent(of: Moments): number {
  return Math.min(1, 2 * pAbove({ ...of, mean: Math.abs(of.mean) }, 0));
}

/** Up to here all assignments of signs are tried, beyond it as many are drawn. */
const mostExactSessions = 16;

/**
 * If base and head were the same, each session could as well have come out with the other sign. The share of assignments of signs
 * whose sum is at least as far from zero as the one seen. It assumes no distribution, and cannot be below 2 / 2^sessions.
 */
export function pSignFlip(values: readonly number[]): number {
  const sizes = sorted(values.map(Math.abs));
  const seen = Math.abs(sorted(values).reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order differ in their last digits.
  const limit = seen - 1e-10 * sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length <= mostExactSessions) return exactShare(sizes, limit);
  const random = seededRandom('sign flips');
  const draws = 2 ** mostExactSessions;
  // The assignment that was seen is one of those that could have been drawn.
  let atLeast = 1;
  for (let draw = 1; draw < draws; draw++) {
    let signs = 0;
    let sum = 0;
    for (const [index, size] of sizes.entries()) {
      if (index % 24 === 0) signs = random.integer(2 ** 24);
      sum += (signs & 1) === 0 ? size : -size;
      signs >>= 1;
    }
    if (Math.abs(sum) >= limit) atLeast++;
  }
  return atLeast / draws;
}

/** Half of all assignments, because the others are their mirrors; each differs from the one before by one sign (Gray's code). */
function exactShare(sizes: readonly number[], limit: number): number {
  const assignments = 2 ** (sizes.length - 1);
  const signs = sizes.map(() => 1);
  let sum = sizes.reduce((total, size) => total + size, 0);
  let atLeast = 1;
  for (let step = 1; step < assignments; step++) {
    const flipped = 31 - Math.clz32(step & -step);
    signs[flipped] = -signs[flipped];
    sum += 2 * signs[flipped] * sizes[flipped];
    if (Math.abs(sum) >= limit) atLeast++;
  }
  return atLeast / assignments;
}

/** The slowdown that as many sessions with this scatter tell from none with 80 % power at a level of 5 %: 2.8 = 1.96 + 0.84. A verdict asks for more: the margin lies between. */
export function minimumDetectable({ standardError }: Pick<Moments, 'standardError'>): number {
  return Math.exp(2.8 * standardError) - 1;
}
