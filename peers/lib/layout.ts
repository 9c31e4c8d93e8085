/** Between [batch, heads, length, dimension], as kernels have it, and [batch, length, heads, dimension], as many libraries do. */

export interface HeadsShape {
  readonly batch: number;
  readonly heads: number;
  readonly length: number;
  readonly width: number;
}

function exchange(
  values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
  outer: number,
  first: number,
  second: number,
  width: number,
): Float32Array {
  const exchanged = new Float32Array(values.length);
  for (let o = 0; o < outer; o++) {
    for (let a = 0; a < first; a++) {
      for (let b = 0; b < second; b++) {
        const from = ((o * first + a) * second + b) * width;
        exchanged.set(values.subarray(from, from + width), ((o * second + b) * first + a) * width);
      }
    }
  }
  return exchanged;
}

/** [batch, heads, length, width] to [batch, length, heads, width]. */
export const lengthFirst = (
  values: Float32Array | Float64Array,
  { batch, heads, length, width }: HeadsShape,
): Float32Array => exchange(values, batch, heads, length, width);

/** [batch, length, heads, width] to [batch, heads, length, width]. */
export const headsFirst = (values: Float32Array, { batch, heads, length, width }: HeadsShape): Float32Array =>
  exchange(values, batch, length, heads, width);
