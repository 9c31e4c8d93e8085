/** Devices: what was measured on, as far as it changes times. An adapter, its driver, the machine around it and the implementation of WebGPU. */
import type { RunHeader } from '../../harness/record.ts';
import { groupBy } from '../group-by.ts';

export interface Device {
  /** In plain words, short, different for every device of the report. */
  readonly label: string;
  /** The implementation of WebGPU, which devices of the same hardware differ in. */
  readonly implementation: string;
  /** Equal for devices that are one adapter in one machine, under several implementations. */
  readonly hardware: number;
  /** It does not tell its processor, so that `hardware` rests on the rest. */
  readonly isAssumed: boolean;
  /** Indices of the runs measured on it, in the order given. */
  readonly runs: readonly number[];
}

const implementationNames: ReadonlyMap<string, string> = new Map([
  ['node', 'Dawn in Node'],
  ['chromium', 'Chromium'],
  ['firefox', 'Firefox'],
  ['webkit', 'Safari'],
  ['deno', 'Deno'],
]);

const systemNames: readonly (readonly [RegExp, string])[] = [
  [/iphone|ipad/i, 'iOS'],
  [/darwin|mac ?os/i, 'macOS'],
  [/windows/i, 'Windows'],
  [/android/i, 'Android'],
  [/linux/i, 'Linux'],
];

/** Its version changes with every update of the system, its kind does not. */
function systemOf({ host: { os } }: RunHeader): string {
  return systemNames.find(([pattern]) => pattern.test(os))?.[1] ?? os;
}

export const implementationOf = ({ host: { name } }: RunHeader): string =>
  implementationNames.get(name) ?? name;

/** Of Dawn in Node the package counts; of a browser the browser. */
const versionOf = ({ host: { name, runtime, webgpu } }: RunHeader): string =>
  name === 'node' || runtime === '' ? webgpu : runtime;

/** Browsers keep the processor to themselves. */
const processorOf = ({ host: { cpu } }: RunHeader): string | null =>
  cpu === '' || cpu.startsWith('not told') ? null : cpu;

/** What tells devices of one name apart, in the order in which it is said. */
const facets: readonly ((header: RunHeader) => string)[] = [
  (header) => `in ${implementationOf(header).replace('Dawn in ', '')}`,
  (header) => {
    const { cores } = header.host;
    const words = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
    const processor = processorOf(header);
    return processor === null ? `with ${words}` : `on ${processor}, ${words}`;
  },
  (header) => `under ${systemOf(header)}`,
  ({ adapter: { description, device } }) => `with ${description || device || 'an unknown driver'}`,
  (header) => `version ${versionOf(header) || 'unknown'}`,
  ({ adapter: { vendor, architecture, device } }) =>
    `(${[vendor, architecture, device].filter(Boolean).join(' ')})`,
];

const keyOf = (header: RunHeader): string =>
  JSON.stringify([header.adapter.name, ...facets.map((facet) => facet(header))]);

/** One adapter in one machine: what one of the two keeps to itself does not tell them apart. */
const isSameHardware = (a: RunHeader, b: RunHeader): boolean =>
  a.adapter.name === b.adapter.name &&
  (processorOf(a) ?? processorOf(b)) === (processorOf(b) ?? processorOf(a)) &&
  a.host.cores === b.host.cores &&
  systemOf(a) === systemOf(b) &&
  (['vendor', 'architecture'] as const).every(
    (name) => a.adapter[name] === '' || b.adapter[name] === '' || a.adapter[name] === b.adapter[name],
  );

/** For each header the first that is of the same hardware. One that does not tell its processor joins where only one could be meant. */
function hardwareOf(headers: readonly RunHeader[]): readonly number[] {
  const found = headers.map((_, index) => index);
  const firsts: number[] = [];
  const told = headers.map((_, index) => index).filter((index) => processorOf(headers[index]) !== null);
  const untold = headers.map((_, index) => index).filter((index) => processorOf(headers[index]) === null);
  for (const index of [...told, ...untold]) {
    const same = firsts.filter((first) => isSameHardware(headers[index], headers[first]));
    if (same.length === 1) [found[index]] = same;
    else firsts.push(index);
  }
  return found;
}

const longestLabel = 60;

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= longestLabel
    ? text
    : `${letters
        .slice(0, longestLabel - 1)
        .join('')
        .trimEnd()}…`;
}

/** The adapter's name; where several have it, with what tells these apart. Said the same way for all of them. */
function labelsOf(headers: readonly RunHeader[]): readonly string[] {
  const byName = groupBy(headers.keys(), (index) => headers[index].adapter.name);
  const labels = headers.map(({ adapter: { name } }) => name || 'a nameless adapter');
  for (const members of byName.values()) {
    let texts = members.map((index) => labels[index]);
    for (const facet of facets) {
      if (new Set(texts).size === members.length) break;
      const words = members.map((index) => facet(headers[index]));
      if (new Set(words).size > 1) texts = texts.map((text, at) => `${text} ${words[at]}`);
    }
    members.forEach((index, at) => {
      labels[index] = texts[at];
    });
  }
  const taken = new Set<string>();
  return labels.map((text) => {
    let label = shortened(text);
    for (let count = 2; taken.has(label); count++) label = `${shortened(text)} (${count})`;
    taken.add(label);
    return label;
  });
}

/** The devices of some runs, in the order in which they first appear. */
export function devicesOf(headers: readonly RunHeader[]): readonly Device[] {
  const groups = [...groupBy(headers.keys(), (run) => keyOf(headers[run])).values()];
  const firsts = groups.map(([run]) => headers[run]);
  const labels = labelsOf(firsts);
  const hardware = hardwareOf(firsts);
  return groups.map((runs, index) => ({
    label: labels[index],
    implementation: implementationOf(firsts[index]),
    hardware: hardware[index],
    isAssumed: processorOf(firsts[index]) === null,
    runs,
  }));
}

/** A label for each run: its device, and where that was measured more than once which run it is. */
export function runLabels(headers: readonly RunHeader[], devices: readonly Device[]): readonly string[] {
  const labels = headers.map(() => '');
  for (const { label, runs } of devices) {
    const days = runs.map((run) => headers[run].startedAt.slice(0, 10));
    const different = new Set(days).size === runs.length;
    runs.forEach((run, at) => {
      labels[run] = runs.length === 1 ? label : `${label}, ${different ? days[at] : `run ${at + 1}`}`;
    });
  }
  return labels;
}
