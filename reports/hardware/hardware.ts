/** Runs of several devices, case by case: plain data, so that the page can carry it as JSON. */
import type { MeasuredRecord, RecordParams, Run } from '../../harness/record.ts';
import { paramsSchema } from '../../harness/record.ts';
import { median, medianInterval } from '../../harness/stats.ts';
import { groupBy } from '../group-by.ts';
import type { Sampled } from '../groups.ts';
import type { AxisValue } from '../rows.ts';
import { devicesOf } from './devices.ts';
import type { Device } from './devices.ts';
import type { Estimate } from './ratio.ts';

/** The axes that every kernel has, but n. */
export type Setting = Readonly<Record<string, AxisValue>>;

/** One kernel with one choice of every axis, wherever it was asked for. */
export interface HardwareCase {
  readonly kernel: string;
  readonly mechanism: string;
  readonly n: number;
  /** Index into the settings. */
  readonly setting: number;
  /** The kernel's own axes, those of which the report has several values. */
  readonly own: Setting;
  /** By device: index of the analysis's row; null where the device does not have the case. Of several the one measured last. */
  readonly rows: readonly (number | null)[];
}

/** A kernel over n, all else fixed. */
export interface Curve {
  readonly kernel: string;
  readonly mechanism: string;
  readonly setting: number;
  readonly own: Setting;
  /** Indices of cases, ascending n. */
  readonly cases: readonly number[];
}

/** What ran in a row, as numbers that are equal where the same did. */
export interface RowFacts {
  /** Of the WGSL and the plan. */
  readonly code: number;
  /** Of the files that the kernel is made of; null where the run did not write it down. */
  readonly source: number | null;
  /** The shape and where it came from. */
  readonly shape: number;
  /** One step of the timer in a call. */
  readonly tickNs: number;
  /** Submit to done; null where the report has GPU times throughout. */
  readonly wall: Estimate | null;
}

/** A device measured more than once. */
export interface Repetition {
  readonly device: number;
  readonly runs: number;
  /** Timed in more than one of them. */
  readonly cases: number;
  /** The largest ratio of two medians of one case. */
  readonly largestRatio: number;
}

export interface Hardware {
  readonly devices: readonly Device[];
  /** Index of the device that ratios are to, unless the reader chooses another. */
  readonly reference: number;
  readonly settings: readonly Setting[];
  readonly cases: readonly HardwareCase[];
  readonly curves: readonly Curve[];
  /** By row; null where nothing was timed. */
  readonly facts: readonly (RowFacts | null)[];
  readonly repetitions: readonly Repetition[];
}

/** Numbers values in the order in which they first appear. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    known.set(text, number);
    return number;
  };
}

const baseAxes = Object.keys(paramsSchema.shape);
const keyOf = (axes: Setting): string =>
  JSON.stringify(Object.entries(axes).sort(([a], [b]) => (a < b ? -1 : 1)));

function splitAxes({ n, m, ...axes }: RecordParams): { readonly setting: Setting; readonly own: Setting } {
  const entries: (readonly [string, AxisValue])[] = [
    ...Object.entries(axes),
    ...(m === n ? [] : [['m', m] as const]),
  ];
  return {
    setting: Object.fromEntries(entries.filter(([name]) => baseAxes.includes(name))),
    own: Object.fromEntries(entries.filter(([name]) => !baseAxes.includes(name))),
  };
}

function wallOf({ wallNs }: MeasuredRecord): Estimate | null {
  if (wallNs.length === 0) return null;
  const interval = medianInterval(wallNs);
  return {
    medianNs: median(wallNs),
    interval: interval === null ? null : { lowNs: interval.low, highNs: interval.high },
  };
}

function factsOf(runs: readonly Run[], sampled: readonly Sampled[]): readonly (RowFacts | null)[] {
  const clocks = new Set(sampled.flatMap(({ row }) => row.timing?.clock ?? []));
  const [code, source, shape] = [numbering(), numbering(), numbering()];
  return sampled.map(({ row, record }): RowFacts | null => {
    if (record.status !== 'ok') return null;
    const { header } = runs[row.run];
    const files =
      record.peer === undefined
        ? header.kernelSources?.[record.kernel]
        : `${record.peer.package} ${record.peer.version}`;
    return {
      code: code(record.source.hash),
      source: files === undefined ? null : source(files),
      shape: shape(JSON.stringify([record.variant, record.shape?.values ?? null])),
      tickNs: header.clock.tickNs / record.repeats,
      wall: clocks.size > 1 ? wallOf(record) : null,
    };
  });
}

interface Draft {
  readonly member: Sampled;
  readonly setting: number;
  readonly own: Setting;
  /** By device, in the order given. */
  readonly rows: Map<number, Sampled[]>;
}

const isTimed = ({ row }: Sampled): boolean => row.timing !== null;

/** What was timed before what was not, then the later. */
function latestOf(members: readonly Sampled[], runs: readonly Run[]): Sampled {
  const startedAt = ({ row }: Sampled): string => runs[row.run].header.startedAt;
  return members.reduce((best, one) => {
    if (isTimed(one) !== isTimed(best)) return isTimed(one) ? one : best;
    return startedAt(one) >= startedAt(best) ? one : best;
  });
}

function repetitionsOf(devices: readonly Device[], drafts: Iterable<Draft>): readonly Repetition[] {
  const found = devices.map(({ runs }, device) => ({ device, runs: runs.length, cases: 0, largestRatio: 1 }));
  for (const { rows } of drafts) {
    for (const [device, members] of rows) {
      const medians = members.flatMap(({ row }) => row.timing?.medianNs ?? []).filter((ns) => ns > 0);
      if (medians.length < 2) continue;
      found[device].cases++;
      const ratio = Math.max(...medians) / Math.min(...medians);
      found[device].largestRatio = Math.max(found[device].largestRatio, ratio);
    }
  }
  return found.filter(({ runs }) => runs > 1);
}

function curvesOf(cases: readonly HardwareCase[]): readonly Curve[] {
  const byKey = groupBy(cases.keys(), (index) => {
    const { kernel, setting, own } = cases[index];
    return JSON.stringify([kernel, setting, keyOf(own)]);
  });
  return [...byKey.values()].map((members) => {
    const { kernel, mechanism, setting, own } = cases[members[0]];
    return {
      kernel,
      mechanism,
      setting,
      own,
      cases: members.toSorted((a, b) => cases[a].n - cases[b].n),
    };
  });
}

/** By kernel: its own axes of which it has several values. */
function varyingAxes(drafts: Iterable<Draft>): ReadonlyMap<string, ReadonlySet<string>> {
  const first = new Map<string, Setting>();
  const varying = new Map<string, Set<string>>();
  for (const { member, own } of drafts) {
    const { kernel } = member.row;
    const other = first.get(kernel) ?? own;
    const axes = varying.get(kernel) ?? new Set<string>();
    first.set(kernel, other);
    varying.set(kernel, axes);
    for (const axis of [...Object.keys(own), ...Object.keys(other)]) {
      if (own[axis] !== other[axis]) axes.add(axis);
    }
  }
  return varying;
}

/** Null unless the runs are of several devices. `sampled`: the analysis's rows in order, with their records. */
export function hardwareOf(
  runs: readonly Run[],
  sampled: readonly Sampled[],
  reference = 0,
): Hardware | null {
  const devices = devicesOf(runs.map(({ header }) => header));
  if (devices.length < 2) return null;
  const deviceOfRun = new Map(devices.flatMap((device, index) => device.runs.map((run) => [run, index])));
  const drafts = new Map<string, Draft>();
  const settingNumber = numbering();
  const settings: Setting[] = [];
  for (const member of sampled) {
    const { row } = member;
    const { setting, own } = splitAxes(row.params);
    const number = settingNumber(keyOf(setting));
    settings[number] ??= setting;
    const key = JSON.stringify([row.kernel, row.params.n, number, keyOf(own)]);
    const draft = drafts.get(key) ?? { member, setting: number, own, rows: new Map<number, Sampled[]>() };
    drafts.set(key, draft);
    const device = deviceOfRun.get(row.run) ?? 0;
    const members = draft.rows.get(device) ?? [];
    members.push(member);
    draft.rows.set(device, members);
  }
  const varying = varyingAxes(drafts.values());
  const cases = [...drafts.values()].map(({ member: { row }, setting, own, rows }): HardwareCase => ({
    kernel: row.kernel,
    mechanism: row.mechanism,
    n: row.params.n,
    setting,
    own: Object.fromEntries(Object.entries(own).filter(([axis]) => varying.get(row.kernel)?.has(axis))),
    rows: devices.map((_, device) => {
      const members = rows.get(device);
      return members === undefined ? null : latestOf(members, runs).index;
    }),
  }));
  return {
    devices,
    reference,
    settings,
    cases,
    curves: curvesOf(cases),
    facts: factsOf(runs, sampled),
    repetitions: repetitionsOf(devices, drafts.values()),
  };
}
