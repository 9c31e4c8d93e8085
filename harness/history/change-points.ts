/** Steps in a series of log ratios, told from noise, outliers and slow drift. Pure: the same series gives the same steps, bit for bit. */
import { seededRandom } from '../random.ts';
import { median } from '../stats.ts';
import { pottsFit } from './potts.ts';
import type { LargestStep, Placed } from './step-test.ts';
import { StepTest } from './step-test.ts';

export interface ChangePointOptions {
  /** Values that a level needs before it can be one. */
  readonly shortest: number;
  /** Values on each side of a step that are looked at: further away, drift says more than the step. */
  readonly reach: number;
  /** Steps below this do not count: 0.03 is 3 % of time. */
  readonly smallest: number;
  /** How fast a series is expected to drift: a standard deviation, of the change from one value to the next. */
  readonly drift: number;
  /** How often values without a step may show one. */
  readonly alpha: number;
  readonly permutations: number;
  readonly seed: string;
}

export const defaultChangePointOptions: ChangePointOptions = {
  shortest: 3,
  reach: 10,
  smallest: 0.03,
  drift: 0.0005,
  alpha: 0.01,
  permutations: 499,
  seed: 'history',
};

export interface ChangePoint {
  /** Of the last value that is surely at the old level, and of the first at the new one. Between them lie outliers at most. */
  readonly after: number;
  readonly index: number;
  /** New level less old one, with the drift around it taken away. */
  readonly step: number;
  readonly pValue: number;
}

/** To the scale of a standard deviation, for normal values. */
const normalScale = 1.4826;

/** From one value to the next, which steps, drift and a few outliers hardly change. */
function noiseOf(values: readonly number[]): number {
  return (
    (median(values.slice(1).map((value, at) => Math.abs(value - values[at]))) * normalScale) / Math.SQRT2
  );
}

/** Where values lie this many times the noise from their level, they are outliers and say nothing of a step. */
const outlierNoises = 4;

function withoutOutliers(
  values: readonly number[],
  cuts: readonly number[],
  floor: number,
): readonly Placed[] {
  const bounds = [0, ...cuts, values.length];
  const distances = bounds.slice(1).flatMap((end, piece) => {
    const members = values.slice(bounds[piece], end);
    const level = median(members);
    return members.map((value) => Math.abs(value - level));
  });
  const most = outlierNoises * Math.max(median(distances) * normalScale, floor);
  return values.map((value, at) => ({ at, value })).filter(({ at }) => distances[at] <= most);
}

interface Candidate {
  readonly after: number;
  readonly index: number;
  readonly test: StepTest;
  readonly largest: LargestStep;
}

/** The largest step between the cuts on both sides of one. Null where outliers leave too few values. */
function candidateAt(
  steady: readonly Placed[],
  cut: number,
  from: number,
  to: number,
  noise: number,
  { reach, shortest, drift }: ChangePointOptions,
): Candidate | null {
  const before = steady.filter(({ at }) => at >= from && at < cut).slice(-reach);
  const after = steady.filter(({ at }) => at >= cut && at < to).slice(0, reach);
  const stretch = [...before, ...after];
  const test = new StepTest(stretch, shortest, (noise / drift) ** 2);
  const largest = test.largest();
  if (largest === null) return null;
  return { after: stretch[largest.cut - 1].at, index: stretch[largest.cut].at, test, largest };
}

/**
 * Cuts the series where that pays (Potts), then drops the weakest cut until every one left is a step: larger than `smallest` with the
 * drift around it taken away, and more telling than what the same values show in random order (a permutation test, as in E-divisive,
 * over all places where the step could be).
 */
export function changePoints(
  values: readonly number[],
  options: ChangePointOptions = defaultChangePointOptions,
): readonly ChangePoint[] {
  const { shortest, smallest, alpha, permutations, seed } = options;
  if (values.length < 2 * shortest) return [];
  const floor = smallest / 100;
  const noise = Math.max(noiseOf(values), floor);
  let { cuts } = pottsFit(values, noise * Math.log(values.length), shortest);
  for (;;) {
    const steady = withoutOutliers(values, cuts, floor);
    const judged = cuts.map((cut, place): ChangePoint & { readonly share: number } => {
      const [from, to] = [cuts[place - 1] ?? 0, cuts[place + 1] ?? values.length];
      const candidate = candidateAt(steady, cut, from, to, noise, options);
      if (candidate === null) return { after: cut - 1, index: cut, step: 0, pValue: 1, share: 0 };
      const { after, index, test, largest } = candidate;
      const random = seededRandom(`${seed}/${index}`);
      const pValue = Math.abs(largest.step) < smallest ? 1 : test.pValue(largest, permutations, random);
      return { after, index, step: largest.step, pValue, share: largest.share };
    });
    const doubtful = judged.filter(({ pValue }) => pValue > alpha);
    if (doubtful.length === 0) return judged.map(({ share: _share, ...point }) => point);
    const weakest = doubtful.reduce((a, b) => (b.share < a.share ? b : a));
    cuts = cuts.filter((_, place) => judged[place] !== weakest);
  }
}
