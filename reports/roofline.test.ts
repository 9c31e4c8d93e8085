import { describe, expect, test } from 'vitest';
import type { Run } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { rooflinesOf } from './figure-list.ts';
import { figureConfiguration } from './figures.ts';
import { buildRoofline, roofsOf } from './roofline.ts';
import { toCsv } from './table.ts';
import { resultsTable } from './tables.ts';
import { header, okCase, params, peaksWith, scalingRun } from './testing/records.ts';

const peaks = peaksWith({ f32: 60e12, readCold: 2e12, readWarm: 5e12, f16: 120e12, subgroupMatrix: 700e12 });

function withPeaks(run: Run): Run {
  return { ...run, header: { ...run.header, peaks } };
}

function rooflineOf(run: Run) {
  const analysis = analyse([run]);
  const [spec] = rooflinesOf(analysis);
  if (spec === undefined) throw new Error('no roofline');
  return { analysis, spec, figure: buildRoofline(analysis, spec) };
}

describe('the roofline', () => {
  test('is left out without peaks, and a warning says how to get it', () => {
    const analysis = analyse([scalingRun()]);
    expect(rooflinesOf(analysis)).toEqual([]);
    expect(analysis.warnings.find(({ code }) => code === 'no peaks')?.message).toContain('--no-peaks');
    expect(analyse([withPeaks(scalingRun())]).warnings.map(({ code }) => code)).not.toContain('no peaks');
  });

  test('has a point for every timed case that does arithmetic, at its intensity and speed', () => {
    const { analysis, figure } = rooflineOf(withPeaks(scalingRun()));
    const timed = analysis.rows.flatMap((row, index) => (row.timing === null ? [] : [index]));
    expect(figure.series.flatMap(({ points }) => points.map(({ row }) => row)).sort((a, b) => a - b)).toEqual(
      timed,
    );
    for (const { points } of figure.series) {
      for (const { x, y, row } of points) {
        const { timing } = analysis.rows[row];
        expect(y).toBe(timing?.flopsPerSecond);
        expect(x * (timing?.bytesPerSecond ?? 0)).toBeCloseTo(y ?? 0, -3);
      }
    }
  });

  test('tells precisions apart, and says which kernels have no place', () => {
    const moving = {
      ...okCase('copy', params({ n: 64 })),
      cost: { flops: 0, exps: 0, bytesRead: 8, bytesWritten: 8 },
    };
    const cases = [
      moving,
      ...(['f32', 'f16'] as const).map((precision) => okCase('flash', params({ n: 64, precision }))),
    ];
    const { figure } = rooflineOf({ header: header({ peaks }), cases });
    expect(figure.series.map(({ label, variant }) => [label, variant])).toEqual([
      ['flash f32', 0],
      ['flash f16', 1],
    ]);
    expect(figure.notes[0]).toBe('copy f32: no floating-point arithmetic, so no place here.');
  });

  test('leaves out what a reader switched off', () => {
    const { analysis, spec } = rooflineOf(withPeaks(scalingRun()));
    const shown = buildRoofline(analysis, spec, (label, row) => label !== 'naive' && row.params.n > 128);
    expect(shown.series.map(({ kernel }) => kernel)).not.toContain('naive');
    expect(
      shown.series.flatMap(({ points }) => points).every(({ row }) => analysis.rows[row].params.n > 128),
    ).toBe(true);
  });

  test('each run has one of its own', () => {
    const second = { ...withPeaks(scalingRun()), header: header({ peaks, runId: 'synthetic-2' }) };
    const analysis = analyse([withPeaks(scalingRun()), scalingRun(), second]);
    expect(rooflinesOf(analysis).map(({ id, run }) => [id, run])).toEqual([
      ['roofline-1', 0],
      ['roofline-3', 2],
    ]);
  });

  test('is drawn without lines between its points, in the units of its axis', () => {
    const { figure, analysis } = rooflineOf(withPeaks(scalingRun()));
    const { data } = figureConfiguration(figure, {
      kernels: analysis.kernels,
      theme: 'light',
      xScale: 'logarithmic',
      yScale: 'logarithmic',
      font: 'Inter',
      fontSize: 11,
      standalone: null,
    });
    expect(data.datasets.every((dataset) => dataset.showLine === false)).toBe(true);
    expect(data.datasets[0].data[0].y).toBeCloseTo((figure.series[0].points[0].y ?? 0) / 1e9, 6);
  });
});

describe('roofs', () => {
  test('are the main ones first, and then every ceiling that can be told from those', () => {
    expect(roofsOf(peaks).map(({ label, isMain }) => [label, isMain])).toEqual([
      ['f32 60000 GFLOP/s', true],
      ['read, cold 2000 GB/s', true],
      ['subgroup matrix 700000 GFLOP/s', false],
      ['f16 120000 GFLOP/s', false],
      ['from cache 5000 GB/s', false],
    ]);
    const alike = peaksWith({ f32: 100e9, f16: 110e9, readCold: 10e9, copyWarm: 11e9 });
    expect(roofsOf(alike).map(({ label }) => label)).toEqual(['f32 100 GFLOP/s', 'read, cold 10.0 GB/s']);
  });
});

describe('the share of the peak in tables', () => {
  const record = okCase('flash', params({ n: 1024 }));
  const medianNs = 1e6;
  const run = (change: Partial<Run['header']>): Run => ({
    header: header(change),
    cases: [
      {
        ...record,
        gpuNs: Array.from({ length: 9 }, () => medianNs),
        cost: { flops: 15e9, exps: 0, bytesRead: 1e6, bytesWritten: 1e6 },
      },
    ],
  });

  test('is a column where peaks were measured', () => {
    const titles = (one: Run) => resultsTable(analyse([one])).columns.map(({ title }) => title);
    expect(titles(run({ peaks }))).toContain('% of peak');
    expect(titles(run({}))).not.toContain('% of peak');
  });

  test('is 25 % for a quarter of the f32 peak', () => {
    const table = resultsTable(analyse([run({ peaks })]));
    const column = table.columns.findIndex(({ key }) => key === 'share_of_peak');
    expect(table.rows[0][column]).toEqual({ value: 0.25, text: '25' });
    expect(toCsv(table).split('\r\n')[0]).toContain('share_of_peak');
  });
});
