/** Figures along an axis: time, memory, throughput, error, decode, and how many times as fast as another kernel. */
import type { CaseRecord } from '../../harness/record.ts';
import { ratioOfCases } from '../../harness/ratio.ts';
import type { Analysis } from '../analysis.ts';
import { buildFigure } from '../figure.ts';
import type { Figure, FigureSeries, Metric, Point } from '../figure.ts';
import { numbersOf } from './numbers.ts';
import { built, none } from './paper-figure.ts';
import type { Built, ChartBody, Measure, PaperFigure } from './paper-figure.ts';
import { chooseSweep } from './selection.ts';
import type { Chosen, Selection } from './selection.ts';
import type { Row } from '../rows.ts';

interface Quantity {
  readonly metric: Metric;
  readonly title: string;
  readonly y: Measure;
  readonly heading: string;
  readonly method: readonly string[];
}

export const checked = 'No time counts without a check of the output against a float64 reference.';
const medians = 'Points are medians of the calls of a case, bands their 95 % intervals.';

export const quantities = {
  time: {
    metric: 'time',
    title: 'Time of a call',
    y: { title: 'time per call', unit: 'duration' },
    heading: 'median_ns',
    method: [medians, checked],
  },
  memory: {
    metric: 'memory',
    title: 'Memory of a call',
    y: { title: 'memory per call', unit: 'bytes' },
    heading: 'peak_bytes',
    method: [
      'All buffers that a call holds at once, inputs and outputs too, counted exactly as they were made.',
    ],
  },
  throughput: {
    metric: 'throughput',
    title: 'Throughput',
    y: { title: 'throughput', unit: 'flops' },
    heading: 'flop_per_s',
    method: [
      'FLOPs of the mechanism’s own definition over the median time of a call; bands are 95 % intervals.',
      checked,
    ],
  },
  error: {
    metric: 'error',
    title: 'Error',
    y: { title: 'NMSE', unit: 'number' },
    heading: 'nmse',
    method: [
      'Squared error over squared size of the output, against a float64 reference of the same mechanism.',
    ],
  },
} as const satisfies Readonly<Record<Metric, Quantity>>;

/** Rows that have a value in the figure. */
export const drawnRows = ({ series }: Figure): readonly number[] =>
  series.flatMap(({ points }) => points.flatMap(({ y, row }) => (y === null ? [] : [row])));

/** Numbers of the notes that have a mark. */
const markedNotes = ({ series }: Figure): readonly number[] => [
  ...new Set(series.flatMap(({ marks }) => marks.map(({ note }) => note))),
];

interface Parts {
  readonly title: string;
  readonly y: Measure;
  readonly heading: string;
  readonly method: readonly string[];
  readonly reference?: ChartBody['reference'];
}

/** Places at the ends where nothing of what is left has a value are no part of the axis. */
function trimmed(figure: Figure): Figure {
  const { x, series } = figure;
  if (x.kind === 'names') return figure;
  const places = series.flatMap(({ points }) =>
    points.flatMap((point) => (point.y === null ? [] : [point.x])),
  );
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const within = (value: number): boolean => value >= low && value <= high;
  const values = x.values.filter(within);
  return {
    ...figure,
    x: { ...x, values, wide: low > 0 && high / low >= 4 },
    series: series.map((one) => ({ ...one, marks: one.marks.filter((mark) => within(mark.x)) })),
  };
}

/** A copy of the values is a floor of the time and no attention: it is held against others only where it is asked for. */
export const isContender = ({ mechanism, kernel }: Row, named: readonly string[]): boolean =>
  mechanism !== 'copy' || named.includes(kernel);

function paperFigure(analysis: Analysis, figure: Figure, axis: string, parts: Parts): PaperFigure {
  // The page's own way of saying it: the fits belong to the report.
  const bare = { ...figure, series: figure.series.map((series) => ({ ...series, fit: null })) };
  return {
    id: figure.id,
    title: `${parts.title} by ${figure.xTitle}`,
    subtitle: figure.subtitle,
    method: parts.method,
    rows: drawnRows(bare),
    notes: figure.notes,
    marked: markedNotes(figure),
    numbers: numbersOf(analysis, bare, { axis, x: null, y: parts.heading }),
    body: {
      kind: 'chart',
      figure: bare,
      x: { title: figure.xTitle, unit: 'axis' },
      y: parts.y,
      joined: figure.x.kind === 'numeric',
      front: [],
      reference: parts.reference ?? null,
    },
  };
}

const everySeries = ({ sweep }: Chosen): readonly number[] => sweep.series.map((_, index) => index);

const figureOf = (analysis: Analysis, chosen: Chosen, id: string, metric: Metric): Figure =>
  buildFigure(analysis, { id, sweep: chosen.index, metric, series: everySeries(chosen), part: null });

/** One of the four quantities along an axis. `suggestion` is what would measure it. */
export function alongAxis(
  { analysis }: Selection,
  quantity: Quantity,
  id: string,
  axis: string | null,
  suggestion: string,
): Built {
  const chosen = chooseSweep(analysis, axis);
  if (typeof chosen === 'string') return none(chosen);
  const figure = figureOf(analysis, chosen, id, quantity.metric);
  if (figure.message !== null) {
    return none(`no case has a value; ${suggestion}`);
  }
  return built([paperFigure(analysis, figure, chosen.sweep.axis, quantity)], chosen.remarks);
}

/** Distance to exact softmax attention, of the kernels that approximate it. */
export function softmaxDistance({ analysis }: Selection, id: string, axis: string | null): Built {
  const chosen = chooseSweep(analysis, axis);
  if (typeof chosen === 'string') return none(chosen);
  const error = figureOf(analysis, chosen, id, 'error');
  const points = (series: FigureSeries): readonly Point[] =>
    series.points.map((point) => {
      const distance = analysis.rows[point.row].quality?.distanceToSoftmax ?? null;
      return { ...point, y: distance !== null && distance > 0 ? distance : null, low: null, high: null };
    });
  const series = error.series
    .map((one) => ({ ...one, points: points(one), marks: [] }))
    .filter((one) => one.points.some(({ y }) => y !== null));
  if (series.length === 0) {
    return none(
      'no case approximates softmax attention; run some that do: attnbench run quick --kernels longformer,bigbird,performer',
    );
  }
  const left = error.series
    .map(({ label }) => label)
    .filter((label) => !series.some((one) => one.label === label));
  const notes =
    left.length === 0 ? [] : [`${left.join(', ')}: exact, or another function than softmax attention.`];
  const figure = trimmed({ ...error, metric: 'softmax', series, notes, message: null });
  const parts: Parts = {
    title: 'Distance to softmax attention',
    y: { title: 'distance to softmax attention', unit: 'number' },
    heading: 'distance_to_softmax',
    method: [
      'Root mean square difference from exact softmax attention over the same inputs, relative to its root mean square. Inputs are random: distances on trained ones are others.',
    ],
  };
  return built([paperFigure(analysis, figure, chosen.sweep.axis, parts)], chosen.remarks);
}

const sameWhereShared = (one: CaseRecord, other: CaseRecord): boolean =>
  one.suite === other.suite &&
  Object.entries(one.params).every(
    ([axis, value]) => !(axis in other.params) || other.params[axis] === value,
  );

/** Interval and all, from the samples of both. */
function speedup(record: CaseRecord, base: CaseRecord): Pick<Point, 'y' | 'low' | 'high'> {
  if (record.status !== 'ok' || base.status !== 'ok') return { y: null, low: null, high: null };
  const { value, interval } = ratioOfCases(base, record);
  return Number.isFinite(value) && value > 0
    ? { y: value, low: interval?.low ?? null, high: interval?.high ?? null }
    : { y: null, low: null, high: null };
}

/** How many times as fast as a kernel, at the places where that was measured too. */
export function speedups(
  { analysis, records, unshown, kernels, named }: Selection,
  id: string,
  axis: string | null,
  over: string,
): Built {
  if (!kernels.includes(over)) {
    return none(`${over} was not measured; name one of ${kernels.join(', ')} with --over`);
  }
  const chosen = chooseSweep(analysis, axis);
  if (typeof chosen === 'string') return none(chosen);
  const time = figureOf(analysis, chosen, id, 'time');
  const alone = new Map<string, readonly number[]>();
  const pointOf = (label: string, point: Point): Point => {
    const record = records[point.row];
    const bases = unshown[analysis.rows[point.row].run].filter(
      (base) => base.kernel === over && sameWhereShared(base, record),
    );
    const base = bases.find(({ status }) => status === 'ok');
    if (base === undefined && record.status === 'ok') {
      alone.set(label, [...(alone.get(label) ?? []), point.row]);
    }
    return { ...point, ...(base === undefined ? { y: null, low: null, high: null } : speedup(record, base)) };
  };
  const series = time.series
    .filter(({ kernel, points: [first] }) => kernel !== over && isContender(analysis.rows[first.row], named))
    .map((one) => ({ ...one, points: one.points.map((point) => pointOf(one.label, point)) }))
    .filter((one) => one.points.some(({ y }) => y !== null));
  if (series.length === 0) {
    return none(
      `no other kernel was timed where ${over} was; run both: attnbench run quick --kernels ${over},flash`,
    );
  }
  const places = (rows: readonly number[]): readonly string[] =>
    rows.map((row) => String(analysis.rows[row].params[chosen.sweep.axis]));
  const missing = [...new Set([...alone.values()].flatMap(places))];
  const notes = [
    ...time.notes,
    ...(missing.length === 0
      ? []
      : [`${over} has no time at ${chosen.sweep.axis} = ${missing.join(', ')}: no speed-up there.`]),
  ];
  const figure = trimmed({ ...time, metric: 'speedup', series, notes });
  const parts: Parts = {
    title: `Speed-up over ${over}`,
    y: { title: `speed-up over ${over}`, unit: 'ratio' },
    heading: `times_as_fast_as_${over}`,
    method: [
      `Median time of ${over} over that of the kernel in the same run, ${over} being the line at 1; bands are 95 % intervals of the ratio.`,
      checked,
    ],
    reference: 1,
  };
  return built([paperFigure(analysis, figure, chosen.sweep.axis, parts)], chosen.remarks);
}
