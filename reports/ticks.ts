/** Where axes carry ticks: powers of two for lengths and bytes, decades (and 2 and 5 between them) for the rest. */

/** Round values in [low, high], as many as `most` allows, on a logarithmic axis of base 10. */
function decimalTicks(low: number, high: number, most: number): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const ticks = (mantissas: readonly number[], stride: number): readonly number[] => {
    const found: number[] = [];
    for (let exponent = first; exponent <= last; exponent++) {
      if (exponent % stride !== 0) continue;
      // Parsed, because 10 ** -7 and its neighbours are a last digit off.
      for (const mantissa of mantissas) found.push(Number(`${mantissa}e${exponent}`));
    }
    return found.filter((tick) => tick >= low && tick <= high);
  };
  const candidates = [
    ticks([1, 2, 5], 1),
    ticks([1], 1),
    ...[2, 3, 5, 10].map((stride) => ticks([1], stride)),
  ];
  const coarse = candidates.find((found) => found.length <= most) ?? [low, high];
  // Within less than a decade 1, 2 and 5 may leave too few to read a value by.
  return coarse.length >= 3 ? coarse : ticks([1, 2, 3, 4, 5, 6, 7, 8, 9], 1);
}

function binaryTicks(low: number, high: number, most: number): readonly number[] {
  const [first, last] = [Math.ceil(Math.log2(low)), Math.floor(Math.log2(high))];
  const stride = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks: number[] = [];
  for (let exponent = Math.ceil(first / stride) * stride; exponent <= last; exponent += stride) {
    ticks.push(2 ** exponent);
  }
  return ticks;
}

/** Ticks of a logarithmic axis; both ends positive. */
export function logarithmicTicks(low: number, high: number, base: 2 | 10, most: number): readonly number[] {
  return base === 2 ? binaryTicks(low, high, most) : decimalTicks(low, high, most);
}
