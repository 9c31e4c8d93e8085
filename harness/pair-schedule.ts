/** Which samples a paired session takes, in which order: pairs of base and head, and control pairs of head and its second copy. */
import type { Random } from '../kernels/contract.ts';
import type { PairOrder } from './gate/pairs.ts';
import { pairOrder } from './gate/pairs.ts';
import { repeatsFor } from './sampling.ts';

export interface ScheduledPair {
  readonly arm: 'pair' | 'control';
  readonly order: PairOrder;
  /** Outputs are looked at again right after this pair. */
  readonly recheck: boolean;
}

/** A sample lasts this long at least: shorter ones are mostly what starting and ending a submit costs. */
const shortestSampleNs = 1e6;
/** Beyond it a tick is too large a part of a sample. */
const tickShare = 0.005;
/** With fewer a median says nothing. */
export const fewestPairs = 6;
/** Pairs of each arm for one control pair. */
const pairsPerControl = 2;

/** Calls per sample. */
export function pairRepeats(callNs: number, tickNs: number, most: number): number {
  const forTick = repeatsFor(callNs, tickNs, tickShare, most);
  return Math.min(Math.max(forTick, Math.ceil(shortestSampleNs / Math.max(callNs, 1))), Math.max(most, 1));
}

const even = (count: number): number => 2 * Math.round(count / 2);

/** How many pairs fit the seconds, when a sample takes `sampleSeconds` of them; all that are wanted where time allows. */
export function pairsThatFit(wanted: number, seconds: number, sampleSeconds: number): number {
  const secondsPerPair = 2 * sampleSeconds * (1 + 1 / pairsPerControl);
  const fitting = Math.floor(seconds / Math.max(secondsPerPair, 1e-9));
  return even(Math.min(wanted, Math.max(fewestPairs, fitting)));
}

/** Both arms in one shuffled order, each half base first and half head first, one pair of them looked at again. */
export function pairSchedule(pairs: number, random: Random): readonly ScheduledPair[] {
  const controls = Math.max(4, even(pairs / pairsPerControl));
  const arms = [
    ...pairOrder(pairs, random).map((order) => ({ arm: 'pair' as const, order })),
    ...pairOrder(controls, random).map((order) => ({ arm: 'control' as const, order })),
  ];
  for (let last = arms.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [arms[last], arms[other]] = [arms[other], arms[last]];
  }
  const comparing = arms.flatMap(({ arm }, at) => (arm === 'pair' ? [at] : []));
  const recheckedAt = comparing[random.integer(comparing.length)];
  return arms.map((one, at) => ({ ...one, recheck: at === recheckedAt }));
}
