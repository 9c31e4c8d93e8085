/**
 * An analysis as a page carries it: by column, each value once. Runs of one sweep repeat their ids, shapes and sizes, and a name for
 * every number of every case would be most of the file.
 */
import type { Analysis, RunSummary } from '../analysis.ts';
import type { CrossoverRow, Group } from '../groups.ts';
import type { Hardware, RowFacts } from '../hardware/hardware.ts';
import type { Estimate } from '../hardware/ratio.ts';
import type { Row, Timing } from '../rows.ts';

/** Values that repeat: each once, and where each place finds its own. */
interface Column<Value> {
  readonly values: readonly Value[];
  readonly at: readonly number[];
}

function column<Value>(all: readonly Value[]): Column<Value> {
  const places = new Map<string, number>();
  const values: Value[] = [];
  const at = all.map((value) => {
    const key = JSON.stringify(value);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, values.length);
    return values.push(value) - 1;
  });
  return { values, at };
}

const unpack = <Value>({ values, at }: Column<Value>): readonly Value[] => at.map((place) => values[place]);

/** Times: `row` says whose. */
interface TimingColumns {
  readonly row: readonly number[];
  readonly clock: Column<Timing['clock']>;
  readonly samples: Column<number>;
  readonly medianNs: readonly number[];
  readonly lowNs: readonly (number | null)[];
  readonly highNs: readonly (number | null)[];
  readonly flopsPerSecond: readonly (number | null)[];
  readonly bytesPerSecond: readonly (number | null)[];
  readonly shareOfPeak: readonly (number | null)[];
  readonly compileNs: readonly number[];
  readonly firstDispatchNs: readonly number[];
  readonly stop: Column<Timing['stop']>;
}

function packTimings(rows: readonly Row[]): TimingColumns {
  const timed = rows.flatMap(({ timing }, row) => (timing === null ? [] : [{ row, timing }]));
  const of = <Value>(value: (timing: Timing) => Value): readonly Value[] =>
    timed.map(({ timing }) => value(timing));
  return {
    row: timed.map(({ row }) => row),
    clock: column(of(({ clock }) => clock)),
    samples: column(of(({ samples }) => samples)),
    medianNs: of(({ medianNs }) => medianNs),
    lowNs: of(({ interval }) => interval?.lowNs ?? null),
    highNs: of(({ interval }) => interval?.highNs ?? null),
    flopsPerSecond: of(({ flopsPerSecond }) => flopsPerSecond),
    bytesPerSecond: of(({ bytesPerSecond }) => bytesPerSecond),
    shareOfPeak: of(({ shareOfPeak }) => shareOfPeak),
    compileNs: of(({ compileNs }) => compileNs),
    firstDispatchNs: of(({ firstDispatchNs }) => firstDispatchNs),
    stop: column(of(({ stop }) => stop)),
  };
}

function unpackTimings(packed: TimingColumns): ReadonlyMap<number, Timing> {
  const [clock, samples, stop] = [unpack(packed.clock), unpack(packed.samples), unpack(packed.stop)];
  return new Map(
    packed.row.map((row, index): [number, Timing] => {
      const [lowNs, highNs] = [packed.lowNs[index], packed.highNs[index]];
      return [
        row,
        {
          clock: clock[index],
          samples: samples[index],
          medianNs: packed.medianNs[index],
          interval: lowNs === null || highNs === null ? null : { lowNs, highNs },
          flopsPerSecond: packed.flopsPerSecond[index],
          bytesPerSecond: packed.bytesPerSecond[index],
          shareOfPeak: packed.shareOfPeak[index],
          compileNs: packed.compileNs[index],
          firstDispatchNs: packed.firstDispatchNs[index],
          stop: stop[index],
        },
      ];
    }),
  );
}

type PlainRow = Omit<Row, 'timing'>;
type Columns<Item> = { readonly [Key in keyof Item]: Column<Item[Key]> };

function packRows(rows: readonly Row[]): Columns<PlainRow> {
  const of = <Key extends keyof Row>(key: Key): Column<Row[Key]> => column(rows.map((row) => row[key]));
  return {
    run: of('run'),
    id: of('id'),
    suite: of('suite'),
    kernel: of('kernel'),
    mechanism: of('mechanism'),
    variant: of('variant'),
    peer: of('peer'),
    params: of('params'),
    status: of('status'),
    reason: of('reason'),
    quality: of('quality'),
    bytes: of('bytes'),
  };
}

function unpackRows(columns: Columns<PlainRow>, timings: ReadonlyMap<number, Timing>): readonly Row[] {
  const [id, suite, kernel] = [unpack(columns.id), unpack(columns.suite), unpack(columns.kernel)];
  const [mechanism, variant, peer] = [
    unpack(columns.mechanism),
    unpack(columns.variant),
    unpack(columns.peer),
  ];
  const [params, status, reason] = [unpack(columns.params), unpack(columns.status), unpack(columns.reason)];
  const [quality, bytes] = [unpack(columns.quality), unpack(columns.bytes)];
  return unpack(columns.run).map((run, row) => ({
    run,
    id: id[row],
    suite: suite[row],
    kernel: kernel[row],
    mechanism: mechanism[row],
    variant: variant[row],
    peer: peer[row],
    params: params[row],
    status: status[row],
    reason: reason[row],
    timing: timings.get(row) ?? null,
    quality: quality[row],
    bytes: bytes[row],
  }));
}

interface Axed {
  readonly axes: Group['axes'];
}

/** Items whose axes stand in a column of their own. */
interface PackedItems<Item extends Axed> {
  readonly axes: Column<Group['axes']>;
  readonly rest: readonly Omit<Item, 'axes'>[];
}

const packGroups = (groups: readonly Group[]): PackedItems<Group> => ({
  axes: column(groups.map(({ axes }) => axes)),
  rest: groups.map(({ run, suite, kernel, rows, time, peak, scratch }) => ({
    run,
    suite,
    kernel,
    rows,
    time,
    peak,
    scratch,
  })),
});

const packCrossovers = (crossovers: readonly CrossoverRow[]): PackedItems<CrossoverRow> => ({
  axes: column(crossovers.map(({ axes }) => axes)),
  rest: crossovers.map(({ run, suite, first, second, crossover }) => ({
    run,
    suite,
    first,
    second,
    crossover,
  })),
});

/** Few rows have wall times beside their own: `row` says which. */
interface PackedHardware extends Omit<Hardware, 'facts'> {
  readonly facts: Column<Omit<RowFacts, 'wall'> | null>;
  readonly walls: readonly { readonly row: number; readonly wall: Estimate }[];
}

function packHardware({ facts, ...rest }: Hardware): PackedHardware {
  return {
    ...rest,
    facts: column(
      facts.map((one) =>
        one === null ? null : { code: one.code, source: one.source, shape: one.shape, tickNs: one.tickNs },
      ),
    ),
    walls: facts.flatMap((one, row) => (one === null || one.wall === null ? [] : [{ row, wall: one.wall }])),
  };
}

function unpackHardware({ facts, walls, ...rest }: PackedHardware): Hardware {
  const wallOf = new Map(walls.map(({ row, wall }) => [row, wall]));
  return {
    ...rest,
    facts: unpack(facts).map((one, row) => (one === null ? null : { ...one, wall: wallOf.get(row) ?? null })),
  };
}

export interface PackedAnalysis extends Omit<Analysis, 'rows' | 'groups' | 'crossovers' | 'hardware'> {
  readonly rows: Columns<PlainRow>;
  readonly timings: TimingColumns;
  readonly groups: PackedItems<Group>;
  readonly crossovers: PackedItems<CrossoverRow>;
  readonly hardware: PackedHardware | null;
}

/** The page tells how many cases were not begun, not which. */
const withoutPlan = ({ header, label }: RunSummary): RunSummary => ({
  header: { ...header, plannedCases: [] },
  label,
});

export function packAnalysis(analysis: Analysis): PackedAnalysis {
  return {
    ...analysis,
    runs: analysis.runs.map(withoutPlan),
    rows: packRows(analysis.rows),
    timings: packTimings(analysis.rows),
    groups: packGroups(analysis.groups),
    crossovers: packCrossovers(analysis.crossovers),
    hardware: analysis.hardware === null ? null : packHardware(analysis.hardware),
  };
}

export function unpackAnalysis({ timings, ...packed }: PackedAnalysis): Analysis {
  const groupAxes = unpack(packed.groups.axes);
  const crossoverAxes = unpack(packed.crossovers.axes);
  return {
    ...packed,
    rows: unpackRows(packed.rows, unpackTimings(timings)),
    groups: packed.groups.rest.map((rest, index) => ({ ...rest, axes: groupAxes[index] })),
    crossovers: packed.crossovers.rest.map((rest, index) => ({ ...rest, axes: crossoverAxes[index] })),
    hardware: packed.hardware === null ? null : unpackHardware(packed.hardware),
  };
}
