/** The n from which on one kernel is faster than another, with a 95 % bootstrap interval. */
import { drawMedian } from './bootstrap.ts';
import { selectPoints } from './points.ts';
import type { PointRules, TimePoint, UsablePoint } from './points.ts';
import { seededRandom } from './random.ts';

export interface CrossoverOptions extends Partial<PointRules> {
  /** Bootstrap draws; 1000 unless told. */
  readonly draws?: number;
  readonly seed?: number | string;
}

export type Side = 'first' | 'second';

export type Crossover =
  | {
      readonly kind: 'crossing';
      /** Where the order last changes: from here to the largest n measured it stays. */
      readonly n: number;
      /** Who is faster from n on. */
      readonly fasterAbove: Side;
      /** Null where the interval reaches beyond the n measured, below and above. */
      readonly low: number | null;
      readonly high: number | null;
      /** Every n at which the medians change order, ascending; the last is n. */
      readonly all: readonly number[];
    }
  | {
      readonly kind: 'none in range';
      /** Who is faster at every n measured. */
      readonly faster: Side;
      readonly from: number;
      readonly to: number;
      /** Share of bootstrap draws that agree. Near 0.5 the two are level, and the next run may say otherwise. */
      readonly agreement: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

interface Pair {
  readonly n: number;
  readonly first: UsablePoint;
  readonly second: UsablePoint;
}

function commonPoints(first: readonly UsablePoint[], second: readonly UsablePoint[]): Pair[] {
  const secondByN = new Map(second.map((point) => [point.n, point]));
  return first.flatMap((point) => {
    const other = secondByN.get(point.n);
    return other === undefined ? [] : [{ n: point.n, first: point, second: other }];
  });
}

const fasterAt = (lnRatio: number): Side => (lnRatio <= 0 ? 'first' : 'second');

/** Zeros of ln(t_first / t_second), straight between neighbours in ln n: between two measured n a power law is a straight line. */
function crossings(ns: readonly number[], lnRatios: ArrayLike<number>): number[] {
  const found: number[] = [];
  for (let i = 1; i < ns.length; i++) {
    const [before, after] = [lnRatios[i - 1], lnRatios[i]];
    if (fasterAt(before) === fasterAt(after)) continue;
    found.push(ns[i - 1] * (ns[i] / ns[i - 1]) ** (before / (before - after)));
  }
  return found;
}

/**
 * Compares two kernels at the n that both have. Between neighbouring n the curves are interpolated, never extrapolated. In
 * each bootstrap draw the question is the same as for the medians: where does the order that holds at the largest n begin?
 */
export function findCrossover(
  first: readonly TimePoint[],
  second: readonly TimePoint[],
  options: CrossoverOptions = {},
): Crossover {
  const pairs = commonPoints(selectPoints(first, options).usable, selectPoints(second, options).usable);
  if (pairs.length < 2) {
    return {
      kind: 'unknown',
      why: `${pairs.length} values of n at which both were measured; comparing needs two`,
    };
  }
  const ns = pairs.map((pair) => pair.n);
  const [from, to] = [ns[0], ns[ns.length - 1]];
  const lnRatios = pairs.map((pair) => pair.first.lnMedian - pair.second.lnMedian);
  const fasterAbove = fasterAt(lnRatios[lnRatios.length - 1]);
  const all = crossings(ns, lnRatios);

  const random = seededRandom(options.seed ?? 'crossover');
  const draws = Float64Array.from({ length: options.draws ?? 1000 }, () => {
    const drawn = pairs.map(
      (pair) => drawMedian(pair.first.lnSamples, random) - drawMedian(pair.second.lnSamples, random),
    );
    // Infinity: the order at the largest n is the other one, so this one begins beyond it, if at all.
    if (fasterAt(drawn[drawn.length - 1]) !== fasterAbove) return Number.POSITIVE_INFINITY;
    return crossings(ns, drawn).at(-1) ?? 0;
  }).sort();

  const n = all.at(-1);
  if (n === undefined) {
    const agreeing = draws.filter((draw) => draw === 0).length;
    return { kind: 'none in range', faster: fasterAbove, from, to, agreement: agreeing / draws.length };
  }
  // Ends are draws themselves, not interpolated: halfway to infinity is no answer.
  const low = draws[Math.floor(0.025 * (draws.length - 1))];
  const high = draws[Math.ceil(0.975 * (draws.length - 1))];
  return {
    kind: 'crossing',
    n,
    fasterAbove,
    low: low >= from ? low : null,
    high: high <= to ? high : null,
    all,
  };
}
