/** Sweeps: which axes of a suite vary, and the rows along each, found from the data alone. */
import { groupBy } from './group-by.ts';
import type { Group } from './groups.ts';
import { orderAxes } from './rows.ts';
import type { AxisValue, Row } from './rows.ts';

export interface Series {
  readonly kernel: string;
  /** Values of the sweep's `splitBy` axes, in that order. */
  readonly split: readonly AxisValue[];
  /** Indices of rows, in the order of the sweep's values. */
  readonly rows: readonly number[];
  /** Index of the group that the series is, where n is swept and there is more than one n. */
  readonly group: number | null;
}

export interface Sweep {
  readonly suite: string;
  /** The axis drawn along x. */
  readonly axis: string;
  /** Every value that any row has, in drawing order. */
  readonly values: readonly AxisValue[];
  /** Axes beside `axis` that tell series of one kernel apart; `run` where several runs are drawn together. */
  readonly splitBy: readonly string[];
  /** Axes with one value throughout, by fixed order. */
  readonly fixed: readonly (readonly [string, AxisValue])[];
  readonly series: readonly Series[];
}

/** Pairs of axes of which the second follows the first by default: m = n is no sweep of m. */
const followers: readonly (readonly [string, string])[] = [
  ['n', 'm'],
  ['heads', 'kvHeads'],
  ['d', 'dv'],
];

interface Indexed {
  readonly row: Row;
  readonly index: number;
}

function valueOf(row: Row, axis: string): AxisValue | undefined {
  return axis === 'run' ? row.run : row.params[axis];
}

/** Several values within one kernel. That two kernels differ in an axis of their own is no sweep. */
function varies(rows: readonly Indexed[], axis: string): boolean {
  const seen = new Map<string, AxisValue | undefined>();
  return rows.some(({ row }) => {
    const value = valueOf(row, axis);
    if (!seen.has(row.kernel)) seen.set(row.kernel, value);
    return seen.get(row.kernel) !== value;
  });
}

function varyingAxes(rows: readonly Indexed[]): readonly string[] {
  const following = followers.flatMap(([leader, follower]) =>
    rows.every(({ row }) => row.params[leader] === row.params[follower]) ? [follower] : [],
  );
  return ['run', ...orderAxes(rows.flatMap(({ row }) => Object.keys(row.params)))].filter(
    (axis) => !following.includes(axis) && varies(rows, axis),
  );
}

const rowsBySuite = (rows: readonly Row[]): ReadonlyMap<string, readonly Indexed[]> =>
  groupBy(
    rows.map((row, index) => ({ row, index })),
    ({ row }) => row.suite,
  );

/** The axes, `run` among them, of which some kernel has several values in some suite; m is no axis where it follows n. */
export function axesThatVary(rows: readonly Row[]): readonly string[] {
  const varying = [...rowsBySuite(rows).values()].flatMap((members) => varyingAxes(members));
  return [
    ...(varying.includes('run') ? ['run'] : []),
    ...orderAxes(varying.filter((axis) => axis !== 'run')),
  ];
}

/** Numbers by size; words, f32 before f16, and flags in the order in which they first appear. */
function distinctValues(rows: readonly Indexed[], axis: string): readonly AxisValue[] {
  const values = [...new Set(rows.flatMap(({ row }) => valueOf(row, axis) ?? []))];
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => a - b) : values;
}

const splitRows = (
  rows: readonly Indexed[],
  axes: readonly string[],
): ReadonlyMap<string, readonly Indexed[]> =>
  groupBy(rows, ({ row }) => JSON.stringify(axes.map((axis) => valueOf(row, axis) ?? null)));

function seriesOf(
  rows: readonly Indexed[],
  axis: string,
  values: readonly AxisValue[],
  splitBy: readonly string[],
  groupOfRow: ReadonlyMap<number, number>,
): readonly Series[] {
  const byKernel = groupBy(rows, ({ row }) => row.kernel);
  const position = ({ row }: Indexed): number => values.findIndex((value) => value === valueOf(row, axis));
  return [...byKernel].flatMap(([kernel, own]) =>
    [...splitRows(own, splitBy).values()].map((members): Series => {
      const ordered = [...members].sort((a, b) => position(a) - position(b));
      return {
        kernel,
        split: splitBy.map((name) => valueOf(ordered[0].row, name) ?? ''),
        rows: ordered.map(({ index }) => index),
        group: axis === 'n' ? (groupOfRow.get(ordered[0].index) ?? null) : null,
      };
    }),
  );
}

function makeSweep(
  suite: string,
  axis: string,
  rows: readonly Indexed[],
  groupOfRow: ReadonlyMap<number, number>,
): Sweep {
  const values = distinctValues(rows, axis);
  const splitBy = varyingAxes(rows).filter(
    (name) => name !== axis && !followers.some(([leader, follower]) => leader === axis && follower === name),
  );
  const names = orderAxes(rows.flatMap(({ row }) => Object.keys(row.params)));
  const following = followers.flatMap(([leader, follower]) =>
    rows.every(({ row }) => row.params[leader] === row.params[follower]) ? [follower] : [],
  );
  const fixed = names.flatMap((name): (readonly [string, AxisValue])[] => {
    if (name === axis || following.includes(name)) return [];
    const all = new Set(rows.map(({ row }) => row.params[name]));
    const [value] = all;
    return all.size === 1 && value !== undefined ? [[name, value]] : [];
  });
  return { suite, axis, values, splitBy, fixed, series: seriesOf(rows, axis, values, splitBy, groupOfRow) };
}

/** The rows that differ in `axis` alone, where most of them are: in a base case with deviations, those around the base. */
function slice(rows: readonly Indexed[], axis: string, varying: readonly string[]): readonly Indexed[] {
  const others = varying.filter((name) => name !== axis && name !== 'run');
  const follower = followers.find(([leader]) => leader === axis)?.[1];
  const parts = [
    ...splitRows(
      rows,
      others.filter((name) => name !== follower),
    ).values(),
  ].filter((part) => varies(part, axis));
  const weight = (part: readonly Indexed[]): number => new Set(part.map(({ row }) => row.id)).size;
  const size = ([first]: readonly Indexed[]): number => first.row.params.n;
  return parts.reduce<readonly Indexed[]>((best, part) => {
    if (best.length === 0) return part;
    const more = weight(part) - weight(best);
    return more > 0 || (more === 0 && size(part) > size(best)) ? part : best;
  }, []);
}

/** Without a kernel's series of a single value, which tell nothing about the axis, unless the kernel has no others. */
function alongAxis(rows: readonly Indexed[], axis: string, varying: readonly string[]): readonly Indexed[] {
  const follower = followers.find(([leader]) => leader === axis)?.[1];
  const others = ['kernel', ...varying.filter((name) => name !== axis && name !== follower)];
  const key = ({ row }: Indexed): string =>
    JSON.stringify(others.map((name) => (name === 'kernel' ? row.kernel : (valueOf(row, name) ?? null))));
  const values = new Map<string, Set<AxisValue | undefined>>();
  for (const indexed of rows) {
    const seen = values.get(key(indexed)) ?? new Set();
    values.set(key(indexed), seen.add(valueOf(indexed.row, axis)));
  }
  const hasSeveral = (indexed: Indexed): boolean => (values.get(key(indexed))?.size ?? 0) > 1;
  const kernels = new Set(rows.filter(hasSeveral).map(({ row }) => row.kernel));
  return rows.filter((indexed) => hasSeveral(indexed) || !kernels.has(indexed.row.kernel));
}

/** The axis of numbers with the most values, n before others; null where only names and flags vary. */
function mainAxis(rows: readonly Indexed[], axes: readonly string[]): string | null {
  const numeric = axes.filter((axis) =>
    distinctValues(rows, axis).every((value) => typeof value === 'number'),
  );
  const count = (axis: string): number => distinctValues(rows, axis).length;
  const [main] = numeric.sort((a, b) => count(b) - count(a) || Number(b === 'n') - Number(a === 'n'));
  return main ?? null;
}

/**
 * The sweeps of every suite: first along the axis of numbers with the most values, all series of it; then along every other axis that
 * varies, at the values of the rest where most was measured. A suite in which nothing varies is one sweep of n.
 */
export function sweepsOf(rows: readonly Row[], groups: readonly Group[]): readonly Sweep[] {
  const groupOfRow = new Map(groups.flatMap((group, index) => group.rows.map((row) => [row, index])));
  return [...rowsBySuite(rows)].flatMap(([suite, members]) => {
    const varying = varyingAxes(members);
    const axes = varying.filter((axis) => axis !== 'run');
    if (axes.length === 0) return [makeSweep(suite, 'n', members, groupOfRow)];
    const main = mainAxis(members, axes);
    return [
      ...(main === null ? [] : [makeSweep(suite, main, alongAxis(members, main, varying), groupOfRow)]),
      ...axes.flatMap((axis) => {
        if (axis === main) return [];
        const part = slice(members, axis, varying);
        return part.length > 0 ? [makeSweep(suite, axis, part, groupOfRow)] : [];
      }),
    ];
  });
}
