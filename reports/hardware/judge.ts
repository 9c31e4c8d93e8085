/** Which times may be held against each other, and the ratios of those that may. */
import type { Analysis } from '../analysis.ts';
import type { Row } from '../rows.ts';
import type { Hardware, HardwareCase, RowFacts } from './hardware.ts';
import { geometricMean, ratioOfTimes } from './ratio.ts';
import type { Estimate, RatioEstimate } from './ratio.ts';

/** An analysis of several devices. */
export type HardwareAnalysis = Analysis & { readonly hardware: Hardware };

export function hasSeveralDevices(analysis: Analysis): analysis is HardwareAnalysis {
  return analysis.hardware !== null;
}

/** What a reader must know of a ratio that is shown. */
export type Mark = 'other WGSL' | 'wall clock' | 'coarse clock' | 'no interval';

export type Judged =
  | { readonly kind: 'ratio'; readonly ratio: RatioEstimate; readonly marks: readonly Mark[] }
  /** Both were timed, and a ratio would say something else than how the devices compare. */
  | { readonly kind: 'withheld' }
  /** One of the two has no time. */
  | { readonly kind: 'missing' };

/** A step of the timer beyond this share of a time shows in it. */
export const coarseShare = 0.01;

export interface Timed {
  readonly row: Row;
  readonly facts: RowFacts;
  readonly estimate: Estimate;
  readonly clock: 'gpu' | 'wall';
}

/** No interval is narrower than one step of the timer to either side: equal samples are no proof of precision. */
function widened({ medianNs, interval }: Estimate, tickNs: number): Estimate {
  if (interval === null) return { medianNs, interval };
  const lowNs = Math.min(interval.lowNs, medianNs - tickNs);
  return lowNs <= 0
    ? { medianNs, interval: null }
    : { medianNs, interval: { lowNs, highNs: Math.max(interval.highNs, medianNs + tickNs) } };
}

/** What a device has of a case; null without a time. */
export function timedOn(analysis: HardwareAnalysis, one: HardwareCase, device: number): Timed | null {
  const index = one.rows[device];
  if (index === null) return null;
  const row = analysis.rows[index];
  const facts = analysis.hardware.facts[index];
  if (row.timing === null || facts === null) return null;
  return { row, facts, estimate: widened(row.timing, facts.tickNs), clock: row.timing.clock };
}

/** With times of the same kind: of mixed clocks wall times, which all have. Null where one lacks them. */
export function onOneClock(all: readonly Timed[]): readonly Timed[] | null {
  if (new Set(all.map(({ clock }) => clock)).size < 2) return all;
  const wall = all.flatMap((one): readonly Timed[] =>
    one.facts.wall === null ? [] : [{ ...one, estimate: one.facts.wall, clock: 'wall' }],
  );
  return wall.length === all.length ? wall : null;
}

const commitOf = (analysis: Analysis, { row }: Timed): string | null => {
  const { version, commit } = analysis.runs[row.run].header.tool;
  return commit === null ? null : `${version} ${commit.replace(/-dirty$/, '')}`;
};

/**
 * The same kernel: the same WGSL ran, or what it was made from is the same. Where tuning added a shape to its files, they differ and
 * the commit does not.
 */
export function isSameKernel(analysis: Analysis, a: Timed, b: Timed): boolean {
  if (a.facts.code === b.facts.code) return true;
  if (a.facts.source !== null && a.facts.source === b.facts.source) return true;
  const unknown = a.facts.source === null || b.facts.source === null;
  const commit = commitOf(analysis, a);
  return commit !== null && commit === commitOf(analysis, b) && (unknown || a.facts.shape !== b.facts.shape);
}

/** How many times as long as the reference a device takes for a case. */
export function judge(
  analysis: HardwareAnalysis,
  one: HardwareCase,
  device: number,
  reference: number,
): Judged {
  const [time, base] = [timedOn(analysis, one, device), timedOn(analysis, one, reference)];
  if (time === null || base === null) return { kind: 'missing' };
  const both = onOneClock([time, base]);
  if (both === null || !isSameKernel(analysis, time, base)) return { kind: 'withheld' };
  const ratio = ratioOfTimes(both[0].estimate, both[1].estimate);
  if (ratio === null) return { kind: 'withheld' };
  const marks: Mark[] = [];
  if (time.facts.code !== base.facts.code) marks.push('other WGSL');
  if (time.clock !== base.clock) marks.push('wall clock');
  if ([time, base].some(({ facts, estimate }) => facts.tickNs > coarseShare * estimate.medianNs)) {
    marks.push('coarse clock');
  }
  if (ratio.interval === null) marks.push('no interval');
  return { kind: 'ratio', ratio, marks };
}

export interface Summary {
  /** Null where the two have no case that can be compared. */
  readonly mean: RatioEstimate | null;
  /** Cases that the mean is over. */
  readonly cases: number;
  /** Timed on both, and left out. */
  readonly withheld: number;
  readonly lowest: number | null;
  readonly highest: number | null;
}

/** By device and reference: every case judged once, as several tables ask for it. */
const judgements = new WeakMap<Hardware, Map<string, readonly Judged[]>>();

/** `judge` of every case, in their order. */
export function judgeAll(analysis: HardwareAnalysis, device: number, reference: number): readonly Judged[] {
  const { hardware } = analysis;
  const known = judgements.get(hardware) ?? new Map<string, readonly Judged[]>();
  judgements.set(hardware, known);
  const key = `${device}/${reference}`;
  const judged = known.get(key) ?? hardware.cases.map((one) => judge(analysis, one, device, reference));
  known.set(key, judged);
  return judged;
}

/** Over those of the cases, given by index, that both devices have. */
export function summarise(
  analysis: HardwareAnalysis,
  cases: readonly number[],
  device: number,
  reference: number,
): Summary {
  const all = judgeAll(analysis, device, reference);
  const judged = cases.map((index) => all[index]);
  const ratios = judged.flatMap((one) => (one.kind === 'ratio' ? [one.ratio] : []));
  let [lowest, highest]: (number | null)[] = [null, null];
  for (const { value } of ratios) {
    lowest = lowest === null ? value : Math.min(lowest, value);
    highest = highest === null ? value : Math.max(highest, value);
  }
  return {
    mean: geometricMean(ratios),
    cases: ratios.length,
    withheld: judged.filter(({ kind }) => kind === 'withheld').length,
    lowest,
    highest,
  };
}

/** Every case, by index. */
export const everyCase = ({ hardware }: HardwareAnalysis): readonly number[] =>
  hardware.cases.map((_, index) => index);
