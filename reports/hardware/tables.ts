/** The tables of a hardware comparison: devices, peaks, crossovers, what differs, and all of them together. */
import { formatDuration, formatGiga, formatPercent } from '../../harness/format.ts';
import { median } from '../../harness/stats.ts';
import type { Analysis } from '../analysis.ts';
import { groupBy } from '../group-by.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Field, Table, TableSource } from '../table.ts';
import { allSources, crossoverSentence } from '../tables.ts';
import { bestDeviceTable, bestKernelTable } from './best-tables.ts';
import { axesKey, crossoversOfDevices } from './crossovers.ts';
import type { CrossoverOfDevice } from './crossovers.ts';
import { comparabilityOf } from './comparability.ts';
import type { Finding } from './comparability.ts';
import { hasSeveralDevices } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import { implementationsTable, ratiosTable, relativeByKernelTable, relativeTable } from './ratio-tables.ts';
import { indices, kernelsOf, keyWord, when, wholeScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { differenceWords } from './words.ts';

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

/** Shares of the measured peak that a device reached, by kernel. */
function sharesOf(
  { hardware, rows }: HardwareAnalysis,
  device: number,
  keep: Scope['keep'],
): ReadonlyMap<string, readonly number[]> {
  const reached = hardware.cases.flatMap((one) => {
    const row = keep(one) ? one.rows[device] : null;
    const share = row === null ? null : (rows[row].timing?.shareOfPeak ?? null);
    return share === null ? [] : [{ kernel: one.kernel, share }];
  });
  const byKernel = groupBy(reached, ({ kernel }) => kernel);
  return new Map([...byKernel].map(([kernel, own]) => [kernel, own.map(({ share }) => share)]));
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
                median(of(device)),
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
