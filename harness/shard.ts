/** One part of a sweep that several machines or jobs share. */
import { UsageError } from './errors.ts';

/** The index counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Reads `2/4`. Throws UsageError. */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > of) {
    throw new UsageError(
      `'${text}' is not a shard; write index/count with an index from 1 to count, such as 1/4`,
    );
  }
  return { index, of };
}

/**
 * Every of-th item, starting at the index: neighbours in a sweep cost about the same, so each shard gets its share of the
 * expensive ones.
 */
export function shardOf<Item>(items: readonly Item[], shard: Shard | null): readonly Item[] {
  return shard === null ? items : items.filter((_, at) => at % shard.of === shard.index - 1);
}
