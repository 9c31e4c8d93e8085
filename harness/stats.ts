/** Order statistics of a handful of samples, and what a clock's raw timestamps say about its tick. */

export function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** Linear interpolation between the order statistics (type 7 of Hyndman and Fan 1996, the usual default). */
export function quantileOfSorted(ascending: ArrayLike<number>, share: number): number {
  if (ascending.length === 0) return Number.NaN;
  const position = (ascending.length - 1) * Math.min(Math.max(share, 0), 1);
  const below = Math.floor(position);
  const low = ascending[below];
  const high = ascending[Math.min(below + 1, ascending.length - 1)];
  // The shortcut keeps an exact answer where both are equal, and infinities from turning into NaN.
  return low === high ? low : low + (high - low) * (position - below);
}

/** NaN of no values. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfSorted(sorted(values), share);
}

/** NaN of no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** What the interval really promises: at least 0.95, more for small counts because ranks are whole. */
  readonly confidence: number;
}

interface Ranks {
  /** Zero-based rank of the lower end; the upper end is as far from the other side. */
  readonly low: number;
  readonly confidence: number;
}

// Index = number of samples. The stop rule asks after every sample, so each count is worked out once.
const ranksByCount: (Ranks | null)[] = [];

/**
 * The innermost pair of order statistics that holds the median in at least 95 % of draws, whatever the distribution:
 * P(x_(r+1) <= median <= x_(count-r)) = 1 - 2 P(Binomial(count, 1/2) <= r).
 */
function medianRanks(count: number): Ranks | null {
  const known = ranksByCount[count];
  if (known !== undefined) return known;
  let ranks: Ranks | null = null;
  // The terms' logarithms, because 0.5^count is zero in floating point from 1075 samples on.
  let logTerm = count * Math.log(0.5);
  let tail = 0;
  for (let rank = 0; rank < count / 2; rank++) {
    tail += Math.exp(logTerm);
    if (tail > 0.025) break;
    ranks = { low: rank, confidence: 1 - 2 * tail };
    logTerm += Math.log((count - rank) / (rank + 1));
  }
  ranksByCount[count] = ranks;
  return ranks;
}

/** The chance of as many heads or more in so many throws of a coin: exact. */
export function chanceOfHeads(heads: number, throws: number): number {
  let logTerm = throws * Math.log(0.5);
  let chance = 0;
  for (let tails = 0; tails <= throws - heads; tails++) {
    chance += Math.exp(logTerm);
    logTerm += Math.log((throws - tails) / (tails + 1));
  }
  return Math.min(chance, 1);
}

/** Below this many samples even the smallest and the largest hold the median less than 95 % of the time. */
export const fewestForMedianInterval = 6;

/** `medianInterval` of values in ascending order. */
export function intervalOfSorted(ascending: readonly number[]): MedianInterval | null {
  const ranks = medianRanks(ascending.length);
  if (ranks === null) return null;
  return {
    low: ascending[ranks.low],
    high: ascending[ascending.length - 1 - ranks.low],
    confidence: ranks.confidence,
  };
}

/** The median's exact 95 % interval from order statistics; null below six samples, where there is none. */
export function medianInterval(values: readonly number[]): MedianInterval | null {
  return intervalOfSorted(sorted(values));
}

function relativeHalfWidthOfSorted(ascending: readonly number[]): number | null {
  const interval = intervalOfSorted(ascending);
  const middle = quantileOfSorted(ascending, 0.5);
  return interval === null || !(middle > 0) ? null : (interval.high - interval.low) / 2 / middle;
}

/** Half the median's 95 % interval over the median; null below six samples or where the median is not positive. */
export function relativeHalfWidth(values: readonly number[]): number | null {
  return relativeHalfWidthOfSorted(sorted(values));
}

/** Samples as they arrive, kept in order, so that the stop rule can be asked after each without sorting again. */
export class RunningMedian {
  private readonly ascending: number[] = [];

  get count(): number {
    return this.ascending.length;
  }

  add(value: number): void {
    let low = 0;
    let high = this.ascending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ascending[middle] <= value) low = middle + 1;
      else high = middle;
    }
    this.ascending.splice(low, 0, value);
  }

  /** NaN before the first sample. */
  median(): number {
    return quantileOfSorted(this.ascending, 0.5);
  }

  interval(): MedianInterval | null {
    return intervalOfSorted(this.ascending);
  }

  relativeHalfWidth(): number | null {
    return relativeHalfWidthOfSorted(this.ascending);
  }
}

export type Tick =
  | {
      readonly kind: 'tick';
      /** The largest step of which every distance between two timestamps is a multiple. */
      readonly tickNs: number;
      /**
       * The shortest distance seen between two different timestamps. Much longer than tickNs where the device counts in
       * steps that are no whole nanoseconds and rounds: then it is the better guess at the resolution.
       */
      readonly shortestStepNs: number;
      readonly distinct: number;
      readonly count: number;
    }
  | { readonly kind: 'none'; readonly why: string };

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The grid on which raw timestamps (ns, any order, any origin) lie. bigint, because they outgrow 2^53 ns after 104 days. */
export function detectTick(timestampsNs: ArrayLike<bigint>): Tick {
  const distinct = [...new Set(Array.from(timestampsNs))].sort((a, b) => (a < b ? -1 : 1));
  if (distinct.length < 2) {
    return {
      kind: 'none',
      why: `${timestampsNs.length} timestamps with ${distinct.length} distinct values show no step: take them further apart`,
    };
  }
  let divisor = 0n;
  let shortest = distinct[1] - distinct[0];
  for (let index = 1; index < distinct.length; index++) {
    const step = distinct[index] - distinct[index - 1];
    divisor = greatestCommonDivisor(step, divisor);
    if (step < shortest) shortest = step;
  }
  return {
    kind: 'tick',
    tickNs: Number(divisor),
    shortestStepNs: Number(shortest),
    distinct: distinct.length,
    count: timestampsNs.length,
  };
}
