import { loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import type { StaticFormat } from '../formats.ts';
import { fewCases, onWallClock, runOn } from '../testing/devices.ts';
import { okCase, params, peaksWith, skippedCase } from '../testing/records.ts';
import { hasSeveralDevices } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import { buildPanels, mostLines, settingsByCoverage, staticPanels } from './panels.ts';
import type { PanelMetric, PanelSide } from './panels.ts';
import { hardwareFigures } from './figure-list.ts';
import { renderHardwareFigure } from './static.ts';

function analysed(...runs: readonly Run[]): HardwareAnalysis {
  const analysis = analyse(runs);
  if (!hasSeveralDevices(analysis)) throw new Error('the runs are of one device');
  return analysis;
}

const ns = [128, 512, 2048];
const cases = fewCases(['naive', 'flash', 'mamba'], ns);
const desk = runOn({ name: 'desk' }, 1, cases);
const lap = runOn({ name: 'lap' }, 4, cases);
const specOf = (by: PanelSide, metric: PanelMetric, reference = 0) => ({ by, metric, setting: 0, reference });
/** The same case of another kernel, so that there is more of it. */
const asNaive = (record: (typeof cases)[number]): (typeof cases)[number] => ({
  ...record,
  kernel: 'naive',
  id: record.id.replace('flash', 'naive'),
});
const many = (count: number): readonly Run[] =>
  Array.from({ length: count }, (_, index) => runOn({ name: `device ${index + 1}` }, index + 1, cases));

describe('small multiples', () => {
  test('have a figure for each kernel with a line for each device, or the other way round', () => {
    const analysis = analysed(desk, lap);
    const shape = (by: PanelSide): readonly (readonly string[])[] =>
      buildPanels(analysis, specOf(by, 'time')).figures.map(({ title, series }) => [
        title,
        ...series.map(({ label }) => label),
      ]);
    expect(shape('kernel')).toEqual(['naive', 'flash', 'mamba'].map((kernel) => [kernel, 'desk', 'lap']));
    expect(shape('device')).toEqual(['desk', 'lap'].map((device) => [device, 'naive', 'flash', 'mamba']));
  });

  test('have the same axes, which hold every value with its interval', () => {
    const { figures } = buildPanels(analysed(desk, lap), specOf('kernel', 'time'));
    const ends = figures.flatMap(({ series }) =>
      series.flatMap(({ points }) => points.flatMap(({ low, high }) => [low ?? 0, high ?? 0])),
    );
    const range = { low: Math.min(...ends), high: Math.max(...ends) };
    for (const figure of figures) {
      expect(figure.range).toEqual(range);
      expect(figure.x).toEqual({ kind: 'numeric', values: ns, wide: true });
    }
  });

  test('of ratios leave out the reference, and have its line in sight', () => {
    const set = buildPanels(analysed(desk, lap), specOf('kernel', 'ratio', 1));
    expect(set.title).toBe('Time over that of lap, by kernel');
    const [{ series, limit, range }] = set.figures;
    expect(series.map(({ label }) => label)).toEqual(['desk']);
    expect(series[0].points.map(({ y }) => y?.toFixed(6))).toEqual(ns.map(() => '0.250000'));
    expect(series[0].points[0].says?.[1]).toMatch(/^0\.25× \[0\.\d\d, 0\.\d\d\]$/);
    expect(limit).toEqual({ value: 1, label: 'as long as lap' });
    expect(range?.high).toBe(1);
  });

  test('draw only so many lines, and say which they left out', () => {
    const set = buildPanels(analysed(...many(15)), specOf('kernel', 'time'));
    expect(set.figures[0].series).toHaveLength(mostLines);
    expect(set.notes).toEqual([
      'The first 12 devices; not drawn: device 13, device 14 and device 15. Switch others off to see them.',
    ]);
    // What a reader filtered away makes room.
    const analysis = analysed(...many(15));
    const filtered = buildPanels(analysis, specOf('kernel', 'time'), (row) => analysis.rows[row].run > 9);
    expect(filtered.figures[0].series.map(({ label }) => label)).toContain('device 15');
    expect(filtered.notes).toEqual([]);
  });

  test('mark where a device could not go on, and keep the gap', () => {
    const stopped = runOn({ name: 'lap' }, 4, [
      ...cases.filter(({ kernel, params: { n } }) => kernel !== 'naive' || n < 2048),
      skippedCase('naive', params({ n: 2048 }), 'limit', 'too large'),
    ]);
    const [naive] = buildPanels(analysed(desk, stopped), specOf('kernel', 'time')).figures;
    expect(naive.series[1].points.map(({ y }) => y === null)).toEqual([false, false, true]);
    expect(naive.series.map(({ marks }) => marks.map(({ x }) => x))).toEqual([[], [2048]]);
    expect(naive.notes[0]).toContain('lap at n = 2048: skipped, limit: too large');
  });

  test('say where some times are of another kind, and what shares are of', () => {
    const wall = runOn({ name: 'lap', clock: { source: 'wall' } }, 4, cases.map(onWallClock));
    const { notes } = buildPanels(analysed(desk, wall), specOf('kernel', 'time'));
    expect(notes).toEqual(['lap: wall time, launch and queue included; the others: GPU time.']);
    const peaks = peaksWith({ f32: 60e12, readCold: 2e12 });
    const shares = buildPanels(
      analysed(runOn({ name: 'desk', header: { peaks } }, 1, cases), lap),
      specOf('device', 'share'),
    );
    expect(shares.notes).toEqual([
      'Peaks (f32, reads from beyond the cache): desk 60000 GFLOP/s and 2000 GB/s.',
    ]);
    expect(shares.figures.map(({ message }) => message)).toEqual([null, 'No measured peaks.']);
  });
});

describe('for print', () => {
  test('the setting that most devices share is drawn first, one for each precision', () => {
    // More of it than of any other, and on one device only.
    const alone = [...ns, 4096, 8192, 16384, 32768].map((n) => okCase('flash', params({ n, heads: 2 })));
    const packed = ns.map((n) => okCase('flash', params({ n, precision: 'f16s' })));
    const analysis = analysed(
      runOn({ name: 'desk' }, 1, [...alone, ...alone.map(asNaive), ...packed, ...cases]),
      runOn({ name: 'lap' }, 2, [...packed, ...cases]),
    );
    const { settings } = analysis.hardware;
    expect(settingsByCoverage(analysis).map((index) => settings[index]['precision'])).toEqual([
      'f32',
      'f16s',
    ]);
    expect(staticPanels(analysis).map(({ id }) => id)).toEqual([
      'curves-by-kernel-f32',
      'curves-by-device-f32',
      'ratio-by-kernel-f32',
      'curves-by-kernel-f16s',
      'curves-by-device-f16s',
      'ratio-by-kernel-f16s',
    ]);
  });

  test('many devices are drawn in parts', () => {
    const parts = staticPanels(analysed(...many(14)));
    expect(parts.map(({ id, only }) => [id, only.length])).toEqual([
      ['curves-by-kernel-1', 12],
      ['curves-by-kernel-2', 2],
      ['curves-by-device-1', 12],
      ['curves-by-device-2', 2],
      ['ratio-by-kernel-1', 12],
      ['ratio-by-kernel-2', 2],
    ]);
  });

  test('figures are whole pictures with their words, at the width of a page', async () => {
    const analysis = analysed(desk, lap);
    const figures = hardwareFigures(analysis);
    expect(figures.map(({ id }) => id)).toEqual([
      'curves-by-kernel',
      'curves-by-device',
      'ratio-by-kernel',
      'best-device',
      'best-kernel',
      'crossovers-by-device',
    ]);
    for (const figure of figures) {
      const { id } = figure;
      const render = (format: StaticFormat): Buffer => renderHardwareFigure(analysis, figure, format);
      const svg = render('svg');
      const picture = await loadImage(svg);
      expect(picture.width).toBe(624);
      // The slowest to make: one small multiple and one heat map stand for all.
      if (['ratio-by-kernel', 'best-kernel'].includes(id)) {
        const printed = await loadImage(render('png'));
        expect(printed.width).toBe(1950);
        expect(printed.height / printed.width).toBeCloseTo(picture.height / picture.width, 2);
      }
      expect(render('pdf').toString('latin1')).toMatch(/^%PDF-[^]*Inter-Regular/);
      const words = [...svg.toString('utf8').matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
      // Every word is inside the picture.
      const places = [...svg.toString('utf8').matchAll(/<text x="([^"]*)" y="([^"]*)"/g)];
      for (const [, x, y] of places) {
        expect(Number(x)).toBeLessThan(624);
        expect(Number(y)).toBeLessThan(picture.height);
      }
      expect([id, words]).toMatchSnapshot();
    }
  });
});
