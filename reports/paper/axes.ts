/** The axes of figures for print: one unit for all of an axis, in its title; powers of two where something doubles. */
import { formatRound } from '../../harness/format.ts';
import type { Figure, XAxis } from '../figure.ts';
import { logarithmicTicks } from '../ticks.ts';
import type { ChartBody, Measure, Unit } from './paper-figure.ts';

export interface Tick {
  readonly value: number;
  /** Empty for a line without a label. */
  readonly label: string;
}

export interface Axis {
  readonly title: string;
  readonly type: 'logarithmic' | 'linear';
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

interface Named {
  readonly size: number;
  readonly name: string;
}
const units: Readonly<Partial<Record<Unit, readonly Named[]>>> = {
  duration: [
    { size: 1, name: 'ns' },
    { size: 1e3, name: 'µs' },
    { size: 1e6, name: 'ms' },
    { size: 1e9, name: 's' },
  ],
  flops: [
    { size: 1e6, name: 'MFLOP/s' },
    { size: 1e9, name: 'GFLOP/s' },
    { size: 1e12, name: 'TFLOP/s' },
  ],
};

/** The largest unit of which the middle of the range is one at least, so that few labels are fractions. */
function unitFor(unit: Unit, { low, high }: Range): Named {
  const known = units[unit] ?? [{ size: 1, name: '' }];
  const middle = Math.sqrt(low * high);
  return known.findLast(({ size }) => middle >= size) ?? known[0];
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `10⁻⁵` for a power of ten that is long to write, `0.01`, `1`, `500` for others. */
function powerLabel(value: number): string {
  if (value >= 1e-3 && value < 1e5) return String(value);
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join('');
  const mantissa = Math.round(value / 10 ** exponent);
  return `${mantissa === 1 ? '' : `${mantissa}·`}10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** Lengths as papers write them: 512, 1k, 2k, 64k, where k is 1024. */
export function lengthLabel(value: number): string {
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024}k` : String(value);
}

const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

/** Whether an axis of these values is labelled in k. */
export const inThousands = ({ x }: Pick<Figure, 'x'>): boolean =>
  x.kind === 'numeric' && x.values.every(isPowerOfTwo) && x.values.some((value) => value >= 1024);

/** Most labels of a y axis: beyond these they are a ladder. */
const mostTicks = 8;

function valueTicks(unit: Unit, low: number, high: number): readonly Tick[] {
  if (unit === 'bytes') {
    return logarithmicTicks(low, high, 2, 7).map((value) => ({ value, label: formatRound(value, 'bytes') }));
  }
  if (unit === 'ratio' && high / low > 3) {
    return logarithmicTicks(low, high, 2, mostTicks).map((value) => ({ value, label: `${value}×` }));
  }
  const suffix = unit === 'ratio' ? '×' : '';
  const labelled = logarithmicTicks(low, high, 10, mostTicks);
  const label = (value: number): string => (labelled.includes(value) ? powerLabel(value) + suffix : '');
  // Within a few decades the steps between them have lines of their own, by which values can be read.
  const decades = Math.log10(high / low);
  const steps = decades > 3.5 ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const first = Math.floor(Math.log10(low));
  const all = Array.from({ length: Math.ceil(decades) + 2 }, (_, decade) =>
    steps.map((step) => Number(`${step}e${first + decade}`)),
  );
  const values = [...new Set([...all.flat(), ...labelled])].filter((value) => value >= low && value <= high);
  return values.sort((a, b) => a - b).map((value) => ({ value, label: label(value) }));
}

const withUnit = ({ title }: Measure, { name }: Named): string =>
  name === '' ? title : `${title} (${name})`;

/** Rows of marks along the upper edge, for which the axis leaves room. */
export function markRows(figure: Figure): number {
  const perPlace = new Map<number, number>();
  for (const { marks } of figure.series) {
    for (const mark of marks) if (mark.y === null) perPlace.set(mark.x, (perPlace.get(mark.x) ?? 0) + 1);
  }
  return Math.max(0, ...perPlace.values());
}

/** A logarithmic axis over a range, with room at both ends as shares of its span. */
function logarithmic(measure: Measure, range: Range, unit: Named, below: number, above: number): Axis {
  // A flat curve has no scale of its own: it gets room around it.
  const flat = range.high / range.low < 1.5;
  const [low, high] = flat ? [range.low / 2, range.high * 2] : [range.low, range.high];
  const span = Math.max(high / low, 4);
  const [min, max] = [low / span ** below / unit.size, (high * span ** above) / unit.size];
  return {
    title: withUnit(measure, unit),
    type: 'logarithmic',
    min,
    max,
    ticks: valueTicks(measure.unit, min, max),
  };
}

/** What its y axis has to hold; null where nothing is drawn. */
function yRange({ figure, reference }: ChartBody): Range | null {
  const values = figure.series.flatMap((series) => [
    ...series.points.flatMap(({ y, low, high }) => (y === null ? [] : [y, low ?? y, high ?? y])),
    ...series.marks.flatMap((mark) => mark.y ?? []),
  ]);
  for (const roof of figure.roofs) if (roof.kind === 'arithmetic') values.push(roof.perSecond);
  if (reference !== null) values.push(reference);
  const positive = values.filter((value) => value > 0);
  return positive.length === 0
    ? null
    : { low: positive.reduce((a, b) => Math.min(a, b)), high: positive.reduce((a, b) => Math.max(a, b)) };
}

export interface ScaledAxis {
  readonly axis: Axis;
  /** One unit of the axis in the units of the records. */
  readonly unitSize: number;
}

/** The y axis, and what values are divided by to stand on it. */
export function yAxisOf(body: ChartBody): ScaledAxis {
  const range = yRange(body) ?? { low: 1, high: 10 };
  const unit = unitFor(body.y.unit, range);
  const rows = markRows(body.figure);
  // A roof has its name above it.
  const above = (body.figure.roofs.length > 0 ? 0.12 : 0.05) + (rows > 0 ? 0.03 + 0.07 * rows : 0);
  return { axis: logarithmic(body.y, range, unit, 0.05, above), unitSize: unit.size };
}

function axisOfValues(title: string, x: Extract<XAxis, { kind: 'numeric' }>): Axis {
  const [low, high] = [x.values[0] ?? 1, x.values.at(-1) ?? 1];
  const isLogarithmic = x.wide || low === high;
  const margin = isLogarithmic ? Math.max(high / low, 4) ** 0.04 : (high - low) * 0.04;
  const doubles = x.values.every(isPowerOfTwo);
  const label = doubles ? lengthLabel : String;
  return {
    title,
    type: isLogarithmic ? 'logarithmic' : 'linear',
    min: isLogarithmic ? low / margin : low - margin,
    max: isLogarithmic ? high * margin : high + margin,
    ticks: (doubles && isLogarithmic ? logarithmicTicks(low, high, 2, 24) : x.values).map((value) => ({
      value,
      label: label(value),
    })),
  };
}

export function xAxisOf({ figure, x }: ChartBody): ScaledAxis {
  if (figure.x.kind === 'names') {
    const { names } = figure.x;
    const ticks = names.map((label, value) => ({ value, label }));
    return {
      axis: { title: x.title, type: 'linear', min: -0.5, max: names.length - 0.5, ticks },
      unitSize: 1,
    };
  }
  if (x.unit === 'axis') return { axis: axisOfValues(x.title, figure.x), unitSize: 1 };
  const range = { low: figure.x.values[0] ?? 1, high: figure.x.values.at(-1) ?? 1 };
  const unit = unitFor(x.unit, range);
  return { axis: logarithmic(x, range, unit, 0.06, 0.06), unitSize: unit.size };
}
