/**
 * How the best curve answers noise: around a fit, ln t is taken as straight in the floor's share u and the exponent k, with u kept
 * within its bounds. Then what noise does to the least sum of squares is a few products, and a bootstrap needs no fits.
 */
import { largestFloorShare } from './curve.ts';
import type { Curve, LogPoints } from './curve.ts';

export interface Tangent {
  /** Derivatives of ln t by u and by k at each point, about their means: a factor on all times is free. */
  readonly byU: Float64Array;
  readonly byK: Float64Array;
  /** How far u can go down and up from the fit. */
  readonly lowest: number;
  readonly highest: number;
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

const product = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);

export function tangentAt({ lnX }: LogPoints, { exponent, floorShare: u }: Curve): Tangent {
  const powers = lnX.map((x) => Math.exp(exponent * x));
  return {
    byU: centred(powers.map((power) => (1 - power) / (u + (1 - u) * power))),
    byK: centred(powers.map((power, index) => ((1 - u) * power * lnX[index]) / (u + (1 - u) * power))),
    lowest: -u,
    highest: largestFloorShare - u,
  };
}

export interface Answers {
  /** How much the best curve with the exponent kept misses more than the best of all, in sums of squares; ascending. */
  readonly rises: Float64Array;
  /** What the best of all misses; ascending. */
  readonly residualSquares: Float64Array;
}

/** `noise`: by point, what a draw adds to its ln t. */
export function answersTo(
  noise: readonly ((draw: number) => number)[],
  draws: number,
  tangent: Tangent,
): Answers {
  const { byU, byK, lowest, highest } = tangent;
  const [uu, uk, kk] = [product(byU, byU), product(byU, byK), product(byK, byK)];
  const determinant = uu * kk - uk * uk;
  const rises = new Float64Array(draws);
  const residualSquares = new Float64Array(draws);
  const within = (step: number): number =>
    Number.isFinite(step) ? Math.min(Math.max(step, lowest), highest) : 0;
  for (let draw = 0; draw < draws; draw++) {
    let [sum, squares, u, k] = [0, 0, 0, 0];
    for (let point = 0; point < noise.length; point++) {
      const value = noise[point](draw);
      sum += value;
      squares += value * value;
      u += byU[point] * value;
      k += byK[point] * value;
    }
    const kept = within(u / uu);
    const gainKept = kept * (2 * u - kept * uu);
    const stepU = within((u * kk - k * uk) / determinant);
    // The best k for that u: the best of both, unless u is at its bound.
    const stepK = kk > 0 ? (k - uk * stepU) / kk : 0;
    const gain = stepU * (2 * u - stepU * uu - 2 * stepK * uk) + stepK * (2 * k - stepK * kk);
    // Rounding may put the better of the two a last digit behind.
    const most = Math.max(gain, gainKept);
    rises[draw] = most - gainKept;
    residualSquares[draw] = Math.max(0, squares - sum ** 2 / noise.length - most);
  }
  return { rises: rises.sort(), residualSquares: residualSquares.sort() };
}
