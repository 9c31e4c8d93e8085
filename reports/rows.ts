/** One row per case: what tables show and figures draw, derived once from the raw samples. */
import { paramsSchema, primarySamplesNs } from '../harness/record.ts';
import type {
  ByteCounts,
  CaseRecord,
  MeasuredRecord,
  Peaks,
  RecordParams,
  Run,
  Status,
} from '../harness/record.ts';
import { shareOfPeak } from '../harness/roofline.ts';
import { intervalOfSorted, quantileOfSorted, sorted } from '../harness/stats.ts';

export type AxisValue = string | number | boolean;

/** Durations of an `ok` case. */
export interface Timing {
  readonly clock: 'gpu' | 'wall';
  readonly samples: number;
  readonly medianNs: number;
  /** At least 95 %; null below six samples. */
  readonly interval: { readonly lowNs: number; readonly highNs: number } | null;
  /** Null where the cost model counts none. */
  readonly flopsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** Of what the adapter can do at most for the case's intensity; null without peaks. */
  readonly shareOfPeak: number | null;
  readonly compileNs: number;
  readonly firstDispatchNs: number;
  /** Which rule ended the sampling. */
  readonly stop: MeasuredRecord['stop']['rule'];
}

export interface Quality {
  readonly nmse: number | null;
  readonly tolerance: number;
  readonly exactness: MeasuredRecord['check']['exactness'];
  readonly distanceToSoftmax: number | null;
}

export interface Row {
  /** Index into the analysis's runs. */
  readonly run: number;
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
  readonly mechanism: string;
  readonly variant: string | null;
  /** The library that computed the case; null for a kernel of this project. */
  readonly peer: MeasuredRecord['peer'] | null;
  readonly params: RecordParams;
  readonly status: Status;
  readonly reason: { readonly code: string; readonly message: string } | null;
  /** Null unless the status is `ok`: a time that is wrong or impossible is not a time. */
  readonly timing: Timing | null;
  readonly quality: Quality | null;
  /** Counted by the allocator, or planned where the case was skipped for its size. */
  readonly bytes: ByteCounts | null;
}

/** Base axes in the fixed order, then a kernel's own by name. */
export function orderAxes(names: Iterable<string>): readonly string[] {
  const base = Object.keys(paramsSchema.shape);
  const rank = (name: string): number => (base.includes(name) ? base.indexOf(name) : base.length);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function perSecond(amount: number, ns: number): number | null {
  return amount > 0 && ns > 0 ? (amount / ns) * 1e9 : null;
}

function timingOf(record: MeasuredRecord, peaks: Peaks | null): Timing | null {
  const samplesNs = primarySamplesNs(record);
  if (samplesNs.length === 0) return null;
  const ascending = sorted(samplesNs);
  const medianNs = quantileOfSorted(ascending, 0.5);
  const interval = intervalOfSorted(ascending);
  return {
    clock: record.gpuNs.length > 0 ? 'gpu' : 'wall',
    samples: samplesNs.length,
    medianNs,
    interval: interval === null ? null : { lowNs: interval.low, highNs: interval.high },
    flopsPerSecond: perSecond(record.cost.flops, medianNs),
    bytesPerSecond: perSecond(record.cost.bytesRead + record.cost.bytesWritten, medianNs),
    shareOfPeak: peaks === null ? null : shareOfPeak(peaks, record.params.precision, record.cost, medianNs),
    compileNs: record.compileNs,
    firstDispatchNs: record.firstDispatchNs,
    stop: record.stop.rule,
  };
}

export function rowOf(record: CaseRecord, run: number, peaks: Peaks | null): Row {
  const checked = 'check' in record ? record.check : null;
  return {
    run,
    id: record.id,
    suite: record.suite,
    kernel: record.kernel,
    mechanism: record.mechanism,
    variant: 'variant' in record ? record.variant : null,
    peer: 'peer' in record ? (record.peer ?? null) : null,
    params: record.params,
    status: record.status,
    reason: record.reason,
    timing: record.status === 'ok' ? timingOf(record, peaks) : null,
    quality:
      checked === null
        ? null
        : {
            nmse: checked.nmse,
            tolerance: checked.tolerance,
            exactness: checked.exactness,
            distanceToSoftmax: checked.distanceToSoftmax,
          },
    bytes: 'bytes' in record ? record.bytes : null,
  };
}

/**
 * The cases of a run, each id once: a case measured again (after `--resume`) counts as it came out last. A sweep may take the
 * kernels in turns; here each kernel's cases of a suite stand together, in the order measured.
 */
export function latestCases(run: Run): readonly CaseRecord[] {
  const byKernel = new Map<string, Map<string, CaseRecord>>();
  for (const record of run.cases) {
    const key = JSON.stringify([record.suite, record.kernel]);
    const own = byKernel.get(key) ?? new Map<string, CaseRecord>();
    byKernel.set(key, own.set(record.id, record));
  }
  return [...byKernel.values()].flatMap((own) => [...own.values()]);
}
