/** The tables of a hardware comparison. */
import { formatDuration, formatGiga, formatNumber, formatPercent } from '../../harness/format.ts';
import type { Analysis } from '../analysis.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Cell, Field, Table, TableSource } from '../table.ts';
import { allSources, crossoverSentence } from '../tables.ts';
import { bestDevices, bestKernels } from './best.ts';
import type { Best, BestRow } from './best.ts';
import { axesKey, crossoversOfDevices } from './crossovers.ts';
import type { CrossoverOfDevice } from './crossovers.ts';
import { comparabilityOf, markLetters } from './comparability.ts';
import type { Finding } from './comparability.ts';
import type { HardwareCase } from './hardware.ts';
import { everyCase, hasSeveralDevices, judge, judgeAll, summarise, timedOn } from './judge.ts';
import type { HardwareAnalysis, Judged } from './judge.ts';
import type { RatioEstimate } from './ratio.ts';
import { axesWords, differenceWords, mechanismWords, placesOf } from './words.ts';

const when = (needed: boolean, title: string): string | null => (needed ? title : null);

/** `1.83×`. */
export function ratioText({ value }: Pick<RatioEstimate, 'value'>): string {
  return `${value >= 99.95 ? formatNumber(value) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2)}×`;
}

/** `1.83 [1.79, 1.88]`. */
export function ratioWithInterval({ value, interval }: RatioEstimate): string {
  const digits = (number: number): string => ratioText({ value: number }).slice(0, -1);
  return interval === null
    ? `${digits(value)}×`
    : `${digits(value)}× [${digits(interval.low)}, ${digits(interval.high)}]`;
}

export function judgedText(judged: Judged): string {
  switch (judged.kind) {
    case 'missing':
      return '–';
    case 'withheld':
      return 'left out';
    case 'ratio': {
      const letters = judged.marks.map((mark) => markLetters[mark]).join('');
      return `${ratioText(judged.ratio)}${letters === '' ? '' : ` (${letters})`}`;
    }
  }
}

const indices = (analysis: HardwareAnalysis): readonly number[] =>
  analysis.hardware.devices.map((_, device) => device);

/** What a reader left of the comparison, and what is held against what. */
export interface Scope {
  readonly reference: number;
  readonly devices: readonly number[];
  readonly keep: (one: HardwareCase) => boolean;
}

export function wholeScope(analysis: HardwareAnalysis): Scope {
  return { reference: analysis.hardware.reference, devices: indices(analysis), keep: () => true };
}

/** Which devices there are, and what was measured on each. */
export function devicesTable(analysis: HardwareAnalysis): Table {
  const { hardware, runs, rows } = analysis;
  const timedOf = new Map<number, number>();
  for (const { run, timing } of rows) {
    if (timing !== null) timedOf.set(run, (timedOf.get(run) ?? 0) + 1);
  }
  const header = (device: number) => runs[hardware.devices[device].runs[0]].header;
  const peaks = (device: number) =>
    hardware.devices[device].runs.flatMap((run) => runs[run].header.peaks ?? [])[0] ?? null;
  return tableOf<number>('devices', 'What was measured on', indices(analysis), [
    { column: right('number', '#'), cell: (device) => valueCell(device + 1, String) },
    { column: left('name', 'device'), cell: (device) => textCell(hardware.devices[device].label) },
    {
      column: left('driver', 'driver'),
      cell: (device) => {
        const { description, device: name } = header(device).adapter;
        return textCell(description || name || '–');
      },
    },
    {
      column: left('kind', 'kind'),
      cell: (device) => textCell(header(device).adapter.software ? 'software' : 'hardware'),
    },
    {
      column: left('implementation', 'WebGPU'),
      cell: (device) => {
        const { implementation } = hardware.devices[device];
        const { host } = header(device);
        const version = host.name === 'node' ? host.webgpu : host.runtime;
        return textCell([implementation, version].filter(Boolean).join(', '));
      },
    },
    { column: left('processor', 'processor'), cell: (device) => textCell(header(device).host.cpu) },
    { column: right('cores', null), cell: (device) => valueCell(header(device).host.cores, String) },
    { column: left('system', null), cell: (device) => textCell(header(device).host.os) },
    {
      column: left('clock', 'clock'),
      cell: (device) => textCell(header(device).clock.source === 'wall' ? 'wall' : 'GPU'),
    },
    {
      column: right('tick_ns', null),
      cell: (device) => valueCell(header(device).clock.tickNs, formatDuration),
    },
    {
      column: right('peak_flops_per_s', 'peak GFLOP/s'),
      cell: (device) => valueCell(peaks(device)?.flopsPerSecond, formatGiga),
    },
    {
      column: right('peak_bytes_per_s', 'peak GB/s'),
      cell: (device) => valueCell(peaks(device)?.bytesPerSecond, formatGiga),
    },
    {
      column: right('runs', 'runs'),
      cell: (device) => valueCell(hardware.devices[device].runs.length, String),
    },
    {
      column: right('timed', 'timed'),
      cell: (device) =>
        valueCell(
          hardware.devices[device].runs.reduce((sum, run) => sum + (timedOf.get(run) ?? 0), 0),
          String,
        ),
    },
  ]);
}

/** A mean has no interval where one of its ratios has none. */
const meanCell = (ratio: RatioEstimate | null): Cell => ({
  value: ratio?.value ?? null,
  text:
    ratio === null
      ? '–'
      : `${ratioWithInterval(ratio)}${ratio.interval === null ? ` (${markLetters['no interval']})` : ''}`,
});

function medianOf(values: readonly number[]): number | null {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  if (ascending.length === 0) return null;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** Shares of the measured peak that a device reached, by kernel. */
function sharesOf(
  { hardware, rows }: HardwareAnalysis,
  device: number,
  keep: Scope['keep'],
): ReadonlyMap<string, readonly number[]> {
  const shares = new Map<string, number[]>();
  for (const one of hardware.cases) {
    if (!keep(one)) continue;
    const { kernel, rows: own } = one;
    const row = own[device];
    const share = row === null ? null : (rows[row].timing?.shareOfPeak ?? null);
    if (share === null) continue;
    const known = shares.get(kernel) ?? [];
    known.push(share);
    shares.set(kernel, known);
  }
  return shares;
}

/** One row per device: how long it takes over the reference, all cases that both have together. */
export function relativeTable(
  analysis: HardwareAnalysis,
  { reference, devices, keep }: Scope = wholeScope(analysis),
): Table {
  const { hardware } = analysis;
  const cases = everyCase(analysis).filter((index) => keep(hardware.cases[index]));
  const summaries = indices(analysis).map((device) => summarise(analysis, cases, device, reference));
  const itself = (device: number, cell: Cell): Cell =>
    device === reference ? { value: cell.value, text: '1 (reference)' } : cell;
  return tableOf<number>(
    'relative',
    `Time over that of ${hardware.devices[reference].label}: geometric mean of the cases that both have, with the 95 % interval of the noise within the runs`,
    devices,
    [
      { column: left('name', 'device'), cell: (device) => textCell(hardware.devices[device].label) },
      {
        column: right('time_ratio', 'time ratio'),
        cell: (device) => itself(device, meanCell(summaries[device].mean)),
      },
      {
        column: right('time_ratio_low', null),
        cell: (device) => valueCell(summaries[device].mean?.interval?.low, formatNumber),
      },
      {
        column: right('time_ratio_high', null),
        cell: (device) => valueCell(summaries[device].mean?.interval?.high, formatNumber),
      },
      {
        column: right('lowest_ratio', 'lowest'),
        cell: (device) => valueCell(summaries[device].lowest, (value) => ratioText({ value })),
      },
      {
        column: right('highest_ratio', 'highest'),
        cell: (device) => valueCell(summaries[device].highest, (value) => ratioText({ value })),
      },
      { column: right('cases', 'cases'), cell: (device) => valueCell(summaries[device].cases, String) },
      {
        column: right(
          'left_out',
          when(
            summaries.some(({ withheld }) => withheld > 0),
            'left out',
          ),
        ),
        cell: (device) => valueCell(summaries[device].withheld, String),
      },
    ],
  );
}

/** By kernel the indices of its cases. */
function kernelsOf(
  { hardware }: HardwareAnalysis,
  keep: Scope['keep'] = () => true,
): ReadonlyMap<string, readonly number[]> {
  const byKernel = new Map<string, number[]>();
  hardware.cases.forEach((one, index) => {
    if (!keep(one)) return;
    const own = byKernel.get(one.kernel) ?? [];
    own.push(index);
    byKernel.set(one.kernel, own);
  });
  return byKernel;
}

/** A key for a heading that holds a name from a record. */
const keyWord = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

/** Devices down, kernels across: the ratio to the reference. */
export function relativeByKernelTable(
  analysis: HardwareAnalysis,
  { reference, devices, keep }: Scope = wholeScope(analysis),
): Table {
  const { hardware } = analysis;
  const kernels = kernelsOf(analysis, keep);
  return tableOf<number>(
    'relative-by-kernel',
    `Time over that of ${hardware.devices[reference].label} by kernel: geometric mean of the cases that both have`,
    devices,
    [
      { column: left('name', 'device'), cell: (device) => textCell(hardware.devices[device].label) },
      ...[...kernels].map(([kernel, cases]): Field<number> => ({
        column: right(`time_ratio_${keyWord(kernel)}`, kernel),
        cell: (device) => {
          const { mean } = summarise(analysis, cases, device, reference);
          const text = device === reference ? '1' : ratioText(mean ?? { value: 1 });
          return { value: mean?.value ?? null, text: mean === null ? '–' : text };
        },
      })),
    ],
  );
}

/** Devices down, kernels across: the median share of the device's own measured peak. */
export function sharesTable(
  analysis: HardwareAnalysis,
  { devices: wanted, keep }: Scope = wholeScope(analysis),
): Table {
  const shares = indices(analysis).map((device) => sharesOf(analysis, device, keep));
  const devices = wanted.filter((device) => shares[device].size > 0);
  return tableOf<number>(
    'share-of-peak',
    'Per cent of the device’s own measured peak: the median of the cases, and the highest',
    devices,
    [
      {
        column: left('name', 'device'),
        cell: (device) => textCell(analysis.hardware.devices[device].label),
      },
      ...[...kernelsOf(analysis, keep).keys()].flatMap((kernel): readonly Field<number>[] => {
        const of = (device: number): readonly number[] => shares[device].get(kernel) ?? [];
        const highest = (device: number): number | null =>
          of(device).reduce<number | null>((best, share) => Math.max(best ?? 0, share), null);
        return [
          {
            column: right(`share_${keyWord(kernel)}`, kernel),
            cell: (device) =>
              valueCell(
                medianOf(of(device)),
                (share) => `${formatPercent(share)}, ${formatPercent(highest(device) ?? share)}`,
              ),
          },
          {
            column: right(`highest_share_${keyWord(kernel)}`, null),
            cell: (device) => valueCell(highest(device), formatPercent),
          },
        ];
      }),
    ],
  );
}

const nameWith = (kernel: string, own: HardwareCase['own']): string =>
  [kernel, axesWords(own)].filter(Boolean).join(' ');

/** `lavapipe 1.8×`: the next takes that much longer. `≈`: the noise does not tell the two apart. */
function bestText(best: Best, name: string, nextName: string): string {
  const { next, mixed } = best;
  const star = mixed ? ' *' : '';
  if (next === null) return `${name}${star}`;
  if (next.isLevel === true) return `${name} ≈ ${nextName}${star}`;
  const doubt = next.isLevel === null ? ` (${markLetters['no interval']})` : '';
  return `${name} ${ratioText({ value: next.ratio })}${doubt}${star}`;
}

function lengthsOf(rows: readonly BestRow[]): readonly number[] {
  return [...new Set(rows.flatMap(({ best }) => best.map(({ n }) => n)))].sort((a, b) => a - b);
}

function bestFields(
  rows: readonly BestRow[],
  nameOf: (best: Pick<Best, 'device' | 'kernel' | 'own'>) => string,
): readonly Field<BestRow>[] {
  return lengthsOf(rows).map((n) => ({
    column: left(`n_${n}`, `n = ${n}`),
    cell: ({ best }) => {
      const found = best.find((one) => one.n === n);
      if (found === undefined) return { value: null, text: '–' };
      return {
        value: nameOf(found),
        text: bestText(found, nameOf(found), found.next === null ? '' : nameOf(found.next)),
      };
    },
  }));
}

/** The place of all rows, where it is one: it needs no column. */
function atOnly(places: ReadonlySet<string>): string {
  const [place] = places;
  return places.size === 1 && place !== undefined && place !== '' ? ` (${place})` : '';
}

/** Mechanisms down, lengths across. */
export function bestDeviceTable(
  analysis: HardwareAnalysis,
  rows: readonly BestRow[] = bestDevices(analysis),
): Table {
  const place = placesOf(analysis.hardware);
  const places = new Set(rows.map(place));
  return tableOf<BestRow>(
    'best-device',
    `The fastest device for a mechanism and a length${atOnly(places)}, by its fastest kernel; behind it how many times as long the next device takes, or ≈ where the noise does not tell the two apart`,
    rows,
    [
      {
        column: left('mechanism', 'mechanism'),
        cell: ({ mechanism }) => ({ value: mechanism, text: mechanismWords(mechanism ?? '') }),
      },
      {
        column: left('at', when(places.size > 1, 'at')),
        cell: (row) => textCell(place(row)),
      },
      ...bestFields(rows, ({ device }) => analysis.hardware.devices[device].label),
    ],
  );
}

/** Devices down, lengths across. */
export function bestKernelTable(
  analysis: HardwareAnalysis,
  rows: readonly BestRow[] = bestKernels(analysis),
): Table {
  const { devices } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  const places = new Set(rows.map(place));
  return tableOf<BestRow>(
    'best-kernel',
    `The fastest kernel on a device for a length${atOnly(places)}, whatever it computes; behind it how many times as long the next kernel takes`,
    rows,
    [
      {
        column: left('name', 'device'),
        cell: ({ device }) => textCell(device === null ? '' : devices[device].label),
      },
      {
        column: left('at', when(places.size > 1, 'at')),
        cell: (row) => textCell(place(row)),
      },
      ...bestFields(rows, ({ kernel, own }) => nameWith(kernel, own)),
    ],
  );
}

export function crossoversByDeviceTable(
  analysis: HardwareAnalysis,
  keep: (one: CrossoverOfDevice) => boolean = () => true,
): Table {
  const { devices } = analysis.hardware;
  const found = crossoversOfDevices(analysis).filter(keep);
  const settings = [...new Map(found.map(({ row }) => [axesKey(row.axes), row.axes])).values()];
  const words = new Map(differenceWords(settings).map((text, index) => [axesKey(settings[index]), text]));
  const crossing = ({ row: { crossover } }: CrossoverOfDevice) =>
    crossover.kind === 'crossing' ? crossover : null;
  const length = (n: number): string => String(Math.round(n));
  return tableOf<CrossoverOfDevice>(
    'crossovers-by-device',
    'From which n on one kernel is faster than another, by device',
    found,
    [
      {
        column: left('pair', 'pair'),
        cell: ({ row }) => textCell(`${row.first}, ${row.second}`),
      },
      {
        column: left('at', when(settings.length > 1, 'at')),
        cell: ({ row }) => textCell(words.get(axesKey(row.axes)) ?? ''),
      },
      { column: left('name', 'device'), cell: ({ device }) => textCell(devices[device].label) },
      { column: right('n', null), cell: (one) => valueCell(crossing(one)?.n, length) },
      { column: right('n_low', null), cell: (one) => valueCell(crossing(one)?.low, length) },
      { column: right('n_high', null), cell: (one) => valueCell(crossing(one)?.high, length) },
      { column: left('says', 'which is faster'), cell: ({ row }) => textCell(crossoverSentence(row)) },
    ],
  );
}

/** Devices that are one adapter in one machine under several implementations, with the one that others are held against. */
function implementationsOf({
  hardware,
}: HardwareAnalysis): readonly (readonly [device: number, base: number])[] {
  const { devices } = hardware;
  return devices.flatMap(({ hardware: number }, device): readonly (readonly [number, number])[] => {
    const siblings = devices.flatMap((other, index) => (other.hardware === number ? [index] : []));
    const base = siblings.find((one) => devices[one].implementation === 'Dawn in Node') ?? siblings[0];
    return siblings.length < 2 ? [] : [[device, base]];
  });
}

/** One adapter under several implementations: a row for each, kernels across. */
export function implementationsTable(analysis: HardwareAnalysis): Table {
  const { devices } = analysis.hardware;
  const all = implementationsOf(analysis);
  return tableOf<readonly [number, number]>(
    'implementations',
    `One adapter under several implementations of WebGPU: time over that of the first, geometric mean of the cases that both have${all.some(([device]) => devices[device].isAssumed) ? '; a browser that does not tell its processor is taken to be on the machine with the same adapter, cores and system' : ''}`,
    all,
    [
      {
        column: left('adapter', 'adapter'),
        cell: ([device]) => {
          const [run] = devices[devices[device].hardware].runs;
          const { adapter, host } = analysis.runs[run].header;
          return textCell([adapter.name, host.cpu].filter(Boolean).join(', '));
        },
      },
      {
        column: left('implementation', 'implementation'),
        cell: ([device]) => textCell(devices[device].implementation),
      },
      {
        column: right('time_ratio', 'all kernels'),
        cell: ([device, base]) =>
          device === base
            ? { value: 1, text: '1 (reference)' }
            : meanCell(summarise(analysis, everyCase(analysis), device, base).mean),
      },
      ...[...kernelsOf(analysis)].map(([kernel, cases]): Field<readonly [number, number]> => ({
        column: right(`time_ratio_${keyWord(kernel)}`, kernel),
        cell: ([device, base]) => {
          const { mean } = summarise(analysis, cases, device, base);
          return { value: mean?.value ?? null, text: mean === null ? '–' : ratioText(mean) };
        },
      })),
    ],
  );
}

interface Pair {
  readonly one: HardwareCase;
  readonly device: number;
  readonly judged: Judged;
}

/** One row per case and device other than the reference, where at least one of the two has a time. */
export function ratiosTable(
  analysis: HardwareAnalysis,
  reference: number = analysis.hardware.reference,
): Table {
  const { hardware, rows } = analysis;
  const place = placesOf(analysis.hardware);
  const timing = (one: HardwareCase, device: number) => {
    const row = one.rows[device];
    return row === null ? null : rows[row].timing;
  };
  const places = new Set(hardware.cases.map(place));
  const judged = indices(analysis).map((device) => judgeAll(analysis, device, reference));
  const pairs = hardware.cases.flatMap((one, index) =>
    indices(analysis).flatMap((device): readonly Pair[] =>
      device === reference || timing(one, device) === null
        ? []
        : [{ one, device, judged: judged[device][index] }],
    ),
  );
  const ratioOf = ({ judged }: Pair): RatioEstimate | null => (judged.kind === 'ratio' ? judged.ratio : null);
  return tableOf<Pair>(
    'ratios',
    `Time of every case${atOnly(places)} over that on ${hardware.devices[reference].label}, with its 95 % interval`,
    pairs,
    [
      { column: left('kernel', 'kernel'), cell: ({ one }) => textCell(one.kernel) },
      { column: left('mechanism', null), cell: ({ one }) => textCell(one.mechanism) },
      { column: left('at', when(places.size > 1, 'at')), cell: ({ one }) => textCell(place(one)) },
      { column: right('n', 'n'), cell: ({ one }) => valueCell(one.n, String) },
      { column: left('name', 'device'), cell: ({ device }) => textCell(hardware.devices[device].label) },
      {
        column: right('median_ns', 'median'),
        cell: ({ one, device }) => valueCell(timing(one, device)?.medianNs, formatDuration),
      },
      {
        column: right('reference_median_ns', 'reference'),
        cell: ({ one }) => valueCell(timing(one, reference)?.medianNs, formatDuration),
      },
      {
        column: right('time_ratio', 'time ratio'),
        cell: (pair) => ({
          value: ratioOf(pair)?.value ?? null,
          text: pair.judged.kind === 'ratio' ? ratioWithInterval(pair.judged.ratio) : judgedText(pair.judged),
        }),
      },
      {
        column: right('time_ratio_low', null),
        cell: (pair) => valueCell(ratioOf(pair)?.interval?.low, formatNumber),
      },
      {
        column: right('time_ratio_high', null),
        cell: (pair) => valueCell(ratioOf(pair)?.interval?.high, formatNumber),
      },
      {
        column: left('notes', 'notes'),
        cell: ({ judged }) =>
          textCell(
            judged.kind === 'ratio'
              ? judged.marks.join(', ')
              : judged.kind === 'withheld'
                ? 'kernel version'
                : '',
          ),
      },
      {
        column: right('share_of_peak', '% of peak'),
        cell: ({ one, device }) => valueCell(timing(one, device)?.shareOfPeak, formatPercent),
      },
      {
        column: right('reference_share_of_peak', null),
        cell: ({ one }) => valueCell(timing(one, reference)?.shareOfPeak, formatPercent),
      },
    ],
  );
}

/** More columns than these are hard to read, and wider than a sheet. */
const mostColumns = 8;

/** The cases of a setting down, devices across: the ratio of each. Of many devices in several tables. */
export function ratioMatrices(
  analysis: HardwareAnalysis,
  { reference, devices, keep }: Scope,
  setting: number,
): readonly Table[] {
  const { hardware } = analysis;
  const others = devices.filter((device) => device !== reference);
  const cases = hardware.cases
    .filter((one) => one.setting === setting && keep(one))
    .filter((one) => others.some((device) => timedOn(analysis, one, device) !== null));
  const order = new Map(
    [...new Set(cases.map(({ kernel }) => kernel))].map((kernel, index) => [kernel, index]),
  );
  const place = ({ kernel }: HardwareCase): number => order.get(kernel) ?? 0;
  const ordered = cases.toSorted((a, b) => place(a) - place(b) || a.n - b.n);
  const count = ordered.length === 0 ? 0 : Math.ceil(others.length / mostColumns);
  const parts = Array.from({ length: count }, (_, part) =>
    others.slice(part * mostColumns, (part + 1) * mostColumns),
  );
  return parts.map((part, index) =>
    tableOf<HardwareCase>(
      `ratio-matrix-${index + 1}`,
      `Time over that of ${hardware.devices[reference].label}, case by case${parts.length > 1 ? `, part ${index + 1} of ${parts.length}` : ''}`,
      ordered,
      [
        {
          column: left('kernel', 'kernel'),
          cell: ({ kernel, own }) => textCell(nameWith(kernel, own)),
        },
        { column: right('n', 'n'), cell: ({ n }) => valueCell(n, String) },
        ...part.map((device): Field<HardwareCase> => ({
          column: right(`device_${device + 1}`, hardware.devices[device].label),
          cell: (one) => {
            const judged = judge(analysis, one, device, reference);
            return {
              value: judged.kind === 'ratio' ? judged.ratio.value : null,
              text: judgedText(judged),
            };
          },
        })),
      ],
    ),
  );
}

const effectWords: Readonly<Record<Finding['effect'], string>> = {
  withheld: 'no ratio',
  marked: 'ratio marked',
  stated: 'ratio stays',
};

export function comparabilityTable(
  analysis: HardwareAnalysis,
  reference: number = analysis.hardware.reference,
): Table {
  return tableOf<Finding>(
    'comparability',
    'What is not measured alike, and what to do about it',
    comparabilityOf(analysis, reference),
    [
      { column: left('code', 'what'), cell: ({ code }) => textCell(code) },
      {
        column: left('effect', 'effect'),
        cell: ({ effect }) => ({ value: effect, text: effectWords[effect] }),
      },
      { column: left('devices', null), cell: ({ devices }) => textCell(devices.join('; ')) },
      { column: left('says', 'more'), cell: ({ message }) => textCell(message) },
    ],
  );
}

/** Every table of a report: of several devices those of the comparison first. */
export const reportTables = (analysis: Analysis): readonly TableSource[] => [
  ...(hasSeveralDevices(analysis) ? hardwareTables(analysis).map(sourceOfTable) : []),
  ...allSources(analysis),
];

const sourceOfTable = ({ id, caption, columns, rows }: Table): TableSource => ({
  id,
  caption,
  columns,
  count: rows.length,
  cell: (row, column) => rows[row][column],
});

/** All of the comparison, those left out that would say nothing. */
export function hardwareTables(analysis: HardwareAnalysis): readonly Table[] {
  return [
    devicesTable(analysis),
    relativeTable(analysis),
    relativeByKernelTable(analysis),
    comparabilityTable(analysis),
    bestDeviceTable(analysis),
    bestKernelTable(analysis),
    sharesTable(analysis),
    crossoversByDeviceTable(analysis),
    implementationsTable(analysis),
    ratiosTable(analysis),
  ].filter(({ rows }) => rows.length > 0);
}
