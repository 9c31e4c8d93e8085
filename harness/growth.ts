/** How bytes grow with n. Bytes are counted, not measured, so there is no noise and the answer can be exact. */

export interface BytesPoint {
  readonly n: number;
  readonly bytes: number;
}

export interface OctaveRatio {
  readonly from: number;
  readonly to: number;
  /** log2 of the ratio of bytes per doubling of n, constants and lower orders included. */
  readonly slope: number;
}

export type Growth =
  | {
      /** Every point lies on one polynomial in n; its degree is the exponent. */
      readonly kind: 'polynomial';
      readonly exponent: number;
      /** Bytes per n^index. */
      readonly coefficients: readonly number[];
      readonly lastOctave: OctaveRatio;
    }
  | {
      /** No polynomial: the exponent of the part that depends on n, from the last two steps. */
      readonly kind: 'local';
      readonly exponent: number;
      readonly lastOctave: OctaveRatio;
    }
  | { readonly kind: 'none'; readonly why: string };

const highestDegree = 3;

/** Coefficients, by power, of the polynomial through the points (Newton's divided differences). */
function interpolate(points: readonly BytesPoint[]): number[] {
  const differences = points.map((point) => point.bytes);
  for (let order = 1; order < points.length; order++) {
    for (let i = points.length - 1; i >= order; i--) {
      differences[i] = (differences[i] - differences[i - 1]) / (points[i].n - points[i - order].n);
    }
  }
  let coefficients = [differences[points.length - 1]];
  for (let i = points.length - 2; i >= 0; i--) {
    // (x - n_i) times the polynomial so far, plus the next difference.
    const raised = [differences[i], ...coefficients];
    coefficients = raised.map((value, power) => value - points[i].n * (coefficients[power] ?? 0));
  }
  return coefficients;
}

function valueAt(coefficients: readonly number[], n: number): number {
  return coefficients.reduceRight((value, coefficient) => value * n + coefficient, 0);
}

/** The polynomial of the lowest degree that all points lie on, with at least one point more than it could bend through. */
function exactPolynomial(points: readonly BytesPoint[]): number[] | null {
  for (let degree = 0; degree <= Math.min(highestDegree, points.length - 2); degree++) {
    const coefficients = interpolate(points.slice(-degree - 1));
    const holds = points.every(
      ({ n, bytes }) => Math.abs(valueAt(coefficients, n) - bytes) <= 1e-9 * Math.max(bytes, 1),
    );
    if (holds) return coefficients;
  }
  return null;
}

/**
 * The growth of exact byte counts, for any number of n, in any order. Give it the part in question: `bytes.scratch` for
 * what a mechanism adds, `bytes.peak` for what a call holds.
 */
export function bytesGrowth(points: readonly BytesPoint[]): Growth {
  const byN = new Map(points.map((point) => [point.n, point]));
  const ascending = [...byN.values()].sort((a, b) => a.n - b.n);
  if (points.some(({ n, bytes }) => byN.get(n)?.bytes !== bytes)) {
    return {
      kind: 'none',
      why: 'the same n has different byte counts: these points are of more than one case',
    };
  }
  if (ascending.length < 3) {
    return { kind: 'none', why: `${ascending.length} values of n; telling how bytes grow needs at least 3` };
  }
  const [third, second, last] = ascending.slice(-3);
  const half = ascending.find((point) => point.n * 2 === last.n) ?? second;
  const ratio = last.bytes === half.bytes ? 1 : last.bytes / half.bytes;
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    return { kind: 'none', why: `no bytes at n = ${half.n} or ${last.n}, so that their ratio means nothing` };
  }
  const lastOctave = { from: half.n, to: last.n, slope: Math.log(ratio) / Math.log(last.n / half.n) };

  const coefficients = exactPolynomial(ascending);
  if (coefficients !== null) {
    return { kind: 'polynomial', exponent: coefficients.length - 1, coefficients, lastOctave };
  }
  const step = last.n / second.n;
  // Equal ratios of n make the constant drop out of the differences, and each difference grows by step^exponent.
  if (Math.abs(second.n / third.n / step - 1) > 1e-9) {
    return {
      kind: 'none',
      why: 'no polynomial in n, and the last three n are not in one ratio: sweep n in doublings',
    };
  }
  const growth = (last.bytes - second.bytes) / (second.bytes - third.bytes);
  if (!(growth > 0 && Number.isFinite(growth))) {
    return { kind: 'none', why: `bytes do not keep growing from n = ${third.n} to ${last.n}` };
  }
  return { kind: 'local', exponent: Math.log(growth) / Math.log(step), lastOctave };
}
