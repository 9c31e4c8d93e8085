/** Which samples a paired session takes, in which order: pairs of base and head, and control pairs of head and its second copy. */
import type { Random } from '../kernels/contract.ts';
import type { PairOrder } from './gate/pairs.ts';
import { shuffled } from './shuffle.ts';
import { pairOrder } from './gate/pairs.ts';
import { overrun, repeatsFor } from './sampling.ts';

export interface ScheduledPair {
  readonly arm: 'pair' | 'control';
  readonly order: PairOrder;
}

/** A sample lasts this long at least: shorter ones are mostly what starting and ending a submit costs. */
const shortestSampleNs = 1e6;
/** Beyond it a tick is too large a part of a sample. */
const tickShare = 0.005;
/** With fewer a median says nothing. */
const fewestPairs = 6;
const pairsPerBlock = 2;

/** Calls per sample. */
export function pairRepeats(callNs: number, tickNs: number, most: number): number {
  const forTick = repeatsFor(callNs, tickNs, tickShare, most);
  return Math.min(Math.max(forTick, Math.ceil(shortestSampleNs / Math.max(callNs, 1))), Math.max(most, 1));
}

/**
 * Blocks of two pairs, one in each order, and a control pair. Whole blocks are taken for as long as time lasts, so that both arms are
 * balanced wherever it ends. `pairs` is rounded up to whole blocks.
 */
export function pairBlocks(pairs: number, random: Random): readonly (readonly ScheduledPair[])[] {
  const controls = pairOrder(Math.ceil(pairs / pairsPerBlock), random);
  return controls.map((order) =>
    shuffled(
      [
        { arm: 'pair', order: 'base first' },
        { arm: 'pair', order: 'head first' },
        { arm: 'control', order },
      ],
      random,
    ),
  );
}

/** Whether a block more is to be taken after so many pairs and seconds. A slow case still takes the fewest, unless those take four times its seconds. */
export function takesAnotherBlock(pairs: number, elapsedSeconds: number, seconds: number): boolean {
  if (elapsedSeconds < seconds || pairs === 0) return true;
  return pairs < fewestPairs && elapsedSeconds < overrun * seconds;
}
