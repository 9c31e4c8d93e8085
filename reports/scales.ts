/** The axes of a figure, as chart.js takes them. */
import type { Figure } from './figure.ts';
import { formatRound } from '../harness/format.ts';
import { groupBy } from './group-by.ts';
import { logarithmicTicks } from './ticks.ts';

export interface ScaleView {
  readonly xScale: 'logarithmic' | 'linear';
  readonly yScale: 'logarithmic' | 'linear';
}

const quantities: Readonly<Record<Figure['metric'], 'duration' | 'bytes' | 'number'>> = {
  time: 'duration',
  throughput: 'number',
  memory: 'bytes',
  error: 'number',
  roofline: 'number',
  ratio: 'number',
  share: 'number',
  speedup: 'number',
  softmax: 'number',
  pareto: 'number',
};

interface Range {
  readonly low: number;
  readonly high: number;
}

function yRange(figure: Figure): Range | null {
  if (figure.range !== undefined) return figure.range;
  const values = figure.series.flatMap((series) => [
    ...series.points.flatMap(({ y, low, high }) => (y === null ? [] : [y, low ?? y, high ?? y])),
    ...series.marks.flatMap((mark) => mark.y ?? []),
  ]);
  for (const roof of figure.roofs) if (roof.kind === 'arithmetic') values.push(roof.perSecond);
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return null;
  const low = positive.reduce((a, b) => Math.min(a, b));
  const high = positive.reduce((a, b) => Math.max(a, b));
  // The limit is drawn where it says something: near the curves, not decades above them.
  const limit = figure.limit !== null && figure.limit.value < 64 * high ? figure.limit.value : 0;
  return { low, high: Math.max(high, limit) };
}

/** Rows of marks along the upper edge, one for each note at a place, for which the axis leaves room. */
function markRows(figure: Figure): number {
  const atEdge = figure.series.flatMap(({ marks }) => marks.filter(({ y }) => y === null));
  const byPlace = groupBy(atEdge, ({ x }) => x);
  return Math.max(0, ...[...byPlace.values()].map((marks) => new Set(marks.map(({ note }) => note)).size));
}

export interface AxisScale {
  readonly type: 'logarithmic' | 'linear';
  readonly ticks: Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

/** chart.js asks for ticks by mutation. */
function fixedTicks(values: readonly number[]): (axis: { ticks: { value: number }[] }) => void {
  return (axis) => {
    axis.ticks = values.map((value) => ({ value }));
  };
}

/** The y axis of a figure whose values are in the axis's units. */
export function yScale(figure: Figure, view: ScaleView): AxisScale {
  const quantity = quantities[figure.metric];
  const range = yRange(figure);
  const callback = (value: string | number): string => formatRound(Number(value), quantity);
  // Without a value there is nothing to read off.
  if (range === null) return { type: 'linear', afterBuildTicks: fixedTicks([]), ticks: {} };
  if (view.yScale === 'linear') {
    // chart.js sees the values of the series alone.
    const suggestedMax = figure.roofs.length > 0 ? range.high : undefined;
    return {
      type: 'linear',
      beginAtZero: true,
      suggestedMax,
      grace: `${5 + 5 * markRows(figure)}%`,
      ticks: { callback },
    };
  }
  const span = Math.max(range.high / range.low, 4);
  // A flat curve has no scale of its own: it gets the decade around it.
  const flat = range.high / range.low < 1.5;
  const low = flat ? range.low / 4 : range.low / span ** 0.05;
  // A roof has its name above it.
  const room = (figure.roofs.length > 0 ? 0.1 : 0.05) + 0.06 * markRows(figure);
  const high = (flat ? range.high * 4 : range.high) * span ** room;
  const ticks = logarithmicTicks(low, high, quantity === 'bytes' ? 2 : 10, 9);
  return {
    type: 'logarithmic',
    min: low,
    max: high,
    afterBuildTicks: fixedTicks(ticks),
    ticks: { callback, autoSkip: true },
  };
}

/** Beginning and end of a name that is too long: what tells it from others is often at its end. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const tail = Math.floor((most - 1) * 0.4);
  return `${letters.slice(0, most - 1 - tail).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`;
}

/** Longer names on the axis leave no room for the chart. */
const mostNameLetters = 18;

/** Letters of all names in a line, as wide as the longest each. */
const lettersOf = (names: readonly string[]): number =>
  names.length * Math.max(...names.map((name) => Math.min(name.length, mostNameLetters) + 2));
const mostLettersInLine = 60;

/** The x axis: ticks at powers of two where the sweep doubles, at the values themselves elsewhere. */
export function xScale(figure: Figure, view: ScaleView): AxisScale {
  const { x } = figure;
  if (x.kind === 'names') {
    return {
      type: 'linear',
      min: -0.5,
      max: x.names.length - 0.5,
      afterBuildTicks: fixedTicks(x.names.map((_, index) => index)),
      ticks: {
        callback: (value: string | number) => shortened(x.names[Number(value)] ?? '', mostNameLetters),
        autoSkip: false,
        // Side by side they would touch.
        minRotation: lettersOf(x.names) > mostLettersInLine ? 25 : 0,
      },
    };
  }
  const [low, high] = [x.values[0] ?? 1, x.values.at(-1) ?? 1];
  const logarithmic = view.xScale === 'logarithmic' && low > 0;
  const margin = logarithmic ? Math.max(high / low, 4) ** 0.04 : Math.max((high - low) * 0.04, 0.5);
  if (figure.metric === 'roofline') {
    const ticks = logarithmicTicks(low / margin, high * margin, 10, 9);
    return {
      type: logarithmic ? 'logarithmic' : 'linear',
      min: logarithmic ? low / margin : 0,
      max: logarithmic ? high * margin : high + margin,
      ...(logarithmic ? { afterBuildTicks: fixedTicks(ticks) } : {}),
      ticks: { callback: (value: string | number) => formatRound(Number(value), 'number'), maxRotation: 0 },
    };
  }
  const powers = x.values.every((value) => value > 0 && Number.isInteger(Math.log2(value)));
  const ticks = powers && logarithmic ? logarithmicTicks(low, high, 2, 24) : x.values;
  return {
    type: logarithmic ? 'logarithmic' : 'linear',
    min: logarithmic ? low / margin : low - margin,
    max: logarithmic ? high * margin : high + margin,
    ...(logarithmic || x.values.length <= 8
      ? {
          afterBuildTicks: fixedTicks(ticks),
        }
      : {}),
    ticks: { callback: (value: string | number) => String(value), autoSkip: true, maxRotation: 0 },
  };
}
