/** What the sessions of a comparison will vary by, from a few processes that held a kernel against itself. */
import { median, quantile } from '../stats.ts';
import type { Pair, PairOrder } from './pairs.ts';
import { logRatio, summarisePairs } from './pairs.ts';

/** One process: both arms are of the same work, so that every ratio that is not one is noise. */
export interface NullProcess {
  readonly pairs: readonly Pair[];
  readonly control: readonly Pair[];
}

/** With fewer, quantiles of what the pairs scatter say nothing. */
const fewestPairs = 24;

/** Log ratios less the median of their process, arm and order: what is left is the scatter of pairs. */
export function scatterOf(processes: readonly NullProcess[]): readonly number[] {
  return processes.flatMap(({ pairs, control }) =>
    [pairs, control].flatMap((arm) =>
      (['base first', 'head first'] as const).flatMap((order: PairOrder) => {
        const ratios = arm.filter((pair) => pair.order === order).map(logRatio);
        const middle = median(ratios);
        return ratios.map((ratio) => ratio - middle);
      }),
    ),
  );
}

/**
 * The standard deviation of the log ratios of sessions with so many pairs. Null of too few.
 *
 * Pairs alone: the median of n pairs lies between their quantiles 1/2 - 1/sqrt(n) and 1/2 + 1/sqrt(n) in 95 of 100 sessions, whatever their
 * distribution, so a quarter of that distance is one standard deviation. All processes give the quantiles together.
 *
 * What a process adds: its ratios should be one, so their squares are the variance, and what the pairs do not explain is the process's own. A few
 * processes are a poor estimate of a variance: only what goes beyond its standard error counts.
 */
export function predictedSpread(processes: readonly NullProcess[], pairs: number): number | null {
  const scatter = scatterOf(processes);
  if (scatter.length < fewestPairs) return null;
  const reach = 1 / Math.sqrt(pairs);
  const ofPairs = ((quantile(scatter, 0.5 + reach) - quantile(scatter, 0.5 - reach)) / 4) ** 2;
  const arms = processes.flatMap((process) => {
    if (process.pairs.length === 0) return [];
    const { logRatio: ratio, controlLogRatio } = summarisePairs(process.pairs, process.control);
    const arm = { ratio, count: process.pairs.length };
    return controlLogRatio === null
      ? [arm]
      : [arm, { ratio: controlLogRatio, count: process.control.length }];
  });
  let [weights, unexplained] = [0, 0];
  for (const { ratio, count } of arms) {
    weights += count;
    unexplained += count * (ratio ** 2 - (ofPairs * pairs) / count);
  }
  // Of an arm's square, weighted by its pairs, the error is the same in every arm: sqrt(2) times what its pairs explain.
  const standardError = (ofPairs * pairs * Math.sqrt(2 * arms.length)) / weights;
  return Math.sqrt(ofPairs + Math.max(0, unexplained / weights - standardError));
}
