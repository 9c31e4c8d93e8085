/** Piecewise constant fits: where a series is best cut, when every cut has its price. */

/**
 * Sums of distances to the median of every stretch: `costs[first][last - first]`, both ends counted.
 * A value added to a set costs its distance to the set's median interval, which a sorted copy gives at once.
 */
function stretchCosts(values: readonly number[]): readonly (readonly number[])[] {
  return values.map((_, first) => {
    const ascending: number[] = [];
    const costs: number[] = [];
    let cost = 0;
    for (let last = first; last < values.length; last++) {
      const value = values[last];
      const { length } = ascending;
      if (length > 0) {
        const low = ascending[Math.floor((length - 1) / 2)];
        const high = ascending[Math.floor(length / 2)];
        cost += Math.max(low - value, value - high, 0);
      }
      let place = length;
      while (place > 0 && ascending[place - 1] > value) place--;
      ascending.splice(place, 0, value);
      costs.push(cost);
    }
    return costs;
  });
}

export interface PottsFit {
  /** Index of the first value of every piece but the first. */
  readonly cuts: readonly number[];
  /** Distances to the pieces' medians, summed, and the price of the cuts. */
  readonly cost: number;
}

/**
 * The cuts that minimise the sum of distances to each piece's median plus `penalty` a cut, by dynamic programming: exact, and the
 * distances are not squared, so that a lone outlier is cheaper than two cuts. Pieces have `shortest` values or more. Of equally good
 * fits the one with the earliest cuts is given.
 */
export function pottsFit(values: readonly number[], penalty: number, shortest: number): PottsFit {
  const count = values.length;
  if (count === 0) return { cuts: [], cost: 0 };
  const costs = stretchCosts(values);
  // best[end]: of the first `end` values. The first piece has no cut before it, hence the price taken off the start.
  const best: number[] = [-penalty];
  const start: number[] = [0];
  for (let end = 1; end <= count; end++) {
    best[end] = Infinity;
    start[end] = 0;
    for (let first = 0; first <= end - shortest; first++) {
      const cost = best[first] + penalty + costs[first][end - 1 - first];
      if (cost < best[end]) [best[end], start[end]] = [cost, first];
    }
  }
  if (!Number.isFinite(best[count])) return { cuts: [], cost: costs[0][count - 1] };
  const cuts: number[] = [];
  for (let end = start[count]; end > 0; end = start[end]) cuts.unshift(end);
  return { cuts, cost: best[count] };
}
