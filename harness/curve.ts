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
export const largestFloorShare = 1 - 1e-6;

interface Guess {
  exponent: number;
  floorShare: number;
}

/** ln(t / t(n_max)) of the model. */
export function lnShape(curve: Readonly<Guess>, lnX: number): number {
  return Math.log(curve.floorShare + (1 - curve.floorShare) * Math.exp(curve.exponent * lnX));
}

/**
 * A curve's fit at a guess, with the sums of products of its centred columns (the derivatives by u and k, the residual) that
 * the next step needs.
 */
interface Assessment {
  readonly lnTotal: number;
  readonly residualSquares: number;
  readonly uu: number;
  readonly uk: number;
  readonly kk: number;
  readonly ur: number;
  readonly kr: number;
}

function assess({ lnX, lnT }: LogPoints, { floorShare: u, exponent }: Readonly<Guess>): Assessment {
  const count = lnX.length;
  let [sumU, sumK, sumR, uu, uk, kk, ur, kr, rr] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  // Residuals are counted from the first, so that their squares keep their digits when the logarithms are large.
  let origin = 0;
  for (let i = 0; i < count; i++) {
    const power = Math.exp(exponent * lnX[i]);
    const value = u + (1 - u) * power;
    const byU = (1 - power) / value;
    const byK = ((1 - u) * power * lnX[i]) / value;
    const difference = lnT[i] - Math.log(value);
    if (i === 0) origin = difference;
    const residual = difference - origin;
    sumU += byU;
    sumK += byK;
    sumR += residual;
    uu += byU * byU;
    uk += byU * byK;
    kk += byK * byK;
    ur += byU * residual;
    kr += byK * residual;
    rr += residual * residual;
  }
  return {
    lnTotal: origin + sumR / count,
    residualSquares: Math.max(0, rr - (sumR * sumR) / count),
    uu: uu - (sumU * sumU) / count,
    uk: uk - (sumU * sumK) / count,
    kk: kk - (sumK * sumK) / count,
    ur: ur - (sumU * sumR) / count,
    kr: kr - (sumK * sumR) / count,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function step(at: Assessment, guess: Readonly<Guess>, damping: number, exponentFree: boolean): Guess {
  const uu = at.uu * (1 + damping);
  const kk = at.kk * (1 + damping);
  let byU = exponentFree ? 0 : at.ur / uu;
  let byK = 0;
  if (exponentFree) {
    const determinant = uu * kk - at.uk * at.uk;
    byU = (at.ur * kk - at.kr * at.uk) / determinant;
    byK = (at.kr * uu - at.ur * at.uk) / determinant;
    // The floor stays at its bound, so k takes the best step for that u.
    const bounded = clamp(guess.floorShare + byU, 0, largestFloorShare) - guess.floorShare;
    if (bounded !== byU) byK = (at.kr - at.uk * bounded) / kk;
  }
  return {
    floorShare: clamp(guess.floorShare + (Number.isFinite(byU) ? byU : 0), 0, largestFloorShare),
    exponent: clamp(guess.exponent + (Number.isFinite(byK) ? byK : 0), exponentRange.low, exponentRange.high),
  };
}

function descend(points: LogPoints, start: Readonly<Guess>, exponentFree: boolean): Curve {
  let guess: Readonly<Guess> = start;
  let state = assess(points, guess);
  let damping = 1e-6;
  for (let iteration = 0; iteration < 60 && damping < 1e8; iteration++) {
    const next = step(state, guess, damping, exponentFree);
    const nextState = assess(points, next);
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
  const { lnTotal, residualSquares } = state;
  return { ...guess, lnTotal, residualSquares };
}

/** The best curve with this exponent. */
export function fitFloor(points: LogPoints, exponent: number, startFloorShare: number): Curve {
  return descend(points, { exponent, floorShare: startFloorShare }, false);
}

/** The best curve near a start. */
function refine(points: LogPoints, start: Readonly<Guess>): Curve {
  return descend(points, start, true);
}

/** The best curve of all: the descent is started at several exponents, because a steep curve over a floor is a valley of its own. */
export function fitCurve(points: LogPoints): Curve {
  const starts = [0.5, 1, 1.5, 2, 3, 4].map((exponent) => refine(points, fitFloor(points, exponent, 0)));
  return starts.reduce((best, curve) => (curve.residualSquares < best.residualSquares ? curve : best));
}
