/** The n from which on one kernel is faster than another, with a 95 % bootstrap interval. */
import { medianDeviations } from './bootstrap.ts';
import { selectPoints } from './points.ts';
import type { PointRules, TimePoint, UsablePoint } from './points.ts';

interface DrawOptions {
  /** Bootstrap draws; 1000 unless told. */
  readonly draws?: number;
  readonly seed?: number | string;
}

export type CrossoverOptions = Partial<PointRules> & DrawOptions;

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

/** Where ln(t_first / t_second) is zero, straight in ln n between two measured n: there a power law is a straight line. */
const crossing = (from: number, to: number, before: number, after: number): number =>
  from * (to / from) ** (before / (before - after));

/** Every n at which the order changes, ascending. */
function crossings(ns: readonly number[], lnRatios: readonly number[]): number[] {
  const found: number[] = [];
  for (let i = 1; i < ns.length; i++) {
    const [before, after] = [lnRatios[i - 1], lnRatios[i]];
    if (fasterAt(before) !== fasterAt(after)) found.push(crossing(ns[i - 1], ns[i], before, after));
  }
  return found;
}

/** Who is faster in every draw; null where draws differ. */
function certainSide({ first, second }: Pair): Side | null {
  if (first.lnDrawn.high <= second.lnDrawn.low) return 'first';
  return first.lnDrawn.low > second.lnDrawn.high ? 'second' : null;
}

/** ln(t_first / t_second) in each draw. */
function drawnRatio({ first, second }: Pair, draws: number, stream: string): (draw: number) => number {
  const above = medianDeviations(first.lnSamples, draws, `${stream}/first`);
  const below = medianDeviations(second.lnSamples, draws, `${stream}/second`);
  const lnRatio = first.lnMedian - second.lnMedian;
  return (draw) => lnRatio + above(draw) - below(draw);
}

/**
 * In each draw, the n from which on the order is that of the medians at the largest n; ascending. 0: at every n measured. Infinity:
 * the order at the largest n is the other one, so this one begins beyond it, if at all. Only what the answer needs is drawn.
 */
function beginnings(
  pairs: readonly Pair[],
  fasterAbove: Side,
  draws: number,
  seed: number | string,
): Float64Array {
  const certain = pairs.map(certainSide);
  const found = new Float64Array(draws);
  if (certain.every((side) => side === fasterAbove)) return found;
  const ratios = pairs.map((pair, at) => drawnRatio(pair, draws, `${seed}/${at}`));
  const last = pairs.length - 1;
  for (let draw = 0; draw < draws; draw++) {
    let at = last;
    while (at >= 0 && (certain[at] ?? fasterAt(ratios[at](draw))) === fasterAbove) at--;
    if (at === last) found[draw] = Number.POSITIVE_INFINITY;
    else if (at >= 0) {
      found[draw] = crossing(pairs[at].n, pairs[at + 1].n, ratios[at](draw), ratios[at + 1](draw));
    }
  }
  return found.sort();
}

/**
 * Compares two kernels at the n that both have. Between neighbouring n the curves are interpolated, never extrapolated. In
 * each bootstrap draw the question is the same as for the medians: where does the order that holds at the largest n begin?
 */
export function crossoverOf(
  first: readonly UsablePoint[],
  second: readonly UsablePoint[],
  { draws = 1000, seed = 'crossover' }: DrawOptions = {},
): Crossover {
  const pairs = commonPoints(first, second);
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
  const begins = beginnings(pairs, fasterAbove, draws, seed);
  const n = all.at(-1);
  if (n === undefined) {
    const agreeing = begins.filter((begin) => begin === 0).length;
    return { kind: 'none in range', faster: fasterAbove, from, to, agreement: agreeing / draws };
  }
  // Ends are draws themselves, not interpolated: halfway to infinity is no answer.
  const low = begins[Math.floor(0.025 * (draws - 1))];
  const high = begins[Math.ceil(0.975 * (draws - 1))];
  return {
    kind: 'crossing',
    n,
    fasterAbove,
    low: low >= from ? low : null,
    high: high <= to ? high : null,
    all,
  };
}

/** The same of samples as they were taken. */
export function findCrossover(
  first: readonly TimePoint[],
  second: readonly TimePoint[],
  options: CrossoverOptions = {},
): Crossover {
  return crossoverOf(selectPoints(first, options).usable, selectPoints(second, options).usable, options);
}
