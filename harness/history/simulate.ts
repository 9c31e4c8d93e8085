/** Series whose steps are known, to count how many of them the detector finds and how many it makes up. Seeded, so always the same. */
import { seededRandom } from '../random.ts';
import type { ChangePoint } from './change-points.ts';

/** The noise model: every share is of time, so 0.01 is 1 %. */
export interface SimulationDesign {
  readonly series: number;
  /** Points before the first step, between steps, and after the last. */
  readonly pointsEachSide: number;
  /** Steps in a series with any; their signs are random. Every second series has none, and as many points. */
  readonly steps: number;
  readonly stepSize: number;
  /** Standard deviation of a point, normal. */
  readonly noise: number;
  /** Half of it between the ends of a straight line, half between the crests of a wave of 40 points; sign and phase are random. */
  readonly drift: number;
  /** How many points are outliers, 5 to 30 % off, four of five of them slow. */
  readonly outliers: number;
  readonly seed: string;
}

export interface SimulatedSeries {
  readonly values: readonly number[];
  /** Indices at which a new level begins. */
  readonly truth: readonly number[];
}

export function simulatedSeries(design: SimulationDesign): readonly SimulatedSeries[] {
  const random = seededRandom(`simulation/${design.seed}`);
  const sign = (): number => (random.uniform() < 0.5 ? -1 : 1);
  return Array.from({ length: design.series }, (_, number) => {
    const count = (design.steps + 1) * design.pointsEachSide;
    const truth =
      number % 2 === 1
        ? []
        : Array.from({ length: design.steps }, (_, step) => (step + 1) * design.pointsEachSide);
    const signs = truth.map(sign);
    const line = (sign() * design.drift) / 2;
    const phase = 2 * Math.PI * random.uniform();
    const values = Array.from({ length: count }, (_, at) => {
      const level = truth.reduce(
        (sum, index, step) => (at >= index ? sum + signs[step] * Math.log1p(design.stepSize) : sum),
        0,
      );
      const wave = (design.drift / 4) * Math.sin(phase + (2 * Math.PI * at) / 40);
      const outlier =
        random.uniform() < design.outliers
          ? (random.uniform() < 0.8 ? 1 : -1) * (0.05 + 0.25 * random.uniform())
          : 0;
      return level + line * (at / count) + wave + design.noise * random.normal() + outlier;
    });
    return { values, truth };
  });
}

export interface Detection {
  readonly truths: number;
  readonly found: number;
  readonly reported: number;
  /** Of the steps found, those whose range of points holds the true one. */
  readonly inRange: number;
  /** Of what is reported, what is there. 1 where nothing is reported. */
  readonly precision: number;
  /** Of what is there, what is reported. */
  readonly recall: number;
}

/** A report within this many points of a step counts as that step; a second report of it counts as made up. */
export const placeTolerance = 2;

export function scoreDetector(
  series: readonly SimulatedSeries[],
  detect: (values: readonly number[]) => readonly Pick<ChangePoint, 'after' | 'index'>[],
): Detection {
  let [truths, found, reported, inRange] = [0, 0, 0, 0];
  for (const { values, truth } of series) {
    const points = detect(values);
    truths += truth.length;
    reported += points.length;
    for (const index of truth) {
      const near = points.filter((point) => Math.abs(point.index - index) <= placeTolerance);
      if (near.length > 0) found++;
      if (near.some((point) => point.after < index && index <= point.index)) inRange++;
    }
  }
  return {
    truths,
    found,
    reported,
    inRange,
    precision: reported === 0 ? 1 : found / reported,
    recall: truths === 0 ? 1 : found / truths,
  };
}

/** What is usually done instead: a point is a step where it lies further from the one before it than a threshold. */
export function successiveDifferences(
  threshold: number,
): (values: readonly number[]) => readonly Pick<ChangePoint, 'after' | 'index'>[] {
  return (values) =>
    values.flatMap((value, index) =>
      index > 0 && Math.abs(value - values[index - 1]) > threshold ? [{ after: index - 1, index }] : [],
    );
}
