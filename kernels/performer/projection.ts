/** The random projection of FAVOR+. */
import type { Random } from '../contract.ts';

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

const gaussian = (d: number, random: Random): Float64Array =>
  Float64Array.from({ length: d }, () => random.normal());

/** `d` orthonormal rows, uniformly distributed: Gram-Schmidt on Gaussian rows, each swept twice so that rounding leaves no rest. */
function orthonormalBlock(d: number, random: Random): readonly Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < d) {
    const row = gaussian(d, random);
    const before = Math.sqrt(dot(row, row));
    for (let sweep = 0; sweep < 2; sweep++) {
      for (const earlier of rows) {
        const along = dot(row, earlier);
        for (let i = 0; i < d; i++) row[i] -= along * earlier[i];
      }
    }
    const length = Math.sqrt(dot(row, row));
    // A draw that lies in the span of the earlier rows has no direction left to take.
    if (length > 1e-6 * before) rows.push(row.map((x) => x / length));
  }
  return rows;
}

/**
 * [features, d], row-major: rows orthogonal within blocks of d, each as long as an independent Gaussian row of d numbers, so that
 * every row alone is Gaussian (Choromanski et al. 2020, section 2.4; `scaling` 0 of the authors' code).
 */
export function orthogonalProjection(features: number, d: number, random: Random): Float64Array {
  const projection = new Float64Array(features * d);
  for (let from = 0; from < features; from += d) {
    const block = orthonormalBlock(d, random).slice(0, features - from);
    block.forEach((row, r) => {
      const norm = gaussian(d, random);
      const length = Math.sqrt(dot(norm, norm));
      projection.set(
        row.map((x) => x * length),
        (from + r) * d,
      );
    });
  }
  return projection;
}
