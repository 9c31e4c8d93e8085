/** Which is best where: a cell for each length, coloured by the answer and the darker the clearer it is. */
import type { Best, BestRow } from './best.ts';
import { bestDevices, bestKernels } from './best.ts';
import type { HardwareAnalysis } from './judge.ts';
import { ratioText } from './tables.ts';
import { axesWords, mechanismWords, placesOf } from './words.ts';

export interface HeatCell {
  /** The answer, by which it is coloured. */
  readonly name: string;
  /** The answer where there is little room. */
  readonly short: string;
  /** How far the next is behind. */
  readonly detail: string;
  /** 0 to 1. */
  readonly strength: number;
  readonly says: string;
}

export interface HeatMap {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly (HeatCell | null)[] }[];
  /** All answers there could be: what looks are dealt to. */
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** Four times as fast is as clear as it gets. */
const clearest = 4;

type NameOf = (best: Pick<Best, 'device' | 'kernel' | 'own'>) => {
  readonly name: string;
  readonly short: string;
};

function cellOf(best: Best, nameOf: NameOf): HeatCell {
  const { name, short } = nameOf(best);
  const { next } = best;
  if (next === null) return { name, short, detail: '', strength: 0, says: `${name}, alone` };
  const other = nameOf(next).name;
  const level = next.isLevel === true;
  return {
    name,
    short: level ? `≈ ${short}` : short,
    detail: ratioText({ value: next.ratio }),
    strength: level ? 0 : Math.min(1, Math.log(Math.max(next.ratio, 1)) / Math.log(clearest)),
    says: level
      ? `${name}, though the noise does not tell it from ${other}`
      : `${name}; ${other} takes ${ratioText({ value: next.ratio })} as long`,
  };
}

function heatMap(
  words: Pick<HeatMap, 'id' | 'title' | 'subtitle' | 'notes'>,
  rows: readonly BestRow[],
  labelOf: (row: BestRow) => string,
  nameOf: NameOf,
  names: readonly string[],
): HeatMap {
  const lengths = [...new Set(rows.flatMap(({ best }) => best.map(({ n }) => n)))].sort((a, b) => a - b);
  return {
    ...words,
    columns: lengths.map((n) => `n = ${n}`),
    rows: rows.map((row) => ({
      label: labelOf(row),
      cells: lengths.map((n) => {
        const found = row.best.find((best) => best.n === n);
        return found === undefined ? null : cellOf(found, nameOf);
      }),
    })),
    names,
  };
}

type Keep = (row: number) => boolean;

/** Longer names have no room in a cell. */
const longestShort = 11;

/** The devices' names, or their numbers where one of the names is too long, with what those stand for. */
function shortNames({ hardware: { devices } }: HardwareAnalysis): {
  readonly names: readonly string[];
  readonly notes: readonly string[];
} {
  if (devices.every(({ label }) => label.length <= longestShort)) {
    return { names: devices.map(({ label }) => label), notes: [] };
  }
  const names = devices.map((_, device) => `#${device + 1}`);
  return { names, notes: [`${names.map((name, device) => `${name} ${devices[device].label}`).join('; ')}.`] };
}

/** The setting, where there is but one, belongs in the subtitle. */
const settingOf = ({ hardware: { settings } }: HardwareAnalysis): string =>
  settings.length === 1 ? `; ${axesWords(settings[0])}` : '';

export function bestDeviceMap(
  analysis: HardwareAnalysis,
  keepRow: (row: BestRow) => boolean = () => true,
  keep?: Keep,
): HeatMap {
  const { devices, settings } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  const short = shortNames(analysis);
  return heatMap(
    {
      id: 'best-device',
      title: 'The fastest device',
      subtitle: `by mechanism and length, each device with its fastest kernel of the mechanism${settingOf(analysis)}`,
      notes: [
        'Below the name: how many times as long the next device takes. ≈: the noise within the runs does not tell the two apart.',
        ...short.notes,
      ],
    },
    bestDevices(analysis, keep).filter(keepRow),
    (row) =>
      [mechanismWords(row.mechanism ?? ''), settings.length === 1 ? axesWords(row.own) : place(row)]
        .filter(Boolean)
        .join(', '),
    ({ device }) => ({ name: devices[device].label, short: short.names[device] }),
    devices.map(({ label }) => label),
  );
}

export function bestKernelMap(
  analysis: HardwareAnalysis,
  keepRow: (row: BestRow) => boolean = () => true,
  keep?: Keep,
): HeatMap {
  const { devices, settings } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  return heatMap(
    {
      id: 'best-kernel',
      title: 'The fastest kernel',
      subtitle: `by device and length, whatever it computes${settingOf(analysis)}`,
      notes: [
        'Below the name: how many times as long the next kernel takes. Kernels compute different things: the fastest need not stand in for the next.',
      ],
    },
    bestKernels(analysis, keep).filter(keepRow),
    (row) =>
      [row.device === null ? '' : devices[row.device].label, settings.length === 1 ? '' : place(row)]
        .filter(Boolean)
        .join(', '),
    ({ kernel, own }) => ({ name: kernel, short: [kernel, axesWords(own)].filter(Boolean).join(' ') }),
    analysis.kernels,
  );
}
