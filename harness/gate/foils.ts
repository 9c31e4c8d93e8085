/** The usual designs, for comparison: base measured, then head, and the two sets of samples held against each other. */
import { median } from '../stats.ts';
import { normalTail } from './distributions.ts';

export type FoilVerdict = 'REGRESSED' | 'IMPROVED' | 'SAME';

/** Medians that differ by more than a flat 5 %. */
export function flatThreshold(
  baseNs: readonly number[],
  headNs: readonly number[],
  threshold = 0.05,
): FoilVerdict {
  const ratio = median(headNs) / median(baseNs);
  if (ratio > 1 + threshold) return 'REGRESSED';
  return ratio < 1 / (1 + threshold) ? 'IMPROVED' : 'SAME';
}

export interface MannWhitney {
  /** Pairs of one value of each set in which the second is larger; a tie is half a pair. */
  readonly u: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** Whether values of one set tend to be larger than those of the other. Exact below 50 values each without ties, as R does it; else the normal approximation. */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const all = [
    ...first.map((value) => ({ value, isSecond: false })),
    ...second.map((value) => ({ value, isSecond: true })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end].value === all[start].value) end++;
    const tied = end - start;
    tieTerm += tied ** 3 - tied;
    // Tied values share the mean of their ranks, which count from 1.
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index++) if (all[index].isSecond) rankSum += rank;
    start = end;
  }
  const [n, m] = [first.length, second.length];
  const u = rankSum - (m * (m + 1)) / 2;
  const pValue = tieTerm === 0 && n < 50 && m < 50 ? exactP(u, n, m) : normalP(u, n, m, tieTerm);
  return { u, pValue };
}

function exactP(u: number, n: number, m: number): number {
  const counts = orderings(n, m);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const smaller = Math.min(u, n * m - u);
  const tail = counts.slice(0, smaller + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * tail) / total);
}

/** In how many orders of n and m values each u comes up: the coefficients of the Gaussian binomial, factor by factor. */
function orderings(n: number, m: number): readonly number[] {
  const counts = Array.from({ length: n * m + 1 }, (_, u) => (u === 0 ? 1 : 0));
  for (let factor = 1; factor <= m; factor++) {
    for (let u = n * m; u >= n + factor; u--) counts[u] -= counts[u - n - factor];
    for (let u = factor; u <= n * m; u++) counts[u] += counts[u - factor];
  }
  return counts;
}

function normalP(u: number, n: number, m: number, tieTerm: number): number {
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1)));
  if (variance === 0) return 1;
  // Half a step towards the middle: u moves in whole steps, the normal does not.
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)));
}

/** Mann-Whitney on the samples of two runs, at a level of 5 %. */
export function mannWhitneyVerdict(
  baseNs: readonly number[],
  headNs: readonly number[],
  alpha = 0.05,
): FoilVerdict {
  const { u, pValue } = mannWhitney(baseNs, headNs);
  if (pValue >= alpha) return 'SAME';
  return u > (baseNs.length * headNs.length) / 2 ? 'REGRESSED' : 'IMPROVED';
}
