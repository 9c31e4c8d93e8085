/**
 * How time grows with n: the exponent k of t = c + a n^k and the slope of the last octave, each with a 95 % interval.
 *
 * Least squares on ln(median), every n weighing the same: weighing by the samples' scatter would hand the fit to whichever
 * points happen to be quiet, while what usually decides is how far the curve itself is from the truth.
 *
 * The interval holds each k that the points do not rule out: those whose best curve has a sum of squares no more than a
 * critical value above the best of all. The critical value is the 95th percentile of that same difference over bootstrap
 * draws from the fitted curve (medians resampled within each n), for which the curve is taken as straight in its parameters
 * (tangent.ts): over noise it nearly is, and a fit of every draw took thirty times as long for the same interval. Percentiles of the resampled k itself, the usual short
 * cut, were tried and dropped: where there is no launch floor, c sits on its bound, k is pulled down whenever c is, and
 * the interval holds the true k 90 to 94 % of the time. This one, for k = 1, 1.5, 2, n from 128 to 4096, 10 to 30 samples and
 * lognormal noise up to 10 %: 94 to 95 % without a floor, 95.5 to 96.5 % over one. Its weak sides: 92 to 94 % with five samples,
 * and 90 to 91 % without a floor where the noise at the smallest n is many times that at the largest.
 */
import { medianDeviations, percentileInterval } from './bootstrap.ts';
import type { Interval } from './bootstrap.ts';
import { exponentRange, fitCurve, fitFloor, lnShape } from './curve.ts';
import type { Curve, LogPoints } from './curve.ts';
import { selectPoints } from './points.ts';
import type { LeftOut, PointRules, TimePoint, UsablePoint } from './points.ts';
import { quantileOfSorted } from './stats.ts';
import { answersTo, tangentAt } from './tangent.ts';

export interface FitOptions extends Partial<PointRules> {
  /** Bootstrap draws; 1000 unless told. */
  readonly draws?: number;
  readonly seed?: number | string;
}

/** Whether t = c + a n^k describes the points. */
export type Description =
  | { readonly kind: 'within noise' }
  /** Off by more than noise explains, by at most a tenth: the interval is the wider one that the misses themselves give. */
  | { readonly kind: 'beyond noise'; readonly why: string }
  /** Off by more than a tenth somewhere: the exponent is an average, not a law. */
  | { readonly kind: 'poor'; readonly why: string };

export type ExponentFit =
  | {
      readonly kind: 'fit';
      readonly exponent: number;
      readonly interval: Interval;
      /** c of t = c + a n^k. Zero where the points show none. */
      readonly floorNs: number;
      /** a of t = c + a n^k. */
      readonly scaleNs: number;
      /** Of ln t. */
      readonly rSquared: number;
      /** Largest |measured / fitted - 1|. */
      readonly worstMiss: number;
      readonly description: Description;
    }
  | {
      readonly kind: 'none';
      readonly code: 'too few points' | 'undetermined';
      readonly why: string;
    };

export type OctaveSlope =
  | {
      readonly kind: 'slope';
      readonly from: number;
      readonly to: number;
      /** log2 of the ratio of medians per doubling of n. */
      readonly slope: number;
      readonly interval: Interval;
    }
  | { readonly kind: 'none'; readonly why: string };

export interface ScalingFit {
  readonly exponent: ExponentFit;
  readonly lastOctave: OctaveSlope;
  /** The n of the points that the fit rests on, ascending. */
  readonly used: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

/** Three parameters and one point to contradict them. */
const fewestPoints = 4;
const largestGoodMiss = 0.1;
/** How rarely noise alone may miss the curve by as much before the curve is blamed. */
const misfitShare = 0.01;

/** 97.5th percentile of Student's t, by degrees of freedom from 1; beyond the table, the series in 1 / df (Abramowitz and Stegun 26.7.5). */
const studentTable = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];
function studentQuantile(degrees: number): number {
  return studentTable[degrees - 1] ?? 1.96 + 2.3723 / degrees + 2.8225 / degrees ** 2;
}

/** The last exponent in one direction whose best curve is still allowed; null where all are, up to the range's end. */
function intervalEnd(points: LogPoints, best: Curve, allowed: number, towards: number): number | null {
  const isAllowed = (exponent: number): boolean =>
    fitFloor(points, exponent, best.floorShare).residualSquares <= allowed;
  let inside = best.exponent;
  let outside = inside;
  for (let width = 0.01; ; width *= 2) {
    const reach = Math.min(width, Math.abs(towards - best.exponent));
    outside = best.exponent + Math.sign(towards - best.exponent) * reach;
    if (!isAllowed(outside)) break;
    if (outside === towards || reach < width) return null;
    inside = outside;
  }
  while (Math.abs(outside - inside) > 1e-7) {
    const middle = (inside + outside) / 2;
    if (isAllowed(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

function describe(beyondNoise: boolean, worstMiss: number): Description {
  if (!beyondNoise) return { kind: 'within noise' };
  if (worstMiss <= largestGoodMiss) {
    const why = `the points are up to ${percent(worstMiss)} off c + a n^k, more than their noise explains; the interval is widened to match`;
    return { kind: 'beyond noise', why };
  }
  const why = `the points are up to ${percent(worstMiss)} off c + a n^k: read the exponent as an average over the range, not as a law`;
  return { kind: 'poor', why };
}

function fitExponent(points: readonly UsablePoint[], options: FitOptions): ExponentFit {
  if (points.length < fewestPoints) {
    const why = `${points.length} usable values of n; a floor and an exponent need at least ${fewestPoints}`;
    return { kind: 'none', code: 'too few points', why };
  }
  const largest = points[points.length - 1].n;
  const logPoints = {
    lnX: Float64Array.from(points, (point) => Math.log(point.n / largest)),
    lnT: Float64Array.from(points, (point) => point.lnMedian),
  };
  const best = fitCurve(logPoints);
  const { draws = 1000, seed = 'fit' } = options;
  const noise = points.map(({ lnSamples }, index) => medianDeviations(lnSamples, draws, `${seed}/${index}`));
  const { rises, residualSquares } = answersTo(noise, draws, tangentAt(logPoints, best));

  const degrees = points.length - 3;
  const residual = best.residualSquares;
  // The first term is rounding: noiseless points miss their curve by a few last digits.
  const beyondNoise = residual > 1e-16 + quantileOfSorted(residualSquares, 1 - misfitShare);
  // Where the curve is off by more than noise, resampling the noise says nothing about k; the misses themselves do.
  const fromMisses = beyondNoise ? (studentQuantile(degrees) ** 2 * residual) / degrees : 0;
  const allowed = residual + Math.max(quantileOfSorted(rises, 0.95), fromMisses, 1e-16);

  const low = intervalEnd(logPoints, best, allowed, exponentRange.low);
  const high = intervalEnd(logPoints, best, allowed, exponentRange.high);
  if (low === null || high === null) {
    const why = `time from n = ${points[0].n} to ${largest} rises too little above its floor to tell an exponent; measure larger n`;
    return { kind: 'none', code: 'undetermined', why };
  }
  const { lnX, lnT } = logPoints;
  const average = lnT.reduce((sum, value) => sum + value, 0) / lnT.length;
  const totalSquares = lnT.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const worstMiss = lnT.reduce(
    (worst, value, i) =>
      Math.max(worst, Math.abs(Math.exp(value - best.lnTotal - lnShape(best, lnX[i])) - 1)),
    0,
  );
  const totalNs = Math.exp(best.lnTotal);
  return {
    kind: 'fit',
    exponent: best.exponent,
    interval: { low, high },
    floorNs: totalNs * best.floorShare,
    scaleNs: (totalNs * (1 - best.floorShare)) / largest ** best.exponent,
    rSquared: 1 - residual / totalSquares,
    worstMiss,
    description: describe(beyondNoise, worstMiss),
  };
}

function lastOctaveSlope(points: readonly UsablePoint[], options: FitOptions): OctaveSlope {
  const last = points.at(-1);
  if (last === undefined || points.length < 2) {
    return { kind: 'none', why: `${points.length} usable values of n; a slope needs two` };
  }
  const distanceToHalf = (point: UsablePoint): number => Math.abs(Math.log((2 * point.n) / last.n));
  const before = points
    .slice(0, -1)
    .reduce((nearest, point) => (distanceToHalf(point) <= distanceToHalf(nearest) ? point : nearest));
  const octaves = Math.log(last.n / before.n);
  const { draws = 1000, seed = 'last octave' } = options;
  const lnRatio = last.lnMedian - before.lnMedian;
  const above = medianDeviations(last.lnSamples, draws, `${seed}/last`);
  const below = medianDeviations(before.lnSamples, draws, `${seed}/before`);
  const slopes = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) slopes[draw] = (lnRatio + above(draw) - below(draw)) / octaves;
  return {
    kind: 'slope',
    from: before.n,
    to: last.n,
    slope: lnRatio / octaves,
    interval: percentileInterval(slopes),
  };
}

/** Fits one group: a kernel at fixed axes, its samples at each n. The same input gives the same answer. */
export function fitScaling(points: readonly TimePoint[], options: FitOptions = {}): ScalingFit {
  const { usable, leftOut } = selectPoints(points, options);
  return {
    exponent: fitExponent(usable, options),
    lastOctave: lastOctaveSlope(usable, options),
    used: usable.map((point) => point.n),
    leftOut,
  };
}

/** The fitted curve at n, ns. */
export function fittedNs(fit: Extract<ExponentFit, { kind: 'fit' }>, n: number): number {
  return fit.floorNs + fit.scaleNs * n ** fit.exponent;
}
