import type { Calibration, ErrorRate } from './comparison.ts';
import { defaultDesign } from './design.ts';
import { betaQuantile } from './distributions.ts';

/** How often something was found, with the exact 95 % interval of Clopper and Pearson. */
export function errorRate(found: number, tries: number): ErrorRate {
  if (!(Number.isInteger(found) && Number.isInteger(tries) && 0 <= found && found <= tries && tries > 0)) {
    throw new RangeError(`an error rate needs 0 <= found <= tries and a try, not ${found} of ${tries}`);
  }
  return {
    tries,
    found,
    rate: found / tries,
    low: found === 0 ? 0 : betaQuantile(0.025, found, tries - found + 1),
    high: found === tries ? 1 : betaQuantile(0.975, found + 1, tries - found),
  };
}

/** Differences below it do not count: the design's 2 %, or what this machine shows between a kernel and itself, whichever is more. */
export function calibratedMargin(calibration: Calibration | null, margin = defaultDesign.margin): number {
  return Math.max(margin, calibration?.nullSpread ?? 0);
}
