/** How numbers read in every report: three significant digits, units chosen once. */

/** Three significant digits, no exponent between 0.001 and a million: 1.23, 12.3, 123, 1235, 0.00123. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return formatScientific(value);
  if (size >= 999.5) return String(Math.round(value));
  return value.toPrecision(3);
}

/** Two significant digits with a power of ten: 3.0e-13. */
export function formatScientific(value: number): string {
  return value === 0 ? '0' : value.toExponential(1).replace('e+', 'e');
}

interface Unit {
  readonly size: number;
  readonly name: string;
}

const durationUnits: readonly Unit[] = [
  { size: 1, name: 'ns' },
  { size: 1e3, name: 'µs' },
  { size: 1e6, name: 'ms' },
  { size: 1e9, name: 's' },
];

const byteUnits: readonly Unit[] = [
  { size: 1, name: 'B' },
  { size: 2 ** 10, name: 'KiB' },
  { size: 2 ** 20, name: 'MiB' },
  { size: 2 ** 30, name: 'GiB' },
  { size: 2 ** 40, name: 'TiB' },
];

/** The largest unit of which the value, rounded to three digits, is at least one. */
function unitFor(value: number, units: readonly Unit[]): Unit {
  const fitting = units.filter((unit) => Math.abs(value) >= unit.size * 0.9995);
  return fitting.at(-1) ?? units[0];
}

/** A round number without trailing zeros, so that axis ticks read 10 ms and not 10.0 ms. */
function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

function inUnit(value: number, unit: Unit): string {
  return `${formatNumber(value / unit.size)} ${unit.name}`;
}

export function formatDuration(ns: number): string {
  return inUnit(ns, unitFor(ns, durationUnits));
}

/** Both ends in the unit of the upper one: `1.20 – 1.31 ms`. */
export function formatDurationRange(lowNs: number, highNs: number): string {
  const unit = unitFor(highNs, durationUnits);
  return `${formatNumber(lowNs / unit.size)} – ${inUnit(highNs, unit)}`;
}

export function formatBytes(bytes: number): string {
  const unit = unitFor(bytes, byteUnits);
  return unit.size === 1 ? `${formatNumber(bytes)} B` : inUnit(bytes, unit);
}

/** For round values, such as axis ticks and limits: no trailing zeros. */
export function formatRound(value: number, quantity: 'duration' | 'bytes' | 'number'): string {
  if (quantity === 'number') return trimZeros(formatNumber(value));
  const unit = unitFor(value, quantity === 'duration' ? durationUnits : byteUnits);
  return `${trimZeros(formatNumber(value / unit.size))} ${unit.name}`;
}

/** In units of 1e9 a second, without the unit: GFLOP/s and GB/s stand in the column's heading. */
export function formatGiga(perSecond: number): string {
  return formatNumber(perSecond / 1e9);
}

/** A share as per cent, without the sign: that stands in the column's heading. Two significant digits. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  return percent >= 9.95 || percent === 0 ? String(Math.round(percent)) : percent.toPrecision(2);
}

/** A share with its sign, for a sentence or a cell that stands alone: `12.5 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(100 * share)} %`;
}

/** The same with one decimal always, where shares stand below each other or are small: `0.3 %`. */
export function formatShareFixed(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** An exponent or slope with two decimals and its interval: `1.98 [1.95, 2.01]`. */
export function formatExponent(
  exponent: number,
  interval: { readonly low: number; readonly high: number } | null,
): string {
  const middle = exponent.toFixed(2);
  return interval === null ? middle : `${middle} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
}

/** How labels and captions name a value of an axis: `f16`, `causal`, `not causal`, `8 heads`, `window 64`. */
export function describeAxis(axis: string, value: string | number | boolean): string {
  if (axis === 'precision' || axis === 'run') return String(value);
  if (typeof value === 'boolean') return value ? axis : `not ${axis}`;
  if (axis === 'heads') return value === 1 ? '1 head' : `${value} heads`;
  if (axis === 'kvHeads') return value === 1 ? '1 kv head' : `${value} kv heads`;
  return `${axis} ${value}`;
}

/** Seconds as people say them: `40 s`, `3 min 20 s`, `2 h 5 min`. */
export function spokenSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 case`, `2 cases`. */
export const formatCount = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`;
