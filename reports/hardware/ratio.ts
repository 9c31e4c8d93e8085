/**
 * How many times as long one device takes as another. Runs of two machines share nothing, so that their samples are independent.
 *
 * The interval comes from those of the two medians alone: on the logarithm, the distance from the estimate to each end is the root of
 * the sum of the squares of the two distances that reach that way (MOVER: Zou and Donner 2008). It needs no samples, so that a page can
 * change the device that all others are held against.
 */

/** A time and its interval, which is null below six samples. */
export interface Estimate {
  readonly medianNs: number;
  readonly interval: { readonly lowNs: number; readonly highNs: number } | null;
}

export interface RatioEstimate {
  readonly value: number;
  /** Null where one of the two times has none. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

interface LogRatio {
  readonly value: number;
  /** From the value to either end. */
  readonly down: number;
  readonly up: number;
}

function logRatio(time: Estimate, reference: Estimate): LogRatio | null {
  const [a, b] = [time.interval, reference.interval];
  if (a === null || b === null || a.lowNs <= 0 || b.lowNs <= 0) return null;
  return {
    value: Math.log(time.medianNs / reference.medianNs),
    down: Math.hypot(Math.log(time.medianNs / a.lowNs), Math.log(b.highNs / reference.medianNs)),
    up: Math.hypot(Math.log(a.highNs / time.medianNs), Math.log(reference.medianNs / b.lowNs)),
  };
}

const asRatio = ({ value, down, up }: LogRatio): RatioEstimate => ({
  value: Math.exp(value),
  interval: { low: Math.exp(value - down), high: Math.exp(value + up) },
});

/** Null where a time is zero. */
export function ratioOfTimes(time: Estimate, reference: Estimate): RatioEstimate | null {
  if (time.medianNs <= 0 || reference.medianNs <= 0) return null;
  const estimate = logRatio(time, reference);
  return estimate === null
    ? { value: time.medianNs / reference.medianNs, interval: null }
    : asRatio(estimate);
}

/**
 * The geometric mean of ratios of different cases, whose noise is independent. Its interval is that of the noise within the runs: how
 * much the ratios of single cases differ among each other is not in it. Null of none.
 */
export function geometricMean(ratios: readonly RatioEstimate[]): RatioEstimate | null {
  if (ratios.length === 0) return null;
  const count = ratios.length;
  const value = ratios.reduce((sum, ratio) => sum + Math.log(ratio.value), 0) / count;
  let [down, up] = [0, 0];
  for (const { value: middle, interval } of ratios) {
    if (interval === null) return { value: Math.exp(value), interval: null };
    down += Math.log(middle / interval.low) ** 2;
    up += Math.log(interval.high / middle) ** 2;
  }
  return asRatio({ value, down: Math.sqrt(down) / count, up: Math.sqrt(up) / count });
}
