/** IEEE 754 half precision on the host, for runtimes without Float16Array. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Nearest half, ties to even; overflow becomes infinity, as storing to f16 does. */
export function halfBits(value: number): number {
  float[0] = value;
  const x = bits[0];
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From 65520 on, the nearest half is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: a multiple of 2^-24. Scaling is exact, and rounding to even is done on the integer.
    const scaled = Math.abs(float[0]) * 2 ** 24;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    const up = rest > 0.5 || (rest === 0.5 && (floor & 1) === 1);
    return sign | (floor + (up ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The value of a half's bits. */
export function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | null = null;

/** All halves by their bits: reading megabytes of results is a look-up. */
export function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => halfValue(half));
  return table;
}
