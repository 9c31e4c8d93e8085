import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { buildFigure } from './figure.ts';
import { figuresOf, mostSeries } from './figure-list.ts';
import { figureConfiguration } from './figures.ts';
import type { FigureView } from './figures.ts';
import { kernelStyles } from './palette.ts';
import { logarithmicTicks } from './ticks.ts';
import { header, okCase, params, scalingRun, skippedCase } from './testing/records.ts';

function runOf(cases: readonly CaseRecord[]): Run {
  return { header: header(), cases: [...cases] };
}

function figure(run: Run, metric: string) {
  const analysis = analyse([run]);
  const spec = figuresOf(analysis).find((found) => found.metric === metric);
  if (spec === undefined) throw new Error(`no figure of ${metric}`);
  return buildFigure(analysis, spec);
}

const view: FigureView = {
  kernels: ['flash'],
  theme: 'light',
  xScale: 'logarithmic',
  yScale: 'logarithmic',
  font: 'Inter',
  fontSize: 11,
  standalone: null,
};

const scalingTime = figure(scalingRun(), 'time');

function marksOf(kernel: string) {
  return scalingTime.series.find((series) => series.kernel === kernel)?.marks;
}

describe('gaps are drawn as gaps, with a note and a mark', () => {
  test('notes say which values, why, and what a skipped case would hold', () => {
    expect(scalingTime.notes).toEqual([
      'naive at n = 4096, 8192, 16384: skipped, limit: scores needs 536870912 bytes and the adapter binds at most 134217728 (a call would hold 544 MiB).',
      'bigbird at n = 1024: timed out: no answer in 20 s.',
      'performer at n = 128: impossible time: faster than the measured peak.',
      'mamba at n = 256: wrong numbers: nmse 0.3 is over 3e-12.',
    ]);
  });

  test('a mark stands where a curve stops, by the number of its note', () => {
    expect(marksOf('naive')).toEqual([{ x: 4096, y: null, note: 1 }]);
    expect(marksOf('bigbird')).toEqual([{ x: 1024, y: null, note: 2 }]);
    expect(marksOf('flash')).toEqual([]);
  });

  test('a gap is no value, in the figure and in the chart', () => {
    const position = scalingTime.series.findIndex((series) => series.kernel === 'bigbird');
    expect(scalingTime.series[position].points.map((point) => point.y === null)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    const dataset = figureConfiguration(scalingTime, view).data.datasets[position];
    expect(dataset.data[3].y).toBeNaN();
    expect(dataset).toMatchObject({ spanGaps: false });
  });

  test('memory marks the planned size and draws the limit of the adapter', () => {
    const memory = figure(scalingRun(), 'memory');
    expect(memory.limit).toEqual({ value: 2 ** 27, label: 'largest buffer 128 MiB' });
    const planned = 32 * 4096 ** 2 + 4 * 4096 * 8 * 64 * 4;
    expect(memory.series[1].marks).toEqual([{ x: 4096, y: planned, note: 1 }]);
  });

  test('series with one gap in common share its note', () => {
    const cases = ['flash', 'naive'].flatMap((kernel) => [
      okCase(kernel, params({ n: 128 })),
      skippedCase(kernel, params({ n: 128, precision: 'f16' }), 'feature', 'no shader-f16'),
    ]);
    expect(figure(runOf(cases), 'time').notes).toEqual([
      'flash, naive at precision = f16: skipped, feature: no shader-f16.',
      'Measured at one place only: there is no trend to see.',
    ]);
  });

  test('an error of exactly 0 is said in words', () => {
    const cases = [128, 256].map((n) => {
      const record = okCase('copy', params({ n }));
      return { ...record, check: { ...record.check, nmse: 0 } };
    });
    const error = figure(runOf(cases), 'error');
    expect(error.notes).toEqual(['copy: exactly 0, which a logarithmic axis cannot show.']);
    expect(error.series[0].marks).toEqual([]);
    const stopped = skippedCase('naive', params({ n: 256 }), 'limit', 'too large');
    const both = figure(runOf([...cases, okCase('naive', params({ n: 128 })), stopped]), 'error');
    expect(both.notes.map((note) => note.split(':')[0])).toEqual([
      'naive at n = 256',
      'copy',
      'Measured at one place only',
    ]);
    expect(both.series[1].marks).toMatchObject([{ x: 256, note: 1 }]);
  });
});

describe('a figure without a curve says so', () => {
  test('one point', () => {
    const time = figure(runOf([okCase('flash', params({ n: 128 }))]), 'time');
    expect(time.notes).toEqual(['Measured at one place only: there is no trend to see.']);
    expect(time.message).toBeNull();
  });

  test('only skipped cases', () => {
    const cases = [1024, 2048].map((n) => skippedCase('naive', params({ n }), 'limit', 'too large'));
    const time = figure(runOf(cases), 'time');
    expect(time.message).toBe('Nothing to draw: no case gave a value. The notes say why.');
    expect(time.notes).toEqual(['naive: skipped, limit: too large (a call would hold 40.0 MiB).']);
    expect(() => figureConfiguration(time, view)).not.toThrow();
  });

  test('a curve has nothing to say', () => {
    const { notes, message } = figure(scalingRun(), 'time');
    expect(notes.join()).not.toContain('one place');
    expect(message).toBeNull();
  });
});

function named(suite: string): CaseRecord {
  return okCase('flash', params({ n: 128 }), { suite });
}

describe('figures of an analysis', () => {
  test('the fit of each kernel comes with its curve, over the points that it rests on', () => {
    const naive = figure(scalingRun(), 'time').series[1];
    expect(naive.fit?.exponent).toBeCloseTo(2, 1);
    expect(naive.fit?.curve[0][0]).toBe(128);
    expect(naive.fit?.curve.at(-1)?.[0]).toBeCloseTo(2048);
    expect(figure(scalingRun(), 'memory').series[1].fit).toBeNull();
  });

  test('no figure holds more series than can be told apart', () => {
    const cases = ['naive', 'flash', 'performer'].flatMap((kernel) =>
      (['f32', 'f16', 'f16s'] as const).flatMap((precision) =>
        [false, true].flatMap((causal) =>
          [128, 256].map((n) => okCase(kernel, params({ n, precision, causal }))),
        ),
      ),
    );
    const analysis = analyse([runOf(cases)]);
    const byN = figuresOf(analysis).filter(
      (spec) => analysis.sweeps[spec.sweep].axis === 'n' && spec.metric === 'time',
    );
    expect(byN.map((spec) => [spec.part, spec.series.length])).toEqual([
      ['not causal', 9],
      ['causal', 9],
    ]);
    expect(figuresOf(analysis).every((spec) => spec.series.length <= mostSeries)).toBe(true);
  });

  test('say what is swept and what is held fixed, once each', () => {
    const { title, subtitle, xTitle, yTitle } = scalingTime;
    expect([title, subtitle, xTitle, yTitle]).toEqual([
      'Time by sequence length n',
      'scaling · 8 heads · d 64 · f32',
      'sequence length n',
      'GPU time of a call',
    ]);
  });

  test('ids are unique and safe as file names, whatever a suite is called', () => {
    const ids = figuresOf(analyse([runOf([named('../../etc'), named('<b>'), named('.. .. etc')])])).map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z0-9-]+$/.test(id))).toBe(true);
  });
});

test('the subtitle leaves out what is not set', () => {
  const cases = [128, 256].map((n) =>
    okCase('flash', params({ n, variant: 'auto', scale: 0, align: 'top_left' })),
  );
  const { subtitle } = figure(runOf(cases), 'time');
  expect(subtitle).toContain('align top_left');
  expect(subtitle).not.toMatch(/variant|scale 0/);
});

describe('looks', () => {
  const kernels = ['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba'];

  test('kernels differ in colour, marker and dash', () => {
    const styles = [...kernelStyles(kernels).values()];
    for (const key of ['color', 'marker', 'dash'] as const) {
      expect(new Set(styles.map((style) => JSON.stringify(style[key]))).size).toBe(kernels.length);
    }
  });

  test('the order in which kernels come does not matter, and sixteen are still told apart', () => {
    expect(kernelStyles([...kernels].reverse())).toEqual(kernelStyles(kernels));
    const many = Array.from({ length: 16 }, (_, index) => `kernel${index}`);
    const styles = [...kernelStyles(many).values()];
    expect(new Set(styles.map((style) => `${style.marker} ${style.hollow}`)).size).toBe(16);
    for (const theme of ['light', 'dark'] as const) {
      expect(new Set(styles.map((style) => style.color[theme])).size).toBe(16);
    }
  });

  test('a filter does not change the looks of what is left', () => {
    const analysis = analyse([scalingRun()]);
    const [spec] = figuresOf(analysis);
    const all = { ...view, kernels: analysis.kernels };
    const colors = (keep: string[]) =>
      Object.fromEntries(
        figureConfiguration(
          buildFigure(analysis, spec, (series) => (keep.includes(series.kernel) ? series : null)),
          all,
        ).data.datasets.map((dataset) => [dataset.label, dataset.borderColor]),
      );
    expect(colors(['flash'])['flash']).toBe(colors(kernels)['flash']);
  });
});

test('ticks: powers of two for lengths and bytes, 1-2-5 and decades for the rest', () => {
  expect(logarithmicTicks(100, 5000, 2, 10)).toEqual([128, 256, 512, 1024, 2048, 4096]);
  expect(logarithmicTicks(1, 2 ** 20, 2, 6)).toEqual([1, 16, 256, 4096, 65536, 1048576]);
  expect(logarithmicTicks(8, 600, 10, 9)).toEqual([10, 20, 50, 100, 200, 500]);
  expect(logarithmicTicks(1e-14, 1e-6, 10, 9)).toHaveLength(9);
  expect(logarithmicTicks(3.1, 4.9, 10, 9)).toEqual([4]);
});
