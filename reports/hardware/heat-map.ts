/** Which is best where: a cell for each length, coloured by the answer and the darker the clearer it is. */
import type { CrossoverRow } from '../groups.ts';
import { crossoverSentence, roundLength } from '../tables.ts';
import type { Best, BestRow, BestScope } from './best.ts';
import { bestDevices, bestKernels } from './best.ts';
import type { Setting } from './hardware.ts';
import type { HardwareAnalysis } from './judge.ts';
import { axesKey, crossoversOfDevices } from './crossovers.ts';
import type { CrossoverOfDevice } from './crossovers.ts';
import { ratioText } from './ratio-words.ts';
import { axesWords, differenceWords, mechanismWords, placesOf } from './words.ts';

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

export function bestDeviceMap(analysis: HardwareAnalysis, scope: BestScope = {}): HeatMap {
  const { devices, settings } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  const short = shortNames(analysis);
  return heatMap(
    {
      id: 'best-device',
      title: 'The fastest device',
      subtitle: `by mechanism and length, each device with its fastest kernel of the mechanism${settingOf(analysis)}`,
      notes: [
        'The factor: how many times as long the next device takes. ≈: the noise within the runs does not tell the two apart.',
        ...short.notes,
      ],
    },
    bestDevices(analysis, scope),
    (row) =>
      [mechanismWords(row.mechanism ?? ''), settings.length === 1 ? axesWords(row.own) : place(row)]
        .filter(Boolean)
        .join(', '),
    ({ device }) => ({ name: devices[device].label, short: short.names[device] }),
    devices.map(({ label }) => label),
  );
}

export function bestKernelMap(analysis: HardwareAnalysis, scope: BestScope = {}): HeatMap {
  const { devices, settings } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  return heatMap(
    {
      id: 'best-kernel',
      title: 'The fastest kernel',
      subtitle: `by device and length, whatever it computes${settingOf(analysis)}`,
      notes: [
        'The factor: how many times as long the next kernel takes. Kernels compute different things: the fastest need not stand in for the next.',
      ],
    },
    bestKernels(analysis, scope),
    (row) =>
      [row.device === null ? '' : devices[row.device].label, settings.length === 1 ? '' : place(row)]
        .filter(Boolean)
        .join(', '),
    ({ kernel, own }) => ({ name: kernel, short: [kernel, axesWords(own)].filter(Boolean).join(' ') }),
    analysis.kernels,
  );
}

const fasterOf = ({ first, second, crossover }: CrossoverRow): string | null => {
  if (crossover.kind === 'unknown') return null;
  const side = crossover.kind === 'crossing' ? crossover.fasterAbove : crossover.faster;
  return side === 'first' ? first : second;
};

function crossoverCell(row: CrossoverRow): HeatCell | null {
  const { crossover } = row;
  const says = crossoverSentence(row);
  const faster = fasterOf(row) ?? '';
  switch (crossover.kind) {
    case 'crossing': {
      const end = (n: number | null): string => (n === null ? '…' : roundLength(n));
      const detail = `[${end(crossover.low)}, ${end(crossover.high)}]`;
      return {
        name: faster,
        short: `${faster} from ${roundLength(crossover.n)}`,
        detail,
        strength: 0.6,
        says,
      };
    }
    case 'none in range': {
      const level = crossover.agreement < 0.95;
      const detail = `${crossover.from} – ${crossover.to}`;
      return { name: faster, short: level ? `≈ ${faster}` : faster, detail, strength: level ? 0 : 0.2, says };
    }
    case 'unknown':
      return null;
  }
}

/** The kernel of softmax attention that the others are faster or slower than: the one that wins most often among them. */
function fastestSoftmax(analysis: HardwareAnalysis, found: readonly CrossoverOfDevice[]): string | null {
  const softmax = [
    ...new Set(analysis.rows.flatMap(({ kernel, mechanism }) => (mechanism === 'sdpa' ? [kernel] : []))),
  ];
  const wins = new Map(softmax.map((kernel) => [kernel, 0]));
  for (const { row } of found) {
    const winner = fasterOf(row);
    if (winner !== null && wins.has(row.first) && wins.has(row.second)) {
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
    }
  }
  const [best] = [...wins].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/** Devices down, pairs of the fastest softmax kernel with each other across: who is faster, and from which n. */
export function crossoverMap(
  analysis: HardwareAnalysis,
  devices: readonly number[] = analysis.hardware.devices.map((_, device) => device),
  keep: (one: CrossoverOfDevice) => boolean = () => true,
): HeatMap {
  const all = crossoversOfDevices(analysis).filter((one) => devices.includes(one.device) && keep(one));
  const base = fastestSoftmax(analysis, all);
  const found = all.filter(({ row }) => row.first === base || row.second === base);
  const otherOf = ({ first, second }: CrossoverRow): string => (first === base ? second : first);
  const others = [...new Set(found.map(({ row }) => otherOf(row)))];
  // Axes of one of the kernels alone are no place of their own.
  const placeOf = ({ axes }: CrossoverRow): Setting =>
    Object.fromEntries(
      Object.entries(axes).filter(([axis]) => axis in analysis.hardware.settings[0] || axis === 'm'),
    );
  const places = new Map<
    string,
    { readonly axes: Setting; readonly byDevice: Map<number, CrossoverRow[]> }
  >();
  for (const { device, row } of found) {
    const axes = placeOf(row);
    const place = places.get(axesKey(axes)) ?? { axes, byDevice: new Map<number, CrossoverRow[]>() };
    places.set(axesKey(axes), place);
    const members = place.byDevice.get(device) ?? [];
    members.push(row);
    place.byDevice.set(device, members);
  }
  const words = differenceWords([...places.values()].map(({ axes }) => axes));
  const rows = [...places.values()].flatMap(({ byDevice }, index) =>
    devices.flatMap((device) => {
      const here = byDevice.get(device);
      if (here === undefined) return [];
      const { label } = analysis.hardware.devices[device];
      return [
        {
          label: places.size === 1 ? label : [label, words[index]].filter(Boolean).join(', '),
          cells: others.map((other) => {
            const row = here.find((one) => otherOf(one) === other);
            return row === undefined ? null : crossoverCell(row);
          }),
        },
      ];
    }),
  );
  return {
    id: 'crossovers-by-device',
    title: 'Crossovers',
    subtitle: `which kernel is faster from which n on, with the 95 % interval; or at every n measured${places.size === 1 ? `; ${words[0]}` : ''}`,
    columns: others.map((other) => `${base}, ${other}`),
    rows,
    names: analysis.kernels,
    notes: [
      '≈: not by more than the noise within the run. Where an interval is open, it reaches beyond the n measured.',
    ],
  };
}
