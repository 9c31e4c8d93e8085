/** The roofline of a run: every timed case by its arithmetic intensity, under what the adapter was measured to do at most. */
import { formatGiga } from '../harness/format.ts';
import type { CeilingName, Peaks } from '../harness/record.ts';
import type { Analysis } from './analysis.ts';
import type { Figure, FigureSeries, Roof, RooflineSpec } from './figure.ts';
import { groupBy } from './group-by.ts';
import type { Row } from './rows.ts';

/** Lines nearer to each other than this factor would be one line on paper: the lower is left out. */
const tellApart = 1.25;
const empty = 'Nothing to draw: no case did arithmetic and moved data.';

export interface PlacedRow {
  /** Index into the analysis's rows. */
  readonly index: number;
  readonly row: Row;
}

function perSecond({ ceilings }: Peaks, name: CeilingName): number | null {
  return ceilings.find((ceiling) => ceiling.name === name)?.perSecond ?? null;
}

/** The roof that cases are held against first, then the ceilings beside it that can be told from it. */
export function roofsOf(peaks: Peaks): readonly Roof[] {
  const { flopsPerSecond, bytesPerSecond } = peaks;
  const flat = (name: CeilingName, words: string, isMain: boolean): readonly Roof[] => {
    const value = perSecond(peaks, name);
    return value === null
      ? []
      : [{ kind: 'arithmetic', perSecond: value, label: `${words} ${formatGiga(value)} GFLOP/s`, isMain }];
  };
  const slope = (value: number, words: string, isMain: boolean): Roof => ({
    kind: 'memory',
    perSecond: value,
    label: `${words} ${formatGiga(value)} GB/s`,
    isMain,
  });
  const warm = (['readWarm', 'writeWarm', 'copyWarm'] as const)
    .flatMap((name) => perSecond(peaks, name) ?? [])
    .sort((a, b) => b - a)[0];
  const candidates: readonly Roof[] = [
    {
      kind: 'arithmetic',
      perSecond: flopsPerSecond,
      label: `f32 ${formatGiga(flopsPerSecond)} GFLOP/s`,
      isMain: true,
    },
    slope(bytesPerSecond, 'read, cold', true),
    ...flat('subgroupMatrix', 'subgroup matrix', false),
    ...flat('f16', 'f16', false),
    ...(warm === undefined ? [] : [slope(warm, 'from cache', false)]),
  ];
  return candidates.filter((roof, index) =>
    candidates
      .slice(0, index)
      .every(
        (other) =>
          other.kind !== roof.kind ||
          Math.max(other.perSecond / roof.perSecond, roof.perSecond / other.perSecond) >= tellApart,
      ),
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placeOf({ timing }: Row): Place | null {
  if (timing === null || timing.flopsPerSecond === null || timing.bytesPerSecond === null) return null;
  return { x: timing.flopsPerSecond / timing.bytesPerSecond, y: timing.flopsPerSecond };
}

/** The rows of a run by kernel and precision, in the order of kernels. `rows` is what a reader left of the run's. */
export function rooflineGroups(
  analysis: Analysis,
  rows: readonly PlacedRow[],
): ReadonlyMap<string, readonly PlacedRow[]> {
  const several = new Set(rows.map(({ row }) => row.params.precision)).size > 1;
  const byKernel = groupBy(rows, ({ row }) => row.kernel);
  return groupBy(
    analysis.kernels.flatMap((kernel) => byKernel.get(kernel) ?? []),
    ({ row }) => (several ? `${row.kernel} ${row.params.precision}` : row.kernel),
  );
}

export function rowsOfRun(analysis: Analysis, run: number): readonly PlacedRow[] {
  return analysis.rows.flatMap((row, index) => (row.run === run ? [{ index, row }] : []));
}

function roofNotes(roofs: readonly Roof[]): readonly string[] {
  const named = (isMain: boolean): string =>
    roofs
      .filter((roof) => roof.isMain === isMain)
      .map(({ label }) => label)
      .join(', ');
  const others = named(false);
  return [
    `Solid lines: ${named(true)}, measured on this adapter; “% of peak” is held against them in f32.${others === '' ? '' : ` Dashed: ${others}.`}`,
  ];
}

/** Builds the figure. `isShown` leaves out series that a reader switched off, by label, and rows. */
export function buildRoofline(
  analysis: Analysis,
  spec: RooflineSpec,
  isShown: (label: string, row: Row, index: number) => boolean = () => true,
): Figure {
  const { header, label: runLabel } = analysis.runs[spec.run];
  const { peaks } = header;
  const groups = [...rooflineGroups(analysis, rowsOfRun(analysis, spec.run))];
  const kernelOf = (rows: readonly PlacedRow[]): string => rows[0].row.kernel;
  const all = groups.flatMap(([label, rows]): readonly FigureSeries[] => {
    const kernel = kernelOf(rows);
    const siblings = groups.filter(([, others]) => kernelOf(others) === kernel);
    const points = rows.flatMap(({ index, row }) => {
      const place = isShown(label, row, index) ? placeOf(row) : null;
      return place === null ? [] : [{ ...place, low: null, high: null, row: index }];
    });
    if (points.length === 0) return [];
    const variant = siblings.findIndex(([name]) => name === label);
    return [{ kernel, variant, variants: siblings.length, label, points, fit: null, marks: [] }];
  });
  const intensities = all.flatMap((series) => series.points.map(({ x }) => x));
  const roofs = peaks === null ? [] : roofsOf(peaks);
  // Wide enough to show where the roof bends, with room beside the cases for its names.
  const bend = peaks === null ? 1 : peaks.flopsPerSecond / peaks.bytesPerSecond;
  const low = [...intensities, bend / 64].reduce((a, b) => Math.min(a, b));
  const high = [...intensities.map((x) => 4 * x), bend * 16].reduce((a, b) => Math.max(a, b));
  const without = groups.flatMap(([label, rows]) => {
    const timed = rows.filter(({ row, index }) => row.timing !== null && isShown(label, row, index));
    return timed.length > 0 && timed.every(({ row }) => placeOf(row) === null) ? [label] : [];
  });
  return {
    id: spec.id,
    metric: 'roofline',
    title: 'Roofline',
    subtitle: [runLabel, header.adapter.description || header.adapter.device].join(' · '),
    xTitle: 'arithmetic intensity: FLOP per byte that must be moved',
    yTitle: 'GFLOP/s',
    x: { kind: 'numeric', values: [low, high], wide: true },
    series: all,
    limit: null,
    roofs,
    notes: [
      ...(without.length > 0
        ? [`${without.join(', ')}: no floating-point arithmetic, so no place here.`]
        : []),
      ...roofNotes(roofs),
    ],
    message: all.length === 0 ? empty : null,
  };
}
