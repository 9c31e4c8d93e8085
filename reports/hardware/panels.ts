/** Small multiples: a figure for each kernel with a line for each device, or the other way round, all on the same axes. */
import { formatGiga } from '../../harness/format.ts';
import type { Figure, FigureSeries, Point } from '../figure.ts';
import { groupBy } from '../group-by.ts';
import { notesOf } from '../notes.ts';
import type { Row } from '../rows.ts';
import { listed } from './comparability.ts';
import type { Curve } from './hardware.ts';
import { judge } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import { ratioWithInterval } from './ratio-words.ts';
import { axesWords } from './words.ts';

export const panelMetrics = ['time', 'ratio', 'share', 'throughput', 'memory', 'error'] as const;
export type PanelMetric = (typeof panelMetrics)[number];

export const panelSides = ['kernel', 'device'] as const;
/** What has a figure of its own; the other has a line in each. */
export type PanelSide = (typeof panelSides)[number];

export interface PanelSpec {
  readonly by: PanelSide;
  readonly metric: PanelMetric;
  /** Index into the settings. */
  readonly setting: number;
  readonly reference: number;
}

export interface PanelSet {
  /** Unique, and safe as a file name. */
  readonly id: string;
  readonly title: string;
  /** What is held fixed. */
  readonly subtitle: string;
  readonly figures: readonly Figure[];
  /** Names that looks are dealt to. */
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** More lines in one figure cannot be told apart. */
export const mostLines = 12;

const metricTitles: Readonly<Record<PanelMetric, string>> = {
  time: 'Time',
  ratio: 'Time over that of',
  share: 'Per cent of the measured peak',
  throughput: 'Throughput',
  memory: 'Memory',
  error: 'Error',
};

const yTitles: Readonly<Record<PanelMetric, string>> = {
  time: 'time of a call',
  ratio: 'time ratio',
  share: '% of the device’s own measured peak',
  throughput: 'GFLOP/s',
  memory: 'bytes that a call holds',
  error: 'NMSE against float64',
};

interface Value {
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
}

const alone = (y: number | null | undefined): Value | null =>
  y === null || y === undefined ? null : { y, low: null, high: null };

function valueOfRow(row: Row, metric: Exclude<PanelMetric, 'ratio'>): Value | null {
  const { timing } = row;
  if (timing === null) return null;
  switch (metric) {
    case 'time':
      return {
        y: timing.medianNs,
        low: timing.interval?.lowNs ?? null,
        high: timing.interval?.highNs ?? null,
      };
    case 'share':
      return timing.shareOfPeak === null ? null : alone(100 * timing.shareOfPeak);
    case 'throughput':
      return alone(timing.flopsPerSecond);
    case 'memory':
      return alone(row.bytes?.peak);
    case 'error':
      return alone(row.quality?.nmse);
  }
}

/** A point of a line; null where the device does not have the case at all. */
function pointOf(
  analysis: HardwareAnalysis,
  spec: PanelSpec,
  index: number,
  device: number,
  keep: (row: number) => boolean,
): Point | null {
  const one = analysis.hardware.cases[index];
  const row = one.rows[device];
  if (row === null || !keep(row)) return null;
  const place = { x: one.n, row };
  if (spec.metric !== 'ratio') {
    const value = valueOfRow(analysis.rows[row], spec.metric);
    // Zero has no place on a logarithmic axis.
    return { ...place, ...(value !== null && value.y > 0 ? value : { y: null, low: null, high: null }) };
  }
  const judged = judge(analysis, one, device, spec.reference);
  if (judged.kind !== 'ratio') return { ...place, y: null, low: null, high: null };
  const { value, interval } = judged.ratio;
  const marks = judged.marks.length === 0 ? '' : `, ${judged.marks.join(', ')}`;
  return {
    ...place,
    y: value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    says: ['time ratio', `${ratioWithInterval(judged.ratio)}${marks}`],
  };
}

interface Line {
  readonly panel: string;
  readonly curve: Curve;
  readonly device: number;
  readonly points: readonly Point[];
}

const nameOf = ({ kernel, own }: Curve): string => [kernel, axesWords(own)].filter(Boolean).join(' ');

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'x'
  );
}

const numbers = (lines: readonly Line[]): readonly number[] =>
  lines.flatMap(({ points }) =>
    points.flatMap(({ y, low, high }) => (y === null ? [] : [y, low ?? y, high ?? y])),
  );

function rangeOf(values: readonly number[]): Figure['range'] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return undefined;
  return {
    low: positive.reduce((a, b) => Math.min(a, b)),
    high: positive.reduce((a, b) => Math.max(a, b)),
  };
}

function seriesOf(
  analysis: HardwareAnalysis,
  { by }: PanelSpec,
  lines: readonly Line[],
  marks: ReturnType<typeof notesOf>['marks'],
): readonly FigureSeries[] {
  const nameOfLook = (line: Line): string =>
    by === 'kernel' ? analysis.hardware.devices[line.device].label : line.curve.kernel;
  const seen = new Map<string, number>();
  return lines.map((line, index): FigureSeries => {
    const kernel = nameOfLook(line);
    const variant = seen.get(kernel) ?? 0;
    seen.set(kernel, variant + 1);
    return {
      kernel,
      variant,
      variants: lines.filter((other) => nameOfLook(other) === kernel).length,
      label: by === 'kernel' ? kernel : nameOf(line.curve),
      points: line.points,
      fit: null,
      marks: marks[index],
    };
  });
}

/** The devices of which a curve of the setting has a row that is kept. */
function devicesShown(
  { hardware }: HardwareAnalysis,
  curves: readonly Curve[],
  keep: (row: number) => boolean,
): readonly number[] {
  return hardware.devices.flatMap((_, device) =>
    curves.some(({ cases }) =>
      cases.some((index) => {
        const row = hardware.cases[index].rows[device];
        return row !== null && keep(row);
      }),
    )
      ? [device]
      : [],
  );
}

/**
 * The figures of a spec. `keep` leaves out rows that a reader filtered away; `only` is the part of the devices to draw, where there are
 * more than one figure can show.
 */
export function buildPanels(
  analysis: HardwareAnalysis,
  spec: PanelSpec,
  keep: (row: number) => boolean = () => true,
  only: readonly number[] | null = null,
): PanelSet {
  const { hardware, rows } = analysis;
  const { by, metric, reference } = spec;
  const curves = hardware.curves.filter(({ setting }) => setting === spec.setting);
  const kept = only ?? devicesShown(analysis, curves, keep);
  const devices = (by === 'kernel' ? kept.slice(0, mostLines) : kept).filter(
    (device) => metric !== 'ratio' || device !== reference,
  );
  const lines = curves.flatMap((curve) =>
    devices.flatMap((device): readonly Line[] => {
      const points = curve.cases.flatMap((index) => pointOf(analysis, spec, index, device, keep) ?? []);
      const panel = by === 'kernel' ? nameOf(curve) : hardware.devices[device].label;
      return points.length === 0 ? [] : [{ panel, curve, device, points }];
    }),
  );
  const order = by === 'kernel' ? lines : lines.toSorted((a, b) => a.device - b.device);
  const panels = groupBy(order, ({ panel }) => panel);
  const ns = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const range = rangeOf([...numbers(lines), ...(metric === 'ratio' ? [1] : [])]);
  const base = hardware.devices[reference].label;
  const title =
    metric === 'ratio' ? `Time over that of ${base}, by ${by}` : `${metricTitles[metric]} by ${by}`;
  const id = slug(`${metric === 'share' ? 'share-of-peak' : metric === 'time' ? 'curves' : metric} by ${by}`);
  const subtitle = axesWords(hardware.settings[spec.setting]);
  const figures = [...panels].map(([panel, members], index): Figure => {
    const { notes, marks } = notesOf(
      members.map(({ points, curve, device }) => ({
        label: by === 'kernel' ? hardware.devices[device].label : nameOf(curve),
        rows: points.map(({ row }) => rows[row]),
      })),
      {
        metric: metric === 'ratio' || metric === 'share' ? 'time' : metric,
        axis: 'n',
        place: ({ params }) => params.n,
        value: (row) => valueOfRow(row, metric === 'ratio' ? 'time' : metric)?.y ?? null,
      },
    );
    const isEmpty = numbers(members).length === 0;
    return {
      id: `${id}-${index + 1}`,
      metric,
      title: panel,
      subtitle: `${title}, ${subtitle}`,
      xTitle: 'sequence length n',
      yTitle: yTitles[metric],
      x: { kind: 'numeric', values: ns, wide: ns.length > 1 && (ns.at(-1) ?? 1) / ns[0] >= 4 },
      series: seriesOf(analysis, spec, members, marks),
      limit: metric === 'ratio' ? { value: 1, label: `as long as ${base}` } : null,
      roofs: [],
      ...(range === undefined ? {} : { range }),
      notes,
      message: isEmpty ? emptyMessage(spec, base) : null,
    };
  });
  const left = by === 'kernel' ? kept.slice(mostLines) : [];
  return {
    id,
    title,
    subtitle,
    figures,
    names: by === 'kernel' ? hardware.devices.map(({ label }) => label) : analysis.kernels,
    notes: [
      ...(left.length === 0
        ? []
        : [
            `The first ${mostLines} devices; not drawn: ${listed(left.map((device) => hardware.devices[device].label))}. Switch others off to see them.`,
          ]),
      ...clockNotes(analysis, spec, devices),
      ...peakNotes(analysis, spec, devices),
    ],
  };
}

function emptyMessage({ metric }: PanelSpec, base: string): string {
  if (metric === 'ratio') return `No case that can be held against ${base}.`;
  return metric === 'share' ? 'No measured peaks.' : 'No case gave a value.';
}

/** Where some times are of another kind than the others. */
function clockNotes(
  { hardware, runs }: HardwareAnalysis,
  { metric }: PanelSpec,
  devices: readonly number[],
): readonly string[] {
  if (metric === 'memory' || metric === 'error' || metric === 'ratio') return [];
  const isWall = (device: number): boolean =>
    hardware.devices[device].runs.some((run) => runs[run].header.clock.source === 'wall');
  const onWall = devices.filter(isWall);
  return onWall.length === 0 || onWall.length === devices.length
    ? []
    : [
        `${listed(onWall.map((device) => hardware.devices[device].label))}: wall time, launch and queue included; the others: GPU time.`,
      ];
}

/** What each device's per cent are of. */
function peakNotes(
  { hardware, runs }: HardwareAnalysis,
  { metric }: PanelSpec,
  devices: readonly number[],
): readonly string[] {
  if (metric !== 'share') return [];
  const words = devices.flatMap((device) => {
    const { label, runs: own } = hardware.devices[device];
    const peaks = own.flatMap((run) => runs[run].header.peaks ?? [])[0];
    return peaks === undefined
      ? []
      : [`${label} ${formatGiga(peaks.flopsPerSecond)} GFLOP/s and ${formatGiga(peaks.bytesPerSecond)} GB/s`];
  });
  return words.length === 0 ? [] : [`Peaks (f32, reads from beyond the cache): ${words.join('; ')}.`];
}

/** Settings by how much of them was timed, the best covered first. */
export function settingsByCoverage({ hardware, rows }: HardwareAnalysis): readonly number[] {
  const timed = hardware.settings.map(() => 0);
  for (const one of hardware.cases) {
    const count = one.rows.filter((row) => row !== null && rows[row].timing !== null).length;
    // A case of one device alone shows nothing of how devices compare.
    timed[one.setting] += count > 1 ? count : 0;
  }
  return timed
    .map((_, setting) => setting)
    .filter((setting) => timed[setting] > 0 || hardware.settings.length === 1)
    .sort((a, b) => timed[b] - timed[a] || a - b);
}

export interface StaticPanels {
  readonly id: string;
  readonly spec: PanelSpec;
  readonly only: readonly number[];
}

/** How many settings are drawn for print; the page has them all. */
const mostSettings = 3;

/** What is drawn for print: the best covered setting of each precision; of many devices one setting, and these in parts. */
export function staticPanels(analysis: HardwareAnalysis): readonly StaticPanels[] {
  const { hardware } = analysis;
  const precisions = new Set<unknown>();
  const settings = settingsByCoverage(analysis)
    .filter((setting) => {
      const { precision } = hardware.settings[setting];
      return precisions.has(precision) ? false : precisions.add(precision);
    })
    .slice(0, hardware.devices.length > mostLines ? 1 : mostSettings);
  const combinations: readonly (readonly [PanelSide, PanelMetric])[] = [
    ['kernel', 'time'],
    ['device', 'time'],
    ['kernel', 'ratio'],
    ['kernel', 'share'],
  ];
  return settings.flatMap((setting) =>
    combinations.flatMap(([by, metric]) => {
      const spec: PanelSpec = { by, metric, setting, reference: hardware.reference };
      const curves = hardware.curves.filter((curve) => curve.setting === setting);
      const devices = devicesShown(analysis, curves, () => true);
      const parts = Array.from({ length: Math.ceil(devices.length / mostLines) }, (_, part) =>
        devices.slice(part * mostLines, (part + 1) * mostLines),
      );
      return parts.flatMap((only, part) => {
        const set = buildPanels(analysis, spec, undefined, only);
        const says = set.figures.some(({ message }) => message === null);
        const words = [
          set.id,
          ...(settings.length > 1 ? [String(hardware.settings[setting]['precision'])] : []),
          ...(parts.length > 1 ? [String(part + 1)] : []),
        ];
        return says ? [{ id: slug(words.join('-')), spec, only }] : [];
      });
    }),
  );
}
