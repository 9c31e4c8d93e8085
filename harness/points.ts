import { drawRange } from './bootstrap.ts';
import type { Interval } from './bootstrap.ts';
import { quantileOfSorted, sorted } from './stats.ts';

/** What a sweep knows about one n: its samples (ns per kernel call), or why there are none. */
export type TimePoint =
  | { readonly n: number; readonly samplesNs: readonly number[] }
  | { readonly n: number; readonly missing: string };

export interface PointRules {
  /** Below this many samples a point's scatter says too little about its median. */
  readonly fewestSamples: number;
  /** What the clock reads for an empty pass: a median under twice of it times the clock, not the kernel. */
  readonly overheadNs: number;
}

/** Five: with fewer, intervals of fits hold the truth clearly less often than they say. */
const defaultPointRules: PointRules = { fewestSamples: 5, overheadNs: 0 };

export interface LeftOut {
  readonly n: number;
  readonly code: 'missing' | 'few samples' | 'launch floor';
  readonly why: string;
}

export interface UsablePoint {
  readonly n: number;
  /** ln of the samples (ns), ascending. */
  readonly lnSamples: Float64Array;
  readonly lnMedian: number;
  /** Between which a bootstrap's median falls. */
  readonly lnDrawn: Interval;
}

export interface SelectedPoints {
  /** Ascending n, each n once. */
  readonly usable: readonly UsablePoint[];
  readonly leftOut: readonly LeftOut[];
}

function judge(n: number, samplesNs: readonly number[], rules: PointRules): LeftOut | UsablePoint {
  if (samplesNs.length < rules.fewestSamples) {
    const why = `${samplesNs.length} of at least ${rules.fewestSamples} samples`;
    return { n, code: 'few samples', why };
  }
  const ascending = sorted(samplesNs);
  const medianNs = quantileOfSorted(ascending, 0.5);
  if (!(ascending[0] > 0)) {
    return { n, code: 'launch floor', why: 'a sample of 0 ns: shorter than the tick of the clock' };
  }
  if (medianNs < 2 * rules.overheadNs) {
    const why = `median ${Math.round(medianNs)} ns is less than twice what the clock reads for an empty pass (${Math.round(rules.overheadNs)} ns)`;
    return { n, code: 'launch floor', why };
  }
  const lnSamples = Float64Array.from(ascending, Math.log);
  return { n, lnSamples, lnMedian: quantileOfSorted(lnSamples, 0.5), lnDrawn: drawRange(lnSamples) };
}

/**
 * The points that a fit may use, and why the others may not. Only what is known before the fit counts: points are never
 * left out because of a floor that the same points were fitted to, which would bias both.
 */
export function selectPoints(points: readonly TimePoint[], rules: Partial<PointRules> = {}): SelectedPoints {
  const allRules: PointRules = {
    fewestSamples: rules.fewestSamples ?? defaultPointRules.fewestSamples,
    overheadNs: rules.overheadNs ?? defaultPointRules.overheadNs,
  };
  const samplesByN = new Map<number, readonly number[]>();
  const leftOut: LeftOut[] = [];
  for (const point of points) {
    if ('missing' in point) leftOut.push({ n: point.n, code: 'missing', why: point.missing });
    else samplesByN.set(point.n, [...(samplesByN.get(point.n) ?? []), ...point.samplesNs]);
  }
  const usable: UsablePoint[] = [];
  for (const [n, samplesNs] of samplesByN) {
    const verdict = judge(n, samplesNs, allRules);
    if ('code' in verdict) leftOut.push(verdict);
    else usable.push(verdict);
  }
  return {
    usable: usable.sort((a, b) => a.n - b.n),
    leftOut: leftOut.sort((a, b) => a.n - b.n),
  };
}
