/** Log ratios as people read them. */

/** +5.1 %; -2.0 %. */
export function percent(logRatio: number): string {
  const value = Math.expm1(logRatio) * 100;
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)} %`;
}
