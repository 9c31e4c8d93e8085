/** What a profile says in tables: time and work of the passes, what bounds them, what they ask of a workgroup, the host's part. */
import type { CeilingName } from '../../harness/record.ts';
import {
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatNumber,
  formatShare,
} from '../../harness/format.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Cell, Field, Table } from '../table.ts';
import type { Bound, BoundName } from './bound.ts';
import { bounds } from './bound.ts';
import type { Comparison, Difference } from './compare.ts';
import type { CaseProfile, PassProfile, Profile, Time } from './profile.ts';

const empty: Cell = { value: null, text: '' };

const countUnits: readonly (readonly [number, string])[] = [
  [1e12, ' T'],
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
];

/** `67.1 M`. */
function formatCount(count: number): string {
  const [size, name] = countUnits.find(([least]) => count >= least * 0.9995) ?? [1, ''];
  return size === 1 ? String(Math.round(count)) : `${formatNumber(count / size)}${name}`;
}

function intervalCell(time: Time): Cell {
  const ends = time.interval;
  return textCell(ends === null ? '–' : formatDurationRange(ends.lowNs, ends.highNs));
}

/** A row of the table of passes: a pass, what is between them, or the whole call. */
interface TimeRow {
  readonly profile: CaseProfile;
  readonly name: string;
  readonly time: Time;
  readonly share: number;
  readonly pass: PassProfile | null;
}

function timeRows(profile: CaseProfile): readonly TimeRow[] {
  const { passes, gaps, call } = profile;
  return [
    ...passes.map((pass) => ({ profile, name: pass.name, time: pass.time, share: pass.share, pass })),
    { profile, name: 'between passes', time: gaps, share: gaps.share, pass: null },
    { profile, name: 'whole call', time: call, share: 1, pass: null },
  ];
}

function caseFields<Item>(several: boolean, of: (item: Item) => CaseProfile): readonly Field<Item>[] {
  return [
    { column: left('case', several ? 'case' : null), cell: (item) => textCell(of(item).label) },
    { column: left('id', null), cell: (item) => textCell(of(item).id) },
  ];
}

/** Time, share and declared work of every pass, of what is between them, and of the whole call. */
export function passesTable(cases: readonly CaseProfile[]): Table {
  const cost = (
    field: 'flops' | 'bytesRead' | 'bytesWritten' | 'exps',
    format: (value: number) => string,
  ): Field<TimeRow>['cell'] => {
    return ({ pass }) => (pass === null ? empty : valueCell(pass.cost?.[field], format));
  };
  return tableOf('passes', 'GPU time of a call, pass by pass', cases.flatMap(timeRows), [
    ...caseFields<TimeRow>(cases.length > 1, ({ profile }) => profile),
    { column: left('pass', 'pass'), cell: ({ name }) => textCell(name) },
    { column: right('median_ns', 'median'), cell: ({ time }) => valueCell(time.medianNs, formatDuration) },
    { column: right(null, '95 % interval'), cell: ({ time }) => intervalCell(time) },
    { column: right('low_ns', null), cell: ({ time }) => valueCell(time.interval?.lowNs, formatDuration) },
    { column: right('high_ns', null), cell: ({ time }) => valueCell(time.interval?.highNs, formatDuration) },
    { column: right('share', 'share'), cell: ({ share }) => valueCell(share, formatShare) },
    { column: right('flops', 'FLOPs'), cell: cost('flops', formatCount) },
    { column: right('exps', 'exps'), cell: cost('exps', formatCount) },
    { column: right('bytes_read', 'read'), cell: cost('bytesRead', formatBytes) },
    { column: right('bytes_written', 'written'), cell: cost('bytesWritten', formatBytes) },
    {
      column: right('flops_per_byte', 'FLOP/B'),
      cell: ({ pass }) => (pass === null ? empty : valueCell(pass.flopsPerByte, formatNumber)),
    },
  ]);
}

interface PassRow {
  readonly profile: CaseProfile;
  readonly pass: PassProfile;
}

const passRows = (cases: readonly CaseProfile[]): readonly PassRow[] =>
  cases.flatMap((profile) => profile.passes.map((pass) => ({ profile, pass })));

/** `memory`, or why there is no such word. */
export function boundText(bound: Bound): string {
  switch (bound.kind) {
    case 'bound':
      return bound.by;
    case 'none':
      return `none reaches 50 % (most: ${bound.most})`;
    case 'unknown':
      return bound.because;
  }
}

const boundKeys: Readonly<Record<BoundName, string>> = {
  memory: 'memory_share',
  arithmetic: 'arithmetic_share',
  'special functions': 'special_functions_share',
  launch: 'launch_share',
};

/** Each pass against the measured peaks. */
export function boundsTable({ header }: Profile, cases: readonly CaseProfile[]): Table {
  const measured = header.peaks !== null;
  return tableOf(
    'bounds',
    'Share of each measured peak that a pass reaches, and what bounds it',
    passRows(cases),
    [
      ...caseFields<PassRow>(cases.length > 1, ({ profile }) => profile),
      { column: left('pass', 'pass'), cell: ({ pass }) => textCell(pass.name) },
      ...bounds.map((name): Field<PassRow> => ({
        column: right(boundKeys[name], measured ? name : null),
        cell: ({ pass }) => valueCell(pass.explained[name], formatShare),
      })),
      {
        column: left('bound_by', 'bound by'),
        cell: ({ pass: { bound } }) => ({
          value: bound.kind === 'bound' ? bound.by : null,
          text: boundText(bound),
        }),
      },
    ],
  );
}

const ceilingWords: Readonly<Record<CeilingName, string>> = {
  f32: 'f32 arithmetic',
  f16: 'f16 arithmetic',
  int8Dot: 'int8 dot products',
  subgroupMatrix: 'subgroup matrices',
  exp: 'exponentials',
  readCold: 'reading memory',
  writeCold: 'writing memory',
  copyCold: 'copying memory',
  readWarm: 'reading the cache',
  writeWarm: 'writing the cache',
  copyWarm: 'copying in the cache',
  workgroupRead: 'reading workgroup memory',
};

/** The ceilings that the table of bounds is made with; f16's own where a case computes in it. */
function usedCeilings({ cases }: Profile): readonly CeilingName[] {
  const half: readonly CeilingName[] = ['f16', 'subgroupMatrix'];
  const computesInHalf = cases.some(({ params }) => params.precision === 'f16');
  return ['f32', ...(computesInHalf ? half : []), 'exp', 'readCold', 'writeCold'];
}

/** The peaks that the table of bounds is made with, in words. */
export function peaksNote(profile: Profile): string {
  const { peaks } = profile.header;
  if (peaks === null) {
    return 'This run has no measured peaks: attnbench peaks measures them, and a profile then says what bounds each pass.';
  }
  const used = usedCeilings(profile);
  const units = { flop: 'GFLOP/s', exp: 'G/s', byte: 'GB/s' } as const;
  const words = peaks.ceilings.flatMap(({ name, unit, perSecond }) =>
    perSecond === null || !used.includes(name)
      ? []
      : [`${ceilingWords[name]} ${formatNumber(perSecond / 1e9)} ${units[unit]}`],
  );
  const launch = peaks.overheads.passNs + peaks.overheads.dispatchNs;
  return `Peaks, of which the table gives the share reached: ${[...words, `a pass with one dispatch ${formatDuration(launch)}`].join(', ')}.`;
}

function limitCell(value: number | null, limit: number | undefined, format: (value: number) => string): Cell {
  if (value === null) return { value: null, text: '–' };
  const share = limit === undefined || limit === 0 ? '' : ` of ${format(limit)}`;
  return { value, text: `${format(value)}${share}` };
}

const invocationsOf = ({ facts }: PassProfile): number | null =>
  facts.workgroupSize === null ? null : facts.workgroupSize.reduce((product, count) => product * count, 1);

/** Workgroups, and what one takes of what the adapter gives. */
export function workgroupsTable({ header }: Profile, cases: readonly CaseProfile[]): Table {
  const { limits } = header.adapter;
  return tableOf('workgroups', 'Workgroups against the adapter’s limits', passRows(cases), [
    ...caseFields<PassRow>(cases.length > 1, ({ profile }) => profile),
    { column: left('pass', 'pass'), cell: ({ pass }) => textCell(pass.name) },
    {
      column: right('workgroups', 'workgroups'),
      cell: ({ pass }) => valueCell(pass.facts.workgroups, String),
    },
    {
      column: right('invocations', 'invocations of one'),
      cell: ({ pass }) => limitCell(invocationsOf(pass), limits['maxComputeInvocationsPerWorkgroup'], String),
    },
    {
      column: right('workgroup_bytes', 'its memory'),
      cell: ({ pass }) =>
        limitCell(pass.facts.workgroupBytes, limits['maxComputeWorkgroupStorageSize'], formatBytes),
    },
    { column: left('shader', 'shader'), cell: ({ pass }) => textCell(pass.facts.shader) },
    {
      column: left('sha256', 'SHA-256'),
      cell: ({ pass }) => ({ value: pass.facts.hash, text: pass.facts.hash.slice(0, 12) }),
    },
  ]);
}

/** What a call takes beside the GPU's time. */
export function hostTable(cases: readonly CaseProfile[]): Table {
  const duration = (
    key: string,
    title: string,
    of: (one: CaseProfile) => number | null,
  ): Field<CaseProfile> => ({
    column: right(key, title),
    cell: (one) => valueCell(of(one), formatDuration),
  });
  return tableOf(
    'host',
    'Beside the GPU’s time: compiling, the first call, and the host’s part of a call',
    cases,
    [
      ...caseFields<CaseProfile>(cases.length > 1, (one) => one),
      duration('compile_ns', 'compile', ({ host }) => host.compileNs),
      duration('first_dispatch_ns', 'first dispatch', ({ host }) => host.firstDispatchNs),
      duration('encode_ns', 'encode', ({ host }) => host.encode.medianNs),
      duration('submit_ns', 'submit', ({ host }) => host.submit?.medianNs ?? null),
      duration('queue_wait_ns', 'queue wait', ({ host }) => host.queueWait.medianNs),
      duration('gpu_ns', 'GPU time', ({ call }) => call.medianNs),
      duration('wall_ns', 'submit to done', ({ host }) => host.wall.medianNs),
      { column: right('calls_per_sample', null), cell: ({ repeats }) => valueCell(repeats, String) },
      { column: right('samples', null), cell: ({ samples }) => valueCell(samples, String) },
    ],
  );
}

function signed(ns: number): string {
  return `${ns > 0 ? '+' : ''}${formatDuration(ns)}`;
}

/** Two cases side by side. `index` tells the tables of one profile apart. */
export function comparisonTable(comparison: Comparison, index: number): Table {
  const { first, second, passes, gaps, call, sentence } = comparison;
  const time = (of: (row: Difference) => Time | null): Field<Difference>['cell'] => {
    return (row) => valueCell(of(row)?.medianNs, formatDuration);
  };
  return tableOf(
    `difference-${index + 1}`,
    sentence,
    [...passes, gaps, call],
    [
      { column: left('pass', 'pass'), cell: ({ name }) => textCell(name) },
      { column: right('first_ns', first), cell: time((row) => row.first) },
      { column: right('second_ns', second), cell: time((row) => row.second) },
      { column: right('difference_ns', 'difference'), cell: ({ ns }) => valueCell(ns, signed) },
      { column: right('share', 'share of it'), cell: ({ share }) => valueCell(share, formatShare) },
      { column: left('first', null), cell: () => textCell(first) },
      { column: left('second', null), cell: () => textCell(second) },
    ],
  );
}

/** Every table of a profile, all cases together. */
export function profileTables(profile: Profile, comparisons: readonly Comparison[]): readonly Table[] {
  const { cases } = profile;
  return [
    passesTable(cases),
    boundsTable(profile, cases),
    workgroupsTable(profile, cases),
    hostTable(cases),
    ...comparisons.map(comparisonTable),
  ];
}
