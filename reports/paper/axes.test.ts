import { expect, test } from 'vitest';
import type { CaseRecord } from '../../harness/record.ts';
import { header, okCase, params, scalingRun } from '../testing/records.ts';
import { lengthLabel, xAxisOf, yAxisOf } from './axes.ts';
import type { Axis } from './axes.ts';
import { makeFigures } from './kinds.ts';
import type { FigureName } from './kinds.ts';
import type { ChartBody } from './paper-figure.ts';

function body(name: FigureName, cases: readonly CaseRecord[] = scalingRun().cases): ChartBody {
  const { built } = makeFigures(
    name,
    { runs: [{ header: header(), cases: [...cases] }], filters: { kernels: null, axes: {}, suite: null } },
    { x: null, y: null, over: null },
  );
  if (built.kind === 'none' || built.figures[0].body.kind !== 'chart') throw new Error(name);
  return built.figures[0].body;
}

const labels = ({ ticks }: Axis): readonly string[] =>
  ticks.flatMap(({ label }) => (label === '' ? [] : [label]));

test('lengths that double are in k of 1024, others as they are', () => {
  expect(labels(xAxisOf(body('time')).axis)).toEqual(['128', '256', '512', '1k', '2k', '4k', '8k', '16k']);
  const odd = [100, 1000, 3000].map((n) => okCase('flash', params({ n })));
  expect(labels(xAxisOf(body('time', odd)).axis)).toEqual(['100', '1000', '3000']);
  expect([512, 1024, 1536, 65_536].map(lengthLabel)).toEqual(['512', '1k', '1536', '64k']);
});

test('a y axis has one unit, in its title', () => {
  const { axis, unitSize } = yAxisOf(body('time'));
  expect(axis.title).toBe('time per call (ms)');
  expect(unitSize).toBe(1e6);
  expect(labels(axis)).toEqual(['0.01', '0.1', '1', '10', '100', '1000']);
  expect(yAxisOf(body('throughput')).axis.title).toBe('throughput (TFLOP/s)');
  expect(labels(yAxisOf(body('memory')).axis)).toContain('16 MiB');
  expect(labels(yAxisOf(body('error')).axis)).toContain('3·10⁻¹³');
});

test('every value and every interval lies on its axis', () => {
  for (const name of ['time', 'memory', 'throughput', 'speedup', 'error'] as const) {
    const one = body(name);
    const { axis, unitSize } = yAxisOf(one);
    for (const { points } of one.figure.series) {
      for (const value of points.flatMap(({ y, low, high }) => [y, low, high])) {
        if (value === null) continue;
        expect(value / unitSize).toBeGreaterThan(axis.min);
        expect(value / unitSize).toBeLessThan(axis.max);
      }
    }
  }
});

test('a speed-up axis counts in times and holds the base', () => {
  const { axis } = yAxisOf(body('speedup'));
  expect(labels(axis)).toContain('1×');
  expect(axis.min).toBeLessThan(1);
});
