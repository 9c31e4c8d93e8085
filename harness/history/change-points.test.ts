import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { changePoints, defaultChangePointOptions } from './change-points.ts';
import type { SimulationDesign } from './simulate.ts';
import { scoreDetector, simulatedSeries, successiveDifferences } from './simulate.ts';

/** Noise as measured of an effect over ten processes: 0.029 of one process, over the root of ten. */
const design: SimulationDesign = {
  series: 400,
  pointsEachSide: 10,
  steps: 1,
  stepSize: 0.05,
  noise: 0.0092,
  drift: 0.02,
  outliers: 0.05,
  seed: 'test',
};
const designs: Readonly<Record<string, SimulationDesign>> = {
  'ten points each side': design,
  'several steps': { ...design, steps: 3, series: 200 },
  'a long series': { ...design, pointsEachSide: 40, series: 100 },
  'more outliers': { ...design, outliers: 0.1 },
  'no outliers, more noise': { ...design, outliers: 0, noise: 0.013 },
};

describe('steps of 5 % among noise, drift and outliers', () => {
  test.each(Object.entries(designs))('%s: precision 0.95, recall 0.9 or better', (_, one) => {
    const { precision, recall, inRange, found } = scoreDetector(simulatedSeries(one), changePoints);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.9);
    // The commits named hold the right one.
    expect(inRange / found).toBeGreaterThanOrEqual(0.9);
  });

  test('a threshold on successive differences reaches neither, whatever the threshold', () => {
    const series = simulatedSeries(design);
    for (let threshold = 0.01; threshold < 0.1; threshold += 0.005) {
      const { precision, recall } = scoreDetector(series, successiveDifferences(threshold));
      expect(precision >= 0.95 && recall >= 0.9).toBe(false);
      expect(Math.min(precision, recall)).toBeLessThan(0.7);
    }
  });
});

test('the same series gives the same bytes', () => {
  const [{ values }] = simulatedSeries({ ...design, series: 1 });
  const answer = JSON.stringify(changePoints(values));
  expect(JSON.stringify(changePoints([...values]))).toBe(answer);
  expect(answer).toMatch(/"index":10,/);
});

test('says how large a step is, which way, and between which points', () => {
  const random = seededRandom('sizes');
  const values = Array.from({ length: 30 }, (_, at) => (at < 15 ? 0 : -0.1) + 0.005 * random.normal());
  const [step, ...more] = changePoints(values);
  expect(more).toEqual([]);
  expect(step).toMatchObject({ after: 14, index: 15 });
  expect(step.step).toBeCloseTo(-0.1, 2);
  expect(step.pValue).toBeLessThanOrEqual(0.01);
  // An outlier at the border could be of either level: the range names both.
  expect(changePoints(values.with(15, 0.2))).toMatchObject([{ after: 14, index: 16 }]);
});

test('finds nothing where there is nothing to find', () => {
  const constant = Array.from({ length: 40 }, () => 0.3);
  const slope = Array.from({ length: 40 }, (_, at) => at * 0.001);
  const small = Array.from({ length: 40 }, (_, at) => (at < 20 ? 0 : 0.02));
  for (const values of [[], [1], [0, 0, 1], constant, slope, small, constant.with(20, 1)]) {
    expect(changePoints(values)).toEqual([]);
  }
});

test('a step without any noise around it is a step, from the third point on', () => {
  const values = [...Array.from({ length: 10 }, () => 0), 0.05, 0.05];
  expect(changePoints(values)).toEqual([]);
  expect(changePoints([...values, 0.05])).toMatchObject([{ after: 9, index: 10 }]);
});

test('adding a constant changes nothing, and a mirrored series has the mirrored step', () => {
  const [{ values }] = simulatedSeries({ ...design, series: 1 });
  const found = changePoints(values, defaultChangePointOptions);
  const moved = changePoints(values.map((value) => value + 0.5));
  const mirrored = changePoints(values.map((value) => -value));
  expect(found).toHaveLength(1);
  expect(moved.map(({ index }) => index)).toEqual(found.map(({ index }) => index));
  expect(mirrored[0].step).toBeCloseTo(-found[0].step, 12);
});
