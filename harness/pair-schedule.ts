/** Which samples a paired session takes, in which order: turns of base, head and head's second copy. */
import type { Random } from '../kernels/contract.ts';
import { shuffled } from './shuffle.ts';
import { overrun, repeatsFor } from './sampling.ts';

/** Who runs. `copy` is compiled from head's code a second time: held against head it shows what the method itself makes up. */
export type Runner = 'base' | 'head' | 'copy';
/** All three, one right after the other. */
export type Turn = readonly [Runner, Runner, Runner];

/** A sample lasts this long at least: shorter ones are mostly what starting and ending a submit costs. */
const shortestSampleNs = 1e6;
/** Beyond it a tick is too large a part of a sample. */
const tickShare = 0.005;
/** With fewer a median says nothing. */
const fewestPairs = 6;
const turnsPerBlock = 2;
/** With the same turns backwards these are all orders. */
const turns: readonly Turn[] = [
  ['base', 'head', 'copy'],
  ['base', 'copy', 'head'],
  ['copy', 'base', 'head'],
];

/** Calls per sample. */
export function pairRepeats(callNs: number, tickNs: number, most: number): number {
  const forTick = repeatsFor(callNs, tickNs, tickShare, most);
  return Math.min(Math.max(forTick, Math.ceil(shortestSampleNs / Math.max(callNs, 1))), Math.max(most, 1));
}

const backwards = ([first, second, third]: Turn): Turn => [third, second, first];

/**
 * Blocks of two turns, one and the same backwards: whoever ran before another runs after it too. All three run equally often, equally often
 * at each place, and as likely after each other as after themselves: what has run less lately finds colder caches, and would look
 * slower for that alone. Whole blocks are taken for as long as time lasts, so that all are balanced wherever it ends. `pairs`, one a
 * turn, is rounded up to whole blocks.
 */
export function turnBlocks(pairs: number, random: Random): readonly (readonly Turn[])[] {
  const blocks: (readonly Turn[])[] = [];
  const count = Math.ceil(pairs / turnsPerBlock);
  while (blocks.length < count) {
    for (const turn of shuffled(turns, random)) blocks.push(shuffled([turn, backwards(turn)], random));
  }
  return blocks.slice(0, count);
}

/** Whether a block more is to be taken after so many pairs and seconds. A slow case still takes the fewest, unless those take four times its seconds. */
export function takesAnotherBlock(pairs: number, elapsedSeconds: number, seconds: number): boolean {
  if (elapsedSeconds < seconds || pairs === 0) return true;
  return pairs < fewestPairs && elapsedSeconds < overrun * seconds;
}
