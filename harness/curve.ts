/**
 * Least squares of t(n) = c + a n^k with c >= 0, on the logarithm of t, because noise in time is a share of it.
 *
 * Written as ln t = ln A + ln(u + (1 - u) x^k) with x = n / n_max: A = t(n_max) and u, the floor's share of it, in [0, 1).
 * ln A follows from the other two (the mean residual), u and k are found by Levenberg-Marquardt with u clamped at its bound.
 */

/** ln x = ln(n / n_max) at most 0, and ln t, of equal length. All points weigh the same: see fit.ts. */
export interface LogPoints {
  readonly lnX: Float64Array;
  readonly lnT: Float64Array;
}

export interface Curve {
  readonly exponent: number;
  /** c / t(n_max). */
  readonly floorShare: number;
  /** ln t(n_max). */
  readonly lnTotal: number;
  /** Sum over the points of (ln t - ln fitted t)^2. */
  readonly residualSquares: number;
}

/** Where k is searched. A fit at either end means that the points do not determine k. */
export const exponentRange = { low: 0.02, high: 8 } as const;
const largestFloorShare = 1 - 1e-6;

interface Guess {
  exponent: number;
  floorShare: number;
}

/** ln(t / t(n_max)) of the model. */
export function lnShape(curve: Readonly<Guess>, lnX: number): number {
  return Math.log(curve.floorShare + (1 - curve.floorShare) * Math.exp(curve.exponent * lnX));
}

function evaluate(points: LogPoints, guess: Readonly<Guess>): { lnTotal: number; residualSquares: number } {
  const { lnX, lnT } = points;
  let sum = 0;
  let squares = 0;
  // Taken from the first difference, so that the sum of squares keeps its digits when the logarithms are large.
  const origin = lnT[0] - lnShape(guess, lnX[0]);
  for (let i = 0; i < lnX.length; i++) {
    const difference = lnT[i] - lnShape(guess, lnX[i]) - origin;
    sum += difference;
    squares += difference * difference;
  }
  const average = sum / lnX.length;
  return { lnTotal: origin + average, residualSquares: Math.max(0, squares - sum * average) };
}

/** Sums of products of the centred columns: the two derivatives and the residual. */
interface Normal {
  uu: number;
  uk: number;
  kk: number;
  ur: number;
  kr: number;
}

function normalEquations(points: LogPoints, guess: Readonly<Guess>, lnTotal: number): Normal {
  const { lnX, lnT } = points;
  const u = guess.floorShare;
  let [sumU, sumK, sumR, uu, uk, kk, ur, kr] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < lnX.length; i++) {
    const power = Math.exp(guess.exponent * lnX[i]);
    const value = u + (1 - u) * power;
    const byU = (1 - power) / value;
    const byK = ((1 - u) * power * lnX[i]) / value;
    const residual = lnT[i] - lnTotal - Math.log(value);
    sumU += byU;
    sumK += byK;
    sumR += residual;
    uu += byU * byU;
    uk += byU * byK;
    kk += byK * byK;
    ur += byU * residual;
    kr += byK * residual;
  }
  const count = lnX.length;
  return {
    uu: uu - (sumU * sumU) / count,
    uk: uk - (sumU * sumK) / count,
    kk: kk - (sumK * sumK) / count,
    ur: ur - (sumU * sumR) / count,
    kr: kr - (sumK * sumR) / count,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function step(normal: Normal, guess: Readonly<Guess>, damping: number, exponentFree: boolean): Guess {
  const uu = normal.uu * (1 + damping);
  const kk = normal.kk * (1 + damping);
  let byU = exponentFree ? 0 : normal.ur / uu;
  let byK = 0;
  if (exponentFree) {
    const determinant = uu * kk - normal.uk * normal.uk;
    byU = (normal.ur * kk - normal.kr * normal.uk) / determinant;
    byK = (normal.kr * uu - normal.ur * normal.uk) / determinant;
    // The floor stays at its bound, so k takes the best step for that u.
    const bounded = clamp(guess.floorShare + byU, 0, largestFloorShare) - guess.floorShare;
    if (bounded !== byU) byK = (normal.kr - normal.uk * bounded) / kk;
  }
  return {
    floorShare: clamp(guess.floorShare + (Number.isFinite(byU) ? byU : 0), 0, largestFloorShare),
    exponent: clamp(guess.exponent + (Number.isFinite(byK) ? byK : 0), exponentRange.low, exponentRange.high),
  };
}

function descend(points: LogPoints, start: Readonly<Guess>, exponentFree: boolean): Curve {
  let guess: Readonly<Guess> = start;
  let state = evaluate(points, guess);
  let damping = 1e-6;
  for (let iteration = 0; iteration < 60 && damping < 1e8; iteration++) {
    const normal = normalEquations(points, guess, state.lnTotal);
    const next = step(normal, guess, damping, exponentFree);
    const nextState = evaluate(points, next);
    const gain = state.residualSquares - nextState.residualSquares;
    if (!(gain >= 0)) {
      damping = Math.max(damping * 10, 1e-4);
      continue;
    }
    guess = next;
    state = nextState;
    damping /= 10;
    if (gain <= 1e-8 * state.residualSquares + 1e-26) break;
  }
  return { ...guess, ...state };
}

/** The best curve with this exponent. */
export function fitFloor(points: LogPoints, exponent: number, startFloorShare: number): Curve {
  return descend(points, { exponent, floorShare: startFloorShare }, false);
}

/** The best curve near a start. */
export function refine(points: LogPoints, start: Readonly<Guess>): Curve {
  return descend(points, start, true);
}

/** The best curve of all: the descent is started at several exponents, because a steep curve over a floor is a valley of its own. */
export function fitCurve(points: LogPoints): Curve {
  const starts = [0.5, 1, 1.5, 2, 3, 4].map((exponent) => refine(points, fitFloor(points, exponent, 0)));
  return starts.reduce((best, curve) => (curve.residualSquares < best.residualSquares ? curve : best));
}

/** The best curve without a floor: a straight line in logarithms. */
export function fitWithoutFloor(points: LogPoints): Curve {
  const { lnX, lnT } = points;
  const meanX = lnX.reduce((sum, x) => sum + x, 0) / lnX.length;
  const spread = lnX.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const slope = lnX.reduce((sum, x, i) => sum + (x - meanX) * lnT[i], 0) / spread;
  const guess = { exponent: clamp(slope, exponentRange.low, exponentRange.high), floorShare: 0 };
  return { ...guess, ...evaluate(points, guess) };
}
