/** The fastest: which device for a mechanism and a length, which kernel on a device. */
import type { HardwareCase, Setting } from './hardware.ts';
import { isSameKernel, onOneClock, timedOn } from './judge.ts';
import type { HardwareAnalysis, Timed } from './judge.ts';
import { ratioOfTimes } from './ratio.ts';

export interface Best {
  readonly n: number;
  readonly device: number;
  readonly kernel: string;
  readonly own: Setting;
  readonly medianNs: number;
  readonly clock: 'gpu' | 'wall';
  /** The next, by what the question is about; null where there is no other. */
  readonly next: {
    readonly device: number;
    readonly kernel: string;
    readonly own: Setting;
    /** Its time over the best. */
    readonly ratio: number;
    /** The interval of that ratio reaches one; null where it has none. */
    readonly isLevel: boolean | null;
  } | null;
  /** Not all that were compared ran the same kernel version. */
  readonly mixed: boolean;
}

export interface BestRow {
  readonly setting: number;
  /** Of the mechanism, or of no one. */
  readonly own: Setting;
  readonly mechanism: string | null;
  readonly device: number | null;
  /** By n, ascending; only those where at least one was timed. */
  readonly best: readonly Best[];
}

interface Candidate {
  readonly one: HardwareCase;
  readonly device: number;
  readonly timed: Timed;
}

/** The floor below all mechanisms is none. */
const isFloor = (mechanism: string): boolean => mechanism === 'copy';

function bestOf(
  analysis: HardwareAnalysis,
  candidates: readonly Candidate[],
  differs: (a: Candidate, b: Candidate) => boolean,
): Best | null {
  const times = onOneClock(candidates.map(({ timed }) => timed));
  if (times === null || candidates.length === 0) return null;
  const ranked = candidates
    .map((candidate, index) => ({ candidate, timed: times[index] }))
    .sort((a, b) => a.timed.estimate.medianNs - b.timed.estimate.medianNs);
  const [first] = ranked;
  const next = ranked.find(({ candidate }) => differs(candidate, first.candidate));
  const ratio = next === undefined ? null : ratioOfTimes(next.timed.estimate, first.timed.estimate);
  const { one, device } = first.candidate;
  return {
    n: one.n,
    device,
    kernel: one.kernel,
    own: one.own,
    medianNs: first.timed.estimate.medianNs,
    clock: first.timed.clock,
    next:
      next === undefined || ratio === null
        ? null
        : {
            device: next.candidate.device,
            kernel: next.candidate.one.kernel,
            own: next.candidate.one.own,
            ratio: ratio.value,
            isLevel: ratio.interval === null ? null : ratio.interval.low <= 1,
          },
    mixed: ranked.some(
      ({ candidate, timed }) =>
        candidate.one.kernel === one.kernel && !isSameKernel(analysis, timed, first.timed),
    ),
  };
}

interface Group extends Omit<BestRow, 'best'> {
  readonly byLength: Map<number, Candidate[]>;
}

function rowsOf(
  analysis: HardwareAnalysis,
  groupOf: (one: HardwareCase, device: number) => Omit<Group, 'byLength'> | null,
  differs: (a: Candidate, b: Candidate) => boolean,
  { keep = () => true, setting = null }: BestScope,
): readonly BestRow[] {
  const groups = new Map<string, Group>();
  for (const one of analysis.hardware.cases) {
    if (setting !== null && one.setting !== setting) continue;
    one.rows.forEach((row, device) => {
      if (row === null || !keep(row)) return;
      const timed = timedOn(analysis, one, device);
      const wanted = timed === null ? null : groupOf(one, device);
      if (timed === null || wanted === null) return;
      const key = JSON.stringify(wanted);
      const group = groups.get(key) ?? { ...wanted, byLength: new Map<number, Candidate[]>() };
      groups.set(key, group);
      const candidates = group.byLength.get(one.n) ?? [];
      candidates.push({ one, device, timed });
      group.byLength.set(one.n, candidates);
    });
  }
  return [...groups.values()].map(({ byLength, ...group }) => ({
    ...group,
    best: [...byLength]
      .sort(([a], [b]) => a - b)
      .flatMap(([, candidates]) => bestOf(analysis, candidates, differs) ?? []),
  }));
}

/** What a reader left of it. */
export interface BestScope {
  /** Rows of which this is false take no part. */
  readonly keep?: (row: number) => boolean;
  /** All of them where none is given. */
  readonly setting?: number | null;
}

/** For each mechanism at each setting the fastest device by n, whichever kernel of the mechanism it ran. */
export function bestDevices(analysis: HardwareAnalysis, scope: BestScope = {}): readonly BestRow[] {
  return rowsOf(
    analysis,
    ({ mechanism, setting, own }) => (isFloor(mechanism) ? null : { mechanism, setting, own, device: null }),
    (a, b) => a.device !== b.device,
    scope,
  );
}

/** For each device at each setting the fastest kernel by n, whatever it computes. */
export function bestKernels(analysis: HardwareAnalysis, scope: BestScope = {}): readonly BestRow[] {
  return rowsOf(
    analysis,
    ({ mechanism, setting }, device) =>
      isFloor(mechanism) ? null : { mechanism: null, setting, own: {}, device },
    (a, b) => a.one.kernel !== b.one.kernel,
    scope,
  ).toSorted((a, b) => a.setting - b.setting || (a.device ?? 0) - (b.device ?? 0));
}
