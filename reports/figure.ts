/** What a figure shows, before any drawing library: points, gaps, fits, limits and the sentences below it. */
import { fittedNs } from '../harness/fit.ts';
import type { ScalingFit } from '../harness/fit.ts';
import type { Analysis } from './analysis.ts';
import { describeAxis, formatBytes } from '../harness/format.ts';
import { notesOf } from './notes.ts';
import type { Mark } from './notes.ts';
import type { AxisValue, Row } from './rows.ts';
import type { Series, Sweep } from './sweeps.ts';

export const metrics = ['time', 'throughput', 'memory', 'error'] as const;
export type Metric = (typeof metrics)[number];

/** A figure's address within an analysis. */
export interface FigureSpec {
  /** Unique, and safe as a file name. */
  readonly id: string;
  readonly sweep: number;
  readonly metric: Metric;
  /** Indices into the sweep's series. */
  readonly series: readonly number[];
  /** What the series have in common beside the sweep's fixed axes, where a sweep takes several figures. */
  readonly part: string | null;
}

/** The address of a run's roofline. */
export interface RooflineSpec {
  readonly id: string;
  readonly metric: 'roofline';
  readonly run: number;
}

export interface Point {
  readonly x: number;
  /** Null is a gap. */
  readonly y: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Index of the row. */
  readonly row: number;
  /** What the figure shows, where that is no value of the row: its name and its text. */
  readonly says?: readonly [name: string, text: string];
}

export interface FigureSeries {
  readonly kernel: string;
  /** Position among the kernel's series in this figure. */
  readonly variant: number;
  readonly variants: number;
  readonly label: string;
  readonly points: readonly Point[];
  /** The fitted curve, over the range of the points that it rests on. */
  readonly fit: { readonly exponent: number; readonly curve: readonly (readonly [number, number])[] } | null;
  readonly marks: readonly Mark[];
}

export type XAxis =
  | { readonly kind: 'numeric'; readonly values: readonly number[]; readonly wide: boolean }
  | { readonly kind: 'names'; readonly names: readonly string[] };

/** A line that no case can be above: so many FLOPs a second, or so many bytes a second times the intensity. */
export interface Roof {
  readonly kind: 'arithmetic' | 'memory';
  /** In the units of the figure's values. */
  readonly perSecond: number;
  readonly label: string;
  /** What `% of peak` is held against. */
  readonly isMain: boolean;
}

/** What a figure's values are: of a sweep, of a run, or of cases held against each other. */
export type Quantity = Metric | 'roofline' | 'speedup' | 'softmax' | 'pareto' | 'ratio' | 'share';

export interface Figure {
  readonly id: string;
  readonly metric: Quantity;
  readonly title: string;
  /** What is held fixed. */
  readonly subtitle: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly x: XAxis;
  readonly series: readonly FigureSeries[];
  /** What the y axis shows at least; without it what the series take. */
  readonly range?: { readonly low: number; readonly high: number };
  readonly limit: { readonly value: number; readonly label: string } | null;
  readonly roofs: readonly Roof[];
  /** Numbered from 1, as the marks count them. */
  readonly notes: readonly string[];
  /** What to say where there is nothing to see; null where there is. */
  readonly message: string | null;
}

const axisTitles: ReadonlyMap<string, string> = new Map([
  ['n', 'sequence length n'],
  ['m', 'key length m'],
  ['d', 'head dimension d'],
  ['dv', 'value dimension dv'],
  ['kvHeads', 'key and value heads'],
  ['batch', 'batch size'],
]);

export const axisTitle = (axis: string): string => axisTitles.get(axis) ?? axis;

const metricTitles: Readonly<Record<Metric, string>> = {
  time: 'Time',
  throughput: 'Throughput',
  memory: 'Memory',
  error: 'Error',
};

/** The one value of a metric; null where the row has none. */
function metricValue(row: Row, metric: Metric): number | null {
  if (row.status !== 'ok') return null;
  switch (metric) {
    case 'time':
      return row.timing?.medianNs ?? null;
    case 'throughput':
      return row.timing?.flopsPerSecond ?? null;
    case 'memory':
      return row.bytes?.peak ?? null;
    case 'error':
      return row.quality?.nmse ?? null;
  }
}

function interval(row: Row, metric: Metric): readonly [number, number] | null {
  const timing = row.timing;
  if (timing === null || timing.interval === null) return null;
  const { lowNs, highNs } = timing.interval;
  if (metric === 'time') return [lowNs, highNs];
  if (metric !== 'throughput' || timing.flopsPerSecond === null || lowNs <= 0) return null;
  const flopsTimesNs = timing.flopsPerSecond * timing.medianNs;
  return [flopsTimesNs / highNs, flopsTimesNs / lowNs];
}

/** How a value of an axis that series are split by reads; runs by their label. */
export function splitLabel(analysis: Analysis, axis: string, value: AxisValue): string {
  if (axis === 'run' && typeof value === 'number') return analysis.runs[value]?.label ?? String(value);
  return describeAxis(axis, value);
}

/** The name of a series: the kernel, and what tells it from the kernel's other series. */
export function seriesLabel(
  analysis: Analysis,
  sweep: Sweep,
  series: Series,
  hidden: readonly string[] = [],
): string {
  const words = sweep.splitBy.flatMap((axis, index) =>
    hidden.includes(axis) || series.split[index] === ''
      ? []
      : [splitLabel(analysis, axis, series.split[index])],
  );
  return [series.kernel, ...words].join(' ');
}

function curveOf(fit: ScalingFit): FigureSeries['fit'] {
  const { exponent, used } = fit;
  const [from, to] = [used[0], used.at(-1)];
  if (exponent.kind !== 'fit' || from === undefined || to === undefined) return null;
  const steps = 40;
  const curve = Array.from({ length: steps + 1 }, (_, step): readonly [number, number] => {
    const n = from * (to / from) ** (step / steps);
    return [n, fittedNs(exponent, n)];
  });
  return { exponent: exponent.exponent, curve };
}

function xAxisOf(sweep: Sweep): XAxis {
  const numbers = sweep.values.filter((value) => typeof value === 'number');
  if (numbers.length < sweep.values.length) {
    // The axis has its name below it.
    const names = sweep.values.map((value) => describeAxis(sweep.axis, value).replace(`${sweep.axis} `, ''));
    return { kind: 'names', names };
  }
  const [low, high] = [numbers[0] ?? 1, numbers.at(-1) ?? 1];
  return { kind: 'numeric', values: numbers, wide: low > 0 && high / low >= 4 };
}

/** The largest buffer that every run of the figure can bind; kernels whose buffers outgrow it stop there. */
function bufferLimit(analysis: Analysis, rows: readonly Row[]): number | null {
  const limits = [...new Set(rows.map((row) => row.run))].flatMap((run) => {
    const { limits: all } = analysis.runs[run].header.adapter;
    return [all['maxStorageBufferBindingSize'], all['maxBufferSize']].filter((limit) => limit !== undefined);
  });
  return limits.length === 0 ? null : Math.min(...limits);
}

function yTitleOf(metric: Metric, rows: readonly Row[]): string {
  const clocks = new Set(rows.flatMap((row) => row.timing?.clock ?? []));
  switch (metric) {
    case 'time':
      return clocks.has('wall') ? 'wall time of a call' : 'GPU time of a call';
    case 'throughput':
      return 'GFLOP/s';
    case 'memory':
      return 'bytes that a call holds';
    case 'error':
      return 'NMSE against float64';
  }
}

/** A value that says nothing: off, left to the kernel, or one batch. */
const isUnset = (axis: string, value: AxisValue): boolean =>
  value === false ||
  value === 'auto' ||
  (axis === 'batch' && value === 1) ||
  (axis === 'scale' && value === 0);

function placesOf(series: readonly FigureSeries[]): ReadonlySet<number> {
  return new Set(series.flatMap(({ points }) => points.flatMap(({ x, y }) => (y === null ? [] : [x]))));
}

const emptyMessage = (notes: readonly string[]): string =>
  notes.length > 0 ? 'Nothing to draw: no case gave a value. The notes say why.' : 'Nothing was measured.';

/** What a reader wants to see of a series: all of it, some of its rows, or, null, nothing. */
export type SeriesFilter = (series: Series) => Series | null;

/** Builds one figure. Its series keep their looks whatever the filter leaves. */
export function buildFigure(
  analysis: Analysis,
  spec: FigureSpec,
  keep: SeriesFilter = (series) => series,
): Figure {
  const sweep = analysis.sweeps[spec.sweep];
  const shown = spec.series.flatMap((index) => keep(sweep.series[index]) ?? []);
  const x = xAxisOf(sweep);
  const hidden = sweep.splitBy.filter(
    (_, position) => new Set(spec.series.map((index) => sweep.series[index].split[position])).size === 1,
  );
  const place = (row: Row): number => {
    const value = row.params[sweep.axis];
    return x.kind === 'numeric' && typeof value === 'number' ? value : sweep.values.indexOf(value);
  };
  const { notes, marks } = notesOf(
    shown.map((series) => ({
      label: seriesLabel(analysis, sweep, series, hidden),
      rows: series.rows.map((index) => analysis.rows[index]),
    })),
    { metric: spec.metric, axis: sweep.axis, place, value: (row) => metricValue(row, spec.metric) },
  );
  const variantsSeen = new Map<string, number>();
  const variantCount = (kernel: string): number => shown.filter((series) => series.kernel === kernel).length;
  const series = shown.map((one, index): FigureSeries => {
    const variant = variantsSeen.get(one.kernel) ?? 0;
    variantsSeen.set(one.kernel, variant + 1);
    return {
      kernel: one.kernel,
      variant,
      variants: variantCount(one.kernel),
      label: seriesLabel(analysis, sweep, one, hidden),
      points: one.rows.map((rowIndex): Point => {
        const row = analysis.rows[rowIndex];
        const value = metricValue(row, spec.metric);
        const ends = interval(row, spec.metric);
        // Zero has no place on a logarithmic axis; the notes say it in words.
        const y = value !== null && value > 0 ? value : null;
        return { x: place(row), y, low: ends?.[0] ?? null, high: ends?.[1] ?? null, row: rowIndex };
      }),
      fit: spec.metric === 'time' && one.group !== null ? curveOf(analysis.groups[one.group].time) : null,
      marks: marks[index],
    };
  });
  const rows = shown.flatMap((one) => one.rows.map((index) => analysis.rows[index]));
  const limit = spec.metric === 'memory' ? bufferLimit(analysis, rows) : null;
  const limitNote =
    limit === null
      ? []
      : [
          `The largest single buffer that the adapter binds is ${formatBytes(limit)}: a dashed line where it is in sight. The curves count all buffers of a call together.`,
        ];
  const places = placesOf(series);
  const trendNote = places.size === 1 ? ['Measured at one place only: there is no trend to see.'] : [];
  return {
    id: spec.id,
    metric: spec.metric,
    title: `${metricTitles[spec.metric]} by ${axisTitle(sweep.axis)}`,
    subtitle: [
      sweep.suite,
      ...(spec.part === null ? [] : [spec.part]),
      ...sweep.fixed.flatMap(([axis, value]) => (isUnset(axis, value) ? [] : [describeAxis(axis, value)])),
    ].join(' · '),
    xTitle: axisTitle(sweep.axis),
    yTitle: yTitleOf(spec.metric, rows),
    x,
    series,
    limit: limit === null ? null : { value: limit, label: `largest buffer ${formatBytes(limit)}` },
    roofs: [],
    notes: [...notes, ...limitNote, ...trendNote],
    message: places.size === 0 ? emptyMessage(notes) : null,
  };
}
