/** The blocks of a sequence, and which of them a block of rows sees. */
import type { Random } from '../contract.ts';
import { ceilDivide } from '../lib/plan.ts';
import type { TileParams } from '../lib/tile.ts';

export interface Blocks extends TileParams {
  readonly blockSize: number;
  readonly randomBlocks: number;
}

/** The last block may be short. */
export const blockCount = (p: Blocks): number => ceilDivide(p.n, p.blockSize);

/** Blocks that are neither the first nor the last: those with a row in `rand`. */
export const middleBlocks = (p: Blocks): number => Math.max(0, blockCount(p) - 2);

/** Rows of the first block, and of the last where that is another one. */
export const firstRows = (p: Blocks): number => Math.min(p.n, p.blockSize);
export const lastRows = (p: Blocks): number =>
  blockCount(p) === 1 ? 0 : p.n - (blockCount(p) - 1) * p.blockSize;

/** First, last, and the window of three around a middle block: ascending, each once. */
const fixedBlocks = (p: Blocks, block: number): readonly number[] =>
  [...new Set([0, block - 1, block, block + 1, blockCount(p) - 1])].sort((a, b) => a - b);

/**
 * `rand` [heads, nb - 2, r]: for each head and middle block, r distinct blocks that it would not see otherwise, all of them equally
 * likely. Where fewer than r exist, all of them come first and the block's own number fills the rest, which adds nothing.
 */
export function drawBlocks(p: Blocks, random: Random): readonly number[] {
  const drawn: number[] = [];
  for (let head = 0; head < p.heads; head++) {
    for (let block = 1; block <= middleBlocks(p); block++) {
      const fixed = fixedBlocks(p, block);
      const others = blockCount(p) - fixed.length;
      const chosen = new Set<number>();
      while (chosen.size < Math.min(p.randomBlocks, others)) {
        // The index-th block that is not fixed: every fixed block at or before it moves it on by one.
        chosen.add(fixed.reduce((at, seen) => (at >= seen ? at + 1 : at), random.integer(others)));
      }
      const padding = Array.from({ length: p.randomBlocks - chosen.size }, () => block);
      drawn.push(...chosen, ...padding);
    }
  }
  return drawn;
}

/** Blocks that the rows of a block see, each once. `rand` is the tensor's data. */
export function visibleBlocks(
  p: Blocks,
  rand: ArrayLike<number>,
  head: number,
  block: number,
): readonly number[] {
  if (block === 0 || block === blockCount(p) - 1) {
    return Array.from({ length: blockCount(p) }, (_, index) => index);
  }
  const begin = (head * middleBlocks(p) + block - 1) * p.randomBlocks;
  const random = Array.from({ length: p.randomBlocks }, (_, index) => rand[begin + index]);
  return [...new Set([...fixedBlocks(p, block), ...random])].sort((a, b) => a - b);
}

/** The positions of some blocks. */
export const positionsOf = (p: Blocks, blocks: readonly number[]): readonly number[] =>
  blocks.flatMap((block) => {
    const begin = block * p.blockSize;
    return Array.from({ length: Math.min(p.blockSize, p.n - begin) }, (_, at) => begin + at);
  });

/** Pairs of a row and a key it sees, per head, with random blocks as `drawBlocks` draws them. O(number of blocks). */
export function visiblePairs(p: Blocks): number {
  const missing = blockCount(p) === 1 ? 0 : p.blockSize - lastRows(p);
  let pairs = (firstRows(p) + lastRows(p)) * p.n;
  for (let block = 1; block <= middleBlocks(p); block++) {
    const fixed = fixedBlocks(p, block).length;
    const blocks = fixed + Math.min(p.randomBlocks, blockCount(p) - fixed);
    // Every middle block sees the last one, which may be short.
    pairs += p.blockSize * (blocks * p.blockSize - missing);
  }
  return pairs;
}
