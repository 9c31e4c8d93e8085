/**
 * A race between shapes. Samples are taken in turns, and each is held against the default's of the same turn, so that a machine
 * that slows down slows all of them. The slower half leaves after each heat; the one that is left meets the default in a final
 * with samples of its own, since those that it was chosen by flatter it.
 */
import type { MedianInterval } from './stats.ts';
import { chanceOfHeads, median, medianInterval } from './stats.ts';

/** The least gain that is worth an entry in a table. */
export const leastGain = 0.03;

const firstHeatTurns = 2;
const longestHeatTurns = 8;
/** The final is judged after so many turns, and at no other time: looking at every sample would find an accident sooner or later. */
const finalLooks = [8, 16, 32];
/** That any race of a search, at any look, keeps a shape that is not worth it. */
const mostChance = 0.05;

export interface RaceTrack {
  /** How many shapes run; the first is the default. */
  readonly count: number;
  /** How many such races the search holds: the more, the surer each must be. */
  readonly races: number;
  /** Nanoseconds of one sample. */
  readonly sample: (index: number) => Promise<number>;
  readonly outOfTime: () => boolean;
}

export interface Ratio extends Pick<MedianInterval, 'low' | 'high'> {
  readonly median: number;
  readonly pairs: number;
}

export type RaceResult =
  /** `best`: the fastest of the others, and how it compared. */
  | { readonly kind: 'default' | 'better'; readonly best: number; readonly ratio: Ratio }
  | { readonly kind: 'out of time' };

/** Runs the default and the others in turns, there and back. Null when time runs out. */
async function runTurns(
  { sample, outOfTime }: RaceTrack,
  others: readonly number[],
  turns: number,
): Promise<ReadonlyMap<number, number[]> | null> {
  const ratios = new Map(others.map((index) => [index, [] as number[]]));
  const order = [0, ...others];
  for (let turn = 0; turn < turns; turn++) {
    const times = new Map<number, number>();
    for (const index of turn % 2 === 0 ? order : order.toReversed()) {
      if (outOfTime()) return null;
      times.set(index, await sample(index));
    }
    for (const index of others) {
      ratios.get(index)?.push((times.get(index) ?? Number.NaN) / (times.get(0) ?? Number.NaN));
    }
  }
  return ratios;
}

/** The fastest of two or more shapes, if it is better than the default by more than noise and `leastGain`. */
export async function raceShapes(track: RaceTrack): Promise<RaceResult> {
  let others = Array.from({ length: track.count - 1 }, (_, index) => index + 1);
  for (let turns = firstHeatTurns; others.length > 1; turns = Math.min(2 * turns, longestHeatTurns)) {
    const ratios = await runTurns(track, others, turns);
    if (ratios === null) return { kind: 'out of time' };
    const score = (index: number): number => median(ratios.get(index) ?? []);
    others = others.toSorted((a, b) => score(a) - score(b)).slice(0, Math.floor(others.length / 2));
  }
  return final(track, others[0]);
}

async function final(track: RaceTrack, best: number): Promise<RaceResult> {
  const pairs: number[] = [];
  for (const look of finalLooks) {
    const more = await runTurns(track, [best], look - pairs.length);
    if (more === null) return { kind: 'out of time' };
    pairs.push(...(more.get(best) ?? []));
    const interval = medianInterval(pairs);
    if (interval === null) continue;
    const ratio = { median: median(pairs), low: interval.low, high: interval.high, pairs: pairs.length };
    const gains = pairs.filter((one) => one <= 1 - leastGain).length;
    const isSure = chanceOfHeads(gains, pairs.length) <= mostChance / (track.races * finalLooks.length);
    if (isSure && ratio.high <= 1 - leastGain) return { kind: 'better', best, ratio };
    if (ratio.low > 1 - leastGain || look === finalLooks.at(-1)) return { kind: 'default', best, ratio };
  }
  return { kind: 'out of time' };
}
