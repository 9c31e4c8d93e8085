/** A session's pairs: base and head timed one right after the other, in an order that is drawn anew for each. */
import type { Random } from '../../kernels/contract.ts';
import { shuffled } from '../shuffle.ts';
import { median } from '../stats.ts';
import type { SessionOfCase } from './comparison.ts';

export type PairOrder = 'base first' | 'head first';

export interface Pair {
  readonly order: PairOrder;
  readonly baseNs: number;
  readonly headNs: number;
}

/** Half start with base and half with head, shuffled; of an odd number, the one left over is drawn. */
export function pairOrder(pairs: number, random: Random): readonly PairOrder[] {
  const first = random.integer(2);
  const orders = Array.from({ length: pairs }, (_, index): PairOrder =>
    (index + first) % 2 === 0 ? 'base first' : 'head first',
  );
  return shuffled(orders, random);
}

export const logRatio = ({ baseNs, headNs }: Pair): number => Math.log(headNs / baseNs);

interface ByOrder {
  readonly logRatio: number;
  readonly orderEffect: number;
}

/**
 * The median of each order's pairs, and the mean of the two: whatever goes first (a cold cache, a clock that rises) shifts the two
 * medians apart by as much in either direction and leaves their mean alone. Without such an effect it is as steady as the
 * median of all pairs.
 */
function byOrder(pairs: readonly Pair[]): ByOrder {
  const ratios = (order: PairOrder): number[] => pairs.filter((pair) => pair.order === order).map(logRatio);
  const [baseFirst, headFirst] = [ratios('base first'), ratios('head first')];
  if (baseFirst.length === 0 || headFirst.length === 0) {
    return { logRatio: median([...baseFirst, ...headFirst]), orderEffect: 0 };
  }
  const [low, high] = [median(baseFirst), median(headFirst)];
  return { logRatio: (low + high) / 2, orderEffect: low - high };
}

export type PairSummary = Pick<
  SessionOfCase,
  'pairs' | 'logRatio' | 'controlLogRatio' | 'baseNs' | 'headNs' | 'orderEffect'
>;

/** `controlPairs` are of head's second copy (as base) and head; without any there is no control. */
export function summarisePairs(pairs: readonly Pair[], controlPairs: readonly Pair[]): PairSummary {
  if (pairs.length === 0) throw new RangeError('a session without pairs says nothing: it is lost');
  return {
    pairs: pairs.length,
    ...byOrder(pairs),
    controlLogRatio: controlPairs.length === 0 ? null : byOrder(controlPairs).logRatio,
    baseNs: median(pairs.map(({ baseNs }) => baseNs)),
    headNs: median(pairs.map(({ headNs }) => headNs)),
  };
}
