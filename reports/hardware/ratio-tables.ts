/** How long devices take over each other: all cases together, by kernel, by implementation, and case by case. */
import { formatDuration, formatNumber, formatPercent } from '../../harness/format.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Cell, Field, Table } from '../table.ts';
import { markLetters } from './comparability.ts';
import type { HardwareCase } from './hardware.ts';
import { everyCase, judge, judgeAll, summarise, timedOn } from './judge.ts';
import type { HardwareAnalysis, Judged } from './judge.ts';
import { judgedText, ratioText, ratioWithInterval } from './ratio-words.ts';
import type { RatioEstimate } from './ratio.ts';
import { indices, kernelsOf, keyWord, when, wholeScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { atOnly, nameWith, placesOf } from './words.ts';

/** A mean has no interval where one of its ratios has none. */
const meanCell = (ratio: RatioEstimate | null): Cell => ({
  value: ratio?.value ?? null,
  text:
    ratio === null
      ? '–'
      : `${ratioWithInterval(ratio)}${ratio.interval === null ? ` (${markLetters['no interval']})` : ''}`,
});

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
