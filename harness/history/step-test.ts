/**
 * The largest step in a stretch of values that may also drift: least squares with a step, a mean and a slope. The slope is held near zero
 * by `slopePenalty` (the noise's variance over that of slopes one expects), because a free slope takes half of what a step leaves to see.
 */
import type { Random } from '../../kernels/contract.ts';

export interface Placed {
  readonly at: number;
  readonly value: number;
}

export interface LargestStep {
  /** The step lies before this member of the stretch. */
  readonly cut: number;
  readonly step: number;
  /** The share of the values' sum of squares that the step explains. */
  readonly share: number;
}

const sum = (values: ArrayLike<number>, of: (value: number, index: number) => number): number => {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += of(values[index], index);
  return total;
};

function centred(values: readonly number[]): Float64Array {
  const mean = sum(values, (value) => value) / values.length;
  return Float64Array.from(values, (value) => value - mean);
}

interface Cut {
  readonly cut: number;
  /** Weights of the values in the step's estimate, times `size`. */
  readonly weights: Float64Array;
  readonly size: number;
}

export class StepTest {
  private readonly places: Float64Array;
  private readonly values: Float64Array;
  private readonly spread: number;
  private readonly cuts: readonly Cut[];

  /** Each side of a cut keeps `shortest` members. */
  constructor(stretch: readonly Placed[], shortest: number, slopePenalty: number) {
    this.places = centred(stretch.map(({ at }) => at));
    this.values = centred(stretch.map(({ value }) => value));
    this.spread = sum(this.places, (at) => at * at) + slopePenalty;
    this.cuts = Array.from({ length: Math.max(0, stretch.length - 2 * shortest + 1) }, (_, index) => {
      const cut = index + shortest;
      const step = centred(stretch.map((_, member) => (member < cut ? 0 : 1)));
      const slope = sum(step, (part, member) => part * this.places[member]) / this.spread;
      const weights = step.map((part, member) => part - slope * this.places[member]);
      return { cut, weights, size: sum(step, (part, member) => part * weights[member]) };
    });
  }

  /** Null where the stretch is too short for a step. */
  private largestOf(values: Float64Array): LargestStep | null {
    const along = sum(values, (value, member) => value * this.places[member]);
    const all = sum(values, (value) => value * value) - (along * along) / this.spread;
    let largest: LargestStep | null = null;
    for (const { cut, weights, size } of this.cuts) {
      const part = sum(values, (value, member) => value * weights[member]);
      const share = all > 0 ? (part * part) / size / all : 0;
      if (largest === null || share > largest.share) largest = { cut, step: part / size, share };
    }
    return largest;
  }

  largest(): LargestStep | null {
    return this.largestOf(this.values);
  }

  /** How often a step as telling as this is found in the same values in random order. */
  pValue({ share }: LargestStep, permutations: number, random: Random): number {
    const order = Float64Array.from(this.values);
    let asTelling = 1;
    for (let round = 0; round < permutations; round++) {
      for (let at = order.length - 1; at > 0; at--) {
        const other = random.integer(at + 1);
        [order[at], order[other]] = [order[other], order[at]];
      }
      if ((this.largestOf(order)?.share ?? 0) >= share) asTelling++;
    }
    return asTelling / (permutations + 1);
  }
}
