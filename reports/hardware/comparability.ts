/** Where runs or cases are not measured alike: what differs, what that does to the ratios, and what to do about it. */
import { formatDuration, formatShare } from '../../harness/format.ts';
import type { RunHeader } from '../../harness/record.ts';
import type { HardwareCase } from './hardware.ts';
import { judgeAll } from './judge.ts';
import type { HardwareAnalysis, Mark } from './judge.ts';

export interface Finding {
  readonly code:
    | 'no case in common'
    | 'kernel version'
    | 'clock'
    | 'coarse clock'
    | 'precision path'
    | 'other WGSL'
    | 'no interval'
    | 'measured twice'
    | 'peaks'
    | 'attnbench version'
    | 'sampling'
    | 'tile shapes';
  /** What becomes of the ratios that it is about. */
  readonly effect: 'withheld' | 'marked' | 'stated';
  readonly devices: readonly string[];
  readonly message: string;
}

/** The letter that stands beside a ratio. */
export const markLetters: Readonly<Record<Mark, string>> = {
  'other WGSL': 'o',
  'wall clock': 'w',
  'coarse clock': 't',
  'no interval': 'n',
};

const most = 4;

export function listed(words: readonly string[]): string {
  if (words.length > most)
    return `${words.slice(0, most - 1).join(', ')} and ${words.length - most + 1} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

interface Tally {
  readonly device: number;
  timed: number;
  common: number;
  withheld: number;
  readonly withheldKernels: Set<string>;
  readonly marks: Map<Mark, number>;
  readonly otherWgsl: Set<string>;
}

/** What judging every case of a device gave. */
function tallyOf(analysis: HardwareAnalysis, device: number, reference: number): Tally {
  const tally: Tally = {
    device,
    timed: 0,
    common: 0,
    withheld: 0,
    withheldKernels: new Set(),
    marks: new Map(),
    otherWgsl: new Set(),
  };
  const all = judgeAll(analysis, device, reference);
  analysis.hardware.cases.forEach((one, at) => {
    const index = one.rows[device];
    if (index !== null && analysis.rows[index].timing !== null) tally.timed++;
    const judged = all[at];
    if (judged.kind === 'missing') return;
    tally.common++;
    if (judged.kind === 'withheld') {
      tally.withheld++;
      tally.withheldKernels.add(one.kernel);
      return;
    }
    for (const mark of judged.marks) {
      tally.marks.set(mark, (tally.marks.get(mark) ?? 0) + 1);
      if (mark === 'other WGSL') tally.otherWgsl.add(one.kernel);
    }
  });
  return tally;
}

/** Values of a fact over the runs of the report, with the devices that have each. */
function valuesOf(
  { runs, hardware }: HardwareAnalysis,
  fact: (header: RunHeader) => string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { label, runs: own } of hardware.devices) {
    for (const run of own) {
      const value = fact(runs[run].header);
      const labels = found.get(value) ?? new Set<string>();
      found.set(value, labels.add(label));
    }
  }
  return new Map([...found].map(([value, labels]) => [value, [...labels]]));
}

const perValue = (values: ReadonlyMap<string, readonly string[]>): string =>
  [...values].map(([value, labels]) => `${value} on ${listed(labels)}`).join('; ');

/** Of one fact that differs between runs. */
function differing(
  analysis: HardwareAnalysis,
  code: Finding['code'],
  fact: (header: RunHeader) => string,
  say: (values: string) => string,
): readonly Finding[] {
  const values = valuesOf(analysis, fact);
  return values.size < 2
    ? []
    : [
        {
          code,
          effect: 'stated',
          devices: [...new Set([...values.values()].flat())],
          message: say(perValue(values)),
        },
      ];
}

/** Kernels, lengths and settings that a device has in f16s and not in f16, and another in f16. */
function precisionPaths({ hardware, rows }: HardwareAnalysis): readonly Finding[] {
  const timedIn = (precision: string): readonly Set<string>[] => {
    const found = hardware.devices.map(() => new Set<string>());
    for (const { kernel, n, rows: own, setting } of hardware.cases) {
      const axes = hardware.settings[setting];
      if (axes['precision'] !== precision) continue;
      const key = JSON.stringify([kernel, n, { ...axes, precision: '' }]);
      own.forEach((row, device) => {
        if (row !== null && rows[row].timing !== null) found[device].add(key);
      });
    }
    return found;
  };
  const [halves, packed] = [timedIn('f16'), timedIn('f16s')];
  const label = (device: number): string => hardware.devices[device].label;
  const without = hardware.devices.flatMap((_, device) =>
    halves[device].size === 0 &&
    packed[device].size > 0 &&
    halves.some((keys) => [...keys].some((key) => packed[device].has(key)))
      ? [device]
      : [],
  );
  if (without.length === 0) return [];
  const having = hardware.devices.flatMap((_, device) => (halves[device].size > 0 ? [device] : []));
  return [
    {
      code: 'precision path',
      effect: 'withheld',
      devices: without.map(label),
      message: `${listed(having.map(label))} computed in f16, ${listed(without.map(label))} only with packed halves (f16s), which are stored in 16 bits and computed in f32. The two are never held against each other; measure f16s on all of them for a ratio: -a precision=f16s.`,
    },
  ];
}

/** Peaks further apart than this are not those of one device at rest. */
const peaksApart = 1.1;

function peaksFindings({ runs, hardware }: HardwareAnalysis): readonly Finding[] {
  const { devices } = hardware;
  const peaksOf = (device: number) => devices[device].runs.flatMap((run) => runs[run].header.peaks ?? []);
  const without = devices.filter((_, device) => peaksOf(device).length === 0).map(({ label }) => label);
  const missing: readonly Finding[] =
    without.length === 0 || without.length === devices.length
      ? []
      : [
          {
            code: 'peaks',
            effect: 'stated',
            devices: without,
            message: `${listed(without)}: no measured peaks, so no share of the peak; run again without --no-peaks.`,
          },
        ];
  const hardwares = [...new Set(devices.map(({ hardware: number }) => number))];
  const apart = hardwares.flatMap((number): readonly Finding[] => {
    const members = devices.flatMap((device, index) => (device.hardware === number ? [index] : []));
    const peaks = members.flatMap(peaksOf);
    const ratioOf = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);
    if (peaks.length < 2) return [];
    const flops = ratioOf(peaks.map(({ flopsPerSecond }) => flopsPerSecond));
    const bytes = ratioOf(peaks.map(({ bytesPerSecond }) => bytesPerSecond));
    if (Math.max(flops, bytes) <= peaksApart) return [];
    const labels = members.map((member) => devices[member].label);
    return [
      {
        code: 'peaks',
        effect: 'stated',
        devices: labels,
        message: `The runs on ${listed(labels)} are of one adapter, and their measured peaks differ ${Math.max(flops, bytes).toFixed(2)} times: each share is of its own run's peak. Either the implementations differ or a machine was busy: attnbench peaks --force measures again.`,
      },
    ];
  });
  return [...missing, ...apart];
}

/** What must be known before devices are held against this one, the gravest first. */
export function comparabilityOf(
  analysis: HardwareAnalysis,
  reference: number = analysis.hardware.reference,
): readonly Finding[] {
  const { hardware, runs, rows } = analysis;
  const { devices, repetitions } = hardware;
  const base = devices[reference].label;
  const tallies = devices.flatMap((_, device) =>
    device === reference ? [] : [tallyOf(analysis, device, reference)],
  );
  const labelsOf = (some: readonly Tally[]): readonly string[] =>
    some.map(({ device }) => devices[device].label);
  const findings: Finding[] = [];
  const find = (
    some: readonly Tally[],
    code: Finding['code'],
    effect: Finding['effect'],
    say: (labels: string) => string,
  ): void => {
    const labels = labelsOf(some);
    if (labels.length > 0) findings.push({ code, effect, devices: labels, message: say(listed(labels)) });
  };
  const marked = (mark: Mark): readonly Tally[] => tallies.filter(({ marks }) => marks.has(mark));
  const sum = (some: readonly Tally[], mark: Mark): number =>
    some.reduce((total, { marks }) => total + (marks.get(mark) ?? 0), 0);

  find(
    tallies.filter(({ timed, common }) => timed > 0 && common === 0),
    'no case in common',
    'withheld',
    (labels) =>
      `${labels}: no case that ${base} was timed on too, so no ratio. Some suites are smaller on software adapters; measure the same cases on both, such as attnbench run quick -a heads=2 -a n=256:2048:*2.`,
  );
  const otherVersion = tallies.filter(({ withheld }) => withheld > 0);
  find(otherVersion, 'kernel version', 'withheld', (labels) => {
    const kernels = [...new Set(otherVersion.flatMap(({ withheldKernels }) => [...withheldKernels]))].sort();
    const count = otherVersion.reduce((total, { withheld }) => total + withheld, 0);
    return `${listed(kernels)} ran from other files on ${labels} than on ${base}: ${counted(count, 'ratio')} left out, because they would compare two versions as much as two devices. Measure them with one version of attnbench.`;
  });
  const wall = marked('wall clock');
  find(
    wall,
    'clock',
    'marked',
    (labels) =>
      `Between ${labels} and ${base} one has GPU timestamps and the other none: ${counted(sum(wall, 'wall clock'), 'ratio')} of wall times on both sides, launch and queue included (${markLetters['wall clock']}). Believe the longer cases; where a browser hides timestamps, a flag gives them.`,
  );
  const coarse = marked('coarse clock');
  find(coarse, 'coarse clock', 'marked', (labels) => {
    const steps = [
      ...new Set(
        [reference, ...coarse.map(({ device }) => device)].flatMap((device) =>
          devices[device].runs.map((run) => runs[run].header.clock.tickNs),
        ),
      ),
    ];
    return `The timer of ${labels} or of ${base} has steps of up to ${formatDuration(Math.max(...steps))}, more than 1 % of the time in ${counted(sum(coarse, 'coarse clock'), 'ratio')} (${markLetters['coarse clock']}): their intervals are at least a step wide. Compare at larger n.`;
  });
  findings.push(...precisionPaths(analysis));
  const other = marked('other WGSL');
  find(other, 'other WGSL', 'marked', (labels) => {
    const kernels = [...new Set(other.flatMap(({ otherWgsl }) => [...otherWgsl]))].sort();
    return `${listed(kernels)} ran as other WGSL on ${labels} than on ${base} in ${counted(sum(other, 'other WGSL'), 'case')} (${markLetters['other WGSL']}): a variant that the adapter allows, or a tuned shape. Each device has what attnbench chooses for it; --no-tuning gives all of them the same shapes.`;
  });
  const few = marked('no interval');
  find(
    few,
    'no interval',
    'marked',
    (labels) =>
      `${counted(sum(few, 'no interval'), 'ratio')} of ${labels} to ${base} without an interval (${markLetters['no interval']}): fewer than six samples on one side, or a step of the timer as long as the time. Sample longer: --seconds-per-case.`,
  );
  for (const { device, runs: count, cases, largestRatio } of repetitions) {
    const { label } = devices[device];
    const apart = largestRatio - 1;
    findings.push({
      code: 'measured twice',
      effect: 'stated',
      devices: [label],
      message:
        cases === 0
          ? `${label} was measured in ${count} runs with different cases: they count as one device.`
          : `${label} was measured in ${count} runs, ${counted(cases, 'case')} more than once, and the latest counts. Their medians differ by up to ${formatShare(apart)}, which no interval here covers; report those runs alone to see them side by side.`,
    });
  }
  findings.push(...peaksFindings(analysis));
  findings.push(
    ...differing(
      analysis,
      'attnbench version',
      ({ tool: { version, commit } }) =>
        `${version}${commit === null ? '' : ` (${commit.slice(0, 9)}${commit.endsWith('-dirty') ? ', changed' : ''})`}`,
      (values) =>
        `Measured with different versions of attnbench: ${values}. Ratios stay where the kernels are the same; measure anew with one version to be sure of the harness too.`,
    ),
    ...differing(
      analysis,
      'sampling',
      ({ suite, secondsPerCase }) =>
        `${suite}, ${secondsPerCase === null ? "the suite's seconds a case" : `${secondsPerCase} s a case`}`,
      (values) =>
        `Sampled differently: ${values}. Intervals say how much that matters; a case counts wherever it was asked for.`,
    ),
    ...differing(
      analysis,
      'tile shapes',
      ({ shapes }) => (shapes === undefined ? 'tuned shapes' : 'default shapes'),
      (values) =>
        `Run with and without tuning tables: ${values}. Use --no-tuning on all of them, or on none.`,
    ),
  );
  const timedCount = rows.filter(({ timing }) => timing !== null).length;
  return timedCount === 0 ? [] : findings;
}

/** How many cases not every device was timed on. */
export function unsharedCases(analysis: HardwareAnalysis): number {
  const timed = ({ rows }: HardwareCase): number =>
    rows.filter((row) => row !== null && analysis.rows[row].timing !== null).length;
  return analysis.hardware.cases.filter(
    (one) => timed(one) > 0 && timed(one) < analysis.hardware.devices.length,
  ).length;
}
