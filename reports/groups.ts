/** Groups: a kernel at fixed axes over n, how its time and memory grow, and where two kernels cross. */
import { crossoverOf } from '../harness/crossover.ts';
import type { Crossover } from '../harness/crossover.ts';
import { fitScaling } from '../harness/fit.ts';
import type { ScalingFit } from '../harness/fit.ts';
import { bytesGrowth } from '../harness/growth.ts';
import type { Growth } from '../harness/growth.ts';
import { selectPoints } from '../harness/points.ts';
import type { TimePoint, UsablePoint } from '../harness/points.ts';
import { paramsSchema, primarySamplesNs } from '../harness/record.ts';
import type { CaseRecord } from '../harness/record.ts';
import { groupBy } from './group-by.ts';
import type { AxisValue, Row } from './rows.ts';

export interface Group {
  readonly run: number;
  readonly suite: string;
  readonly kernel: string;
  /** Every axis but n; without m where m follows n. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** Indices of rows, ascending n. */
  readonly rows: readonly number[];
  readonly time: ScalingFit;
  /** All bytes that a call holds at once. */
  readonly peak: Growth;
  /** What the mechanism adds to its inputs and outputs. */
  readonly scratch: Growth;
}

export interface CrossoverRow {
  readonly run: number;
  readonly suite: string;
  readonly first: string;
  readonly second: string;
  /** The axes at which both were measured, without n. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly crossover: Crossover;
}

/** A row with the record it came from: groups need the raw samples. */
export interface Sampled {
  readonly row: Row;
  readonly index: number;
  readonly record: CaseRecord;
}

function axesButLength(row: Row): Readonly<Record<string, AxisValue>> {
  const { n, m, ...others } = row.params;
  return m === n ? others : { ...others, m };
}

function keyOf(parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

function sortedEntries(axes: Readonly<Record<string, AxisValue>>): readonly (readonly [string, AxisValue])[] {
  return Object.entries(axes).sort(([a], [b]) => (a < b ? -1 : 1));
}

function timePoint({ row, record }: Sampled): TimePoint {
  const n = row.params.n;
  if (record.status === 'ok') return { n, samplesNs: primarySamplesNs(record) };
  return { n, missing: `${record.status}: ${record.reason.message}` };
}

interface Members {
  readonly group: Group;
  /** What a crossover may rest on. */
  readonly usable: readonly UsablePoint[];
}

function makeGroup(members: readonly Sampled[], overheadNs: number): Members {
  const ascending = [...members].sort((a, b) => a.row.params.n - b.row.params.n);
  const { row } = ascending[0];
  const points = ascending.map(timePoint);
  // Planned sizes of skipped cases are exact too, but a case that did not run proves nothing about its plan.
  const counted = ascending.flatMap(({ row: { params, status, bytes } }) =>
    status === 'ok' && bytes !== null ? [{ n: params.n, bytes }] : [],
  );
  return {
    usable: selectPoints(points, { overheadNs }).usable,
    group: {
      run: row.run,
      suite: row.suite,
      kernel: row.kernel,
      axes: axesButLength(row),
      rows: ascending.map((member) => member.index),
      time: fitScaling(points, { overheadNs }),
      peak: bytesGrowth(counted.map(({ n, bytes }) => ({ n, bytes: bytes.peak }))),
      scratch: bytesGrowth(counted.map(({ n, bytes }) => ({ n, bytes: bytes.scratch }))),
    },
  };
}

/** The axes that both have: a kernel's own do not keep it from being compared. */
function commonAxes(first: Group, second: Group): Readonly<Record<string, AxisValue>> {
  return Object.fromEntries(Object.entries(first.axes).filter(([name]) => name in second.axes));
}

/** m may follow n in one group and stand still in another. */
const sharedAxes = Object.keys(paramsSchema.shape).filter((axis) => axis !== 'n' && axis !== 'm');

/** What two groups must have in common to be compared at all: the axes that every kernel has. */
const placeOf = ({ run, suite, axes }: Group): string =>
  keyOf([run, suite, ...sharedAxes.map((axis) => axes[axis] ?? null)]);

function comparable(first: Group, second: Group): boolean {
  return (
    first.kernel !== second.kernel &&
    Object.entries(commonAxes(first, second)).every(([name, value]) => second.axes[name] === value)
  );
}

function crossoversOf(members: readonly Members[]): CrossoverRow[] {
  const byPlace = groupBy(members, ({ group }) => placeOf(group));
  return members.flatMap((first) => {
    const there = byPlace.get(placeOf(first.group)) ?? [];
    return there.slice(there.indexOf(first) + 1).flatMap((second): CrossoverRow[] => {
      if (!comparable(first.group, second.group)) return [];
      const { run, suite } = first.group;
      const crossover = crossoverOf(first.usable, second.usable);
      const axes = commonAxes(first.group, second.group);
      return [{ run, suite, first: first.group.kernel, second: second.group.kernel, axes, crossover }];
    });
  });
}

/** Groups with two or more n, and the crossovers between them. `overheadNs`: by run. */
export function groupsOf(
  sampled: readonly Sampled[],
  overheadNs: readonly number[],
): { readonly groups: readonly Group[]; readonly crossovers: readonly CrossoverRow[] } {
  const byKey = groupBy(sampled, ({ row }) =>
    keyOf([row.run, row.suite, row.kernel, sortedEntries(axesButLength(row))]),
  );
  const members = [...byKey.values()]
    .filter((group) => new Set(group.map(({ row }) => row.params.n)).size > 1)
    .map((group) => makeGroup(group, overheadNs[group[0].row.run]));
  return {
    groups: members.map(({ group }) => group),
    crossovers: crossoversOf(members),
  };
}
