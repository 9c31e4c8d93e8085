/** What the tables of a report say: results, exponents, crossovers, and the cases that gave no time. */
import type { Growth } from '../harness/growth.ts';
import type { Analysis } from './analysis.ts';
import {
  describeAxis,
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatExponent,
  formatGiga,
  formatNumber,
  formatPercent,
  formatScientific,
} from '../harness/format.ts';
import { groupBy } from './group-by.ts';
import type { CrossoverRow, Group } from './groups.ts';
import type { AxisValue, Row } from './rows.ts';
import { axesThatVary } from './sweeps.ts';
import { left, right, sourceOf, textCell, valueCell, wholeTable } from './table.ts';
import type { Cell, Field, Table, TableSource } from './table.ts';

function axisCell(value: AxisValue | undefined): Cell {
  return value === undefined ? { value: null, text: '–' } : { value, text: String(value) };
}

function statusText(row: Row): string {
  return row.status === 'skipped' && row.reason !== null ? `skipped: ${row.reason.code}` : row.status;
}

function intervalCell({ timing }: Row): Cell {
  const ends = timing?.interval;
  return textCell(ends ? formatDurationRange(ends.lowNs, ends.highNs) : '–');
}

function severalSuites(analysis: Analysis): boolean {
  return new Set(analysis.rows.map((row) => row.suite)).size > 1;
}

/** Title where people need the column, null where it would say the same in every row. */
const when = (needed: boolean, title: string): string | null => (needed ? title : null);

/** One row per case, in the order of the analysis's rows. */
function resultsSource(analysis: Analysis): TableSource {
  const varying = axesThatVary(analysis.rows);
  const axes = analysis.axes.map((axis): Field<Row> => {
    const isShown = axis === 'n' || varying.includes(axis);
    const numeric = analysis.rows.every((row) => typeof (row.params[axis] ?? 0) === 'number');
    return {
      column: (numeric ? right : left)(axis, when(isShown, axis)),
      cell: (row) => axisCell(row.params[axis]),
    };
  });
  const fields: readonly Field<Row>[] = [
    {
      column: left('run', when(analysis.runs.length > 1, 'run')),
      cell: (row) => textCell(analysis.runs[row.run].label),
    },
    { column: left('suite', when(severalSuites(analysis), 'suite')), cell: (row) => textCell(row.suite) },
    { column: left('kernel', 'kernel'), cell: (row) => textCell(row.kernel) },
    ...axes,
    { column: right('median_ns', 'median'), cell: (row) => valueCell(row.timing?.medianNs, formatDuration) },
    { column: right(null, '95 % interval'), cell: intervalCell },
    { column: right('low_ns', null), cell: (row) => valueCell(row.timing?.interval?.lowNs, formatDuration) },
    {
      column: right('high_ns', null),
      cell: (row) => valueCell(row.timing?.interval?.highNs, formatDuration),
    },
    { column: right('samples', null), cell: (row) => valueCell(row.timing?.samples, String) },
    { column: left('clock', null), cell: (row) => textCell(row.timing?.clock ?? '') },
    {
      column: right('flops_per_s', 'GFLOP/s'),
      cell: (row) => valueCell(row.timing?.flopsPerSecond, formatGiga),
    },
    {
      column: right('bytes_per_s', 'GB/s'),
      cell: (row) => valueCell(row.timing?.bytesPerSecond, formatGiga),
    },
    {
      column: right(
        'share_of_peak',
        when(
          analysis.runs.some(({ header }) => header.peaks !== null),
          '% of peak',
        ),
      ),
      cell: (row) => valueCell(row.timing?.shareOfPeak, formatPercent),
    },
    {
      column: right('peak_bytes', 'memory'),
      cell: (row) => valueCell(row.status === 'ok' ? row.bytes?.peak : null, formatBytes),
    },
    { column: right('scratch_bytes', null), cell: (row) => valueCell(row.bytes?.scratch, formatBytes) },
    { column: right('nmse', null), cell: (row) => valueCell(row.quality?.nmse, formatScientific) },
    { column: right('tolerance', null), cell: (row) => valueCell(row.quality?.tolerance, formatScientific) },
    { column: right('compile_ns', null), cell: (row) => valueCell(row.timing?.compileNs, formatDuration) },
    { column: left('status', 'status'), cell: (row) => ({ value: row.status, text: statusText(row) }) },
    { column: left('reason_code', null), cell: (row) => textCell(row.reason?.code ?? '') },
    { column: left('reason', null), cell: (row) => textCell(row.reason?.message ?? '') },
    { column: left('id', null), cell: (row) => textCell(row.id) },
  ];
  return sourceOf('results', 'Median time of a call with its 95 % interval', analysis.rows, fields);
}

interface Placed {
  readonly run: number;
  readonly suite: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
}

/** Gives the words that tell a group from the kernel's other groups: what varies in its suite. */
export function placeWordsOf(analysis: Analysis): (place: Placed) => string {
  const bySuite = groupBy(analysis.rows, (row) => row.suite);
  const varyingIn = new Map([...bySuite].map(([suite, rows]) => [suite, axesThatVary(rows)]));
  return ({ suite, run, axes }) => {
    const varying = varyingIn.get(suite) ?? [];
    return [
      ...(bySuite.size > 1 ? [suite] : []),
      ...(varying.includes('run') ? [analysis.runs[run].label] : []),
      ...Object.entries(axes).flatMap(([axis, value]) =>
        axis !== 'n' && varying.includes(axis) ? [describeAxis(axis, value)] : [],
      ),
    ].join(', ');
  };
}

function growthCell(growth: Growth): Cell {
  if (growth.kind === 'none') return { value: null, text: '–' };
  const text = growth.kind === 'polynomial' ? String(growth.exponent) : growth.exponent.toFixed(2);
  return { value: growth.exponent, text };
}

function listLengths(ns: readonly number[]): string {
  return ns.length === 0 ? '–' : `${ns.length}: ${ns[0]}–${ns.at(-1)}`;
}

function exponentOf({ time: { exponent } }: Group) {
  return exponent.kind === 'fit' ? exponent : null;
}

function slopeOf({ time: { lastOctave } }: Group) {
  return lastOctave.kind === 'slope' ? lastOctave : null;
}

/** One row per group: how time and memory grow with n. */
function exponentsSource(analysis: Analysis): TableSource {
  const words = placeWordsOf(analysis);
  const places = analysis.groups.map(words);
  const fields: readonly Field<Group>[] = [
    { column: left('kernel', 'kernel'), cell: (group) => textCell(group.kernel) },
    {
      column: left(
        'at',
        when(
          places.some((place) => place !== ''),
          'at',
        ),
      ),
      cell: (group) => textCell(words(group)),
    },
    {
      column: right('exponent', 'time exponent k'),
      cell: (group) => {
        const fit = exponentOf(group);
        return valueCell(fit?.exponent, (value) => formatExponent(value, fit?.interval ?? null));
      },
    },
    {
      column: right('exponent_low', null),
      cell: (group) => valueCell(exponentOf(group)?.interval.low, formatNumber),
    },
    {
      column: right('exponent_high', null),
      cell: (group) => valueCell(exponentOf(group)?.interval.high, formatNumber),
    },
    {
      column: right('floor_ns', 'floor c'),
      cell: (group) => valueCell(exponentOf(group)?.floorNs, formatDuration),
    },
    {
      column: right('last_octave_slope', 'last octave'),
      cell: (group) => {
        const octave = slopeOf(group);
        return valueCell(octave?.slope, (value) => formatExponent(value, octave?.interval ?? null));
      },
    },
    {
      column: right('last_octave_low', null),
      cell: (group) => valueCell(slopeOf(group)?.interval.low, formatNumber),
    },
    {
      column: right('last_octave_high', null),
      cell: (group) => valueCell(slopeOf(group)?.interval.high, formatNumber),
    },
    { column: right('peak_memory_exponent', 'peak memory'), cell: (group) => growthCell(group.peak) },
    { column: right('scratch_memory_exponent', 'scratch'), cell: (group) => growthCell(group.scratch) },
    {
      column: left('points_used', 'points used'),
      cell: ({ time: { used } }) => ({ value: used.join(' '), text: listLengths(used) }),
    },
    {
      column: left('left_out', null),
      cell: ({ time: { leftOut } }) => textCell(leftOut.map(({ n, why }) => `n = ${n}: ${why}`).join('; ')),
    },
    { column: left('note', null), cell: (group) => textCell(fitNote(group) ?? '') },
  ];
  return sourceOf(
    'exponents',
    'Growth with n: time t = c + a n^k, exponents of memory',
    analysis.groups,
    fields,
  );
}

/** Why a group has no exponent, or why its exponent is no law; null where all is well. */
export function fitNote(group: Group): string | null {
  const { exponent } = group.time;
  if (exponent.kind === 'none') return exponent.why;
  return exponent.description.kind === 'within noise' ? null : exponent.description.why;
}

export function roundLength(n: number): string {
  return String(n >= 100 ? Math.round(n) : Number(n.toPrecision(3)));
}

/** An end of the interval that lies outside the lengths measured is open. */
function lengthInterval({
  low,
  high,
}: {
  readonly low: number | null;
  readonly high: number | null;
}): string {
  if (low !== null && high !== null) return ` [${roundLength(low)}, ${roundLength(high)}]`;
  if (high !== null) return ` [at most ${roundLength(high)}]`;
  return low === null ? '' : ` [at least ${roundLength(low)}]`;
}

/** A crossover in one sentence, and whether the kernels cross at all. */
export function crossoverSentence({ first, second, crossover }: CrossoverRow): string {
  switch (crossover.kind) {
    case 'crossing': {
      const [faster, slower] = crossover.fasterAbove === 'first' ? [first, second] : [second, first];
      const earlier = crossover.all.slice(0, -1).map(roundLength);
      const also = earlier.length > 0 ? ` (the order also changes at ${earlier.join(', ')})` : '';
      return `${faster} is faster than ${slower} from n = ${roundLength(crossover.n)}${lengthInterval(crossover)} on${also}`;
    }
    case 'none in range': {
      const [faster, slower] = crossover.faster === 'first' ? [first, second] : [second, first];
      const level = crossover.agreement < 0.95 ? ', though not by more than the noise' : '';
      return `${faster} is faster than ${slower} at every n from ${crossover.from} to ${crossover.to}${level}`;
    }
    case 'unknown':
      return `${first} and ${second}: ${crossover.why}`;
  }
}

function crossingOf({ crossover }: CrossoverRow) {
  return crossover.kind === 'crossing' ? crossover : null;
}

/** One row per pair of kernels measured at the same axes, those that cross first. */
function crossoversSource(analysis: Analysis): TableSource {
  const words = placeWordsOf(analysis);
  const order = ['crossing', 'none in range', 'unknown'];
  const rows = [...analysis.crossovers].sort(
    (a, b) => order.indexOf(a.crossover.kind) - order.indexOf(b.crossover.kind),
  );
  const several = rows.some((row) => words(row) !== '');
  const fields: readonly Field<CrossoverRow>[] = [
    { column: left('first', null), cell: (row) => textCell(row.first) },
    { column: left('second', null), cell: (row) => textCell(row.second) },
    { column: left('at', when(several, 'at')), cell: (row) => textCell(words(row)) },
    { column: left('outcome', null), cell: (row) => textCell(row.crossover.kind) },
    { column: right('n', null), cell: (row) => valueCell(crossingOf(row)?.n, roundLength) },
    { column: right('n_low', null), cell: (row) => valueCell(crossingOf(row)?.low, roundLength) },
    { column: right('n_high', null), cell: (row) => valueCell(crossingOf(row)?.high, roundLength) },
    { column: left('says', 'which is faster'), cell: (row) => textCell(crossoverSentence(row)) },
  ];
  return sourceOf('crossovers', 'Which kernel is faster, and from which n on', rows, fields);
}

/** One row per case without a time, and why. */
function missingSource(analysis: Analysis): TableSource {
  const rows = analysis.rows.filter((row) => row.status !== 'ok');
  return sourceOf<Row>('missing', 'Cases without a time', rows, [
    {
      column: left('run', when(analysis.runs.length > 1, 'run')),
      cell: (row) => textCell(analysis.runs[row.run].label),
    },
    { column: left('id', 'case'), cell: (row) => textCell(row.id) },
    { column: left('status', 'status'), cell: (row) => ({ value: row.status, text: statusText(row) }) },
    { column: left('reason', 'reason'), cell: (row) => textCell(row.reason?.message ?? '') },
  ]);
}

/** One row per library measured and way that it took: what ran beside the project's kernels. */
function peersSource(analysis: Analysis): TableSource {
  const rows = new Map<string, Row>();
  for (const row of analysis.rows) {
    if (row.peer) rows.set(JSON.stringify([row.kernel, row.variant, row.peer]), row);
  }
  return sourceOf<Row>(
    'peers',
    'Libraries measured beside the kernels',
    [...rows.values()],
    [
      { column: left('peer', 'peer'), cell: (row) => textCell(row.kernel) },
      { column: left('package', 'package'), cell: (row) => textCell(row.peer?.package ?? '') },
      { column: left('version', 'version'), cell: (row) => textCell(row.peer?.version ?? '') },
      { column: left('path', 'what ran'), cell: (row) => textCell(row.variant ?? '') },
      { column: left('device', null), cell: (row) => textCell(row.peer?.device ?? '') },
      { column: left('repairs', 'repairs'), cell: (row) => textCell(row.peer?.repairs.join('; ') || 'none') },
    ],
  );
}

/** Every table that has something to say; the results always. */
export const allSources = (analysis: Analysis): readonly TableSource[] =>
  [
    resultsSource(analysis),
    exponentsSource(analysis),
    crossoversSource(analysis),
    peersSource(analysis),
    missingSource(analysis),
  ].filter(({ id, count }) => id === 'results' || count > 0);

export const allTables = (analysis: Analysis): readonly Table[] => allSources(analysis).map(wholeTable);
export const resultsTable = (analysis: Analysis): Table => wholeTable(resultsSource(analysis));
export const exponentsTable = (analysis: Analysis): Table => wholeTable(exponentsSource(analysis));
export const peersTable = (analysis: Analysis): Table => wholeTable(peersSource(analysis));
export const missingTable = (analysis: Analysis): Table => wholeTable(missingSource(analysis));
