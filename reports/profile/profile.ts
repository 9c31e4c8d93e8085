/** Where the time of a case goes, derived from its record: passes, gaps, the host's part. */
import type {
  CaseRecord,
  CostCounts,
  MeasuredRecord,
  PassRecord,
  RecordParams,
  Run,
  RunHeader,
  Timeline,
} from '../../harness/record.ts';
import { median, medianInterval } from '../../harness/stats.ts';
import { latestCases } from '../rows.ts';
import type { Bound, Explained } from './bound.ts';
import { boundOf, explainedBy } from './bound.ts';
import { labelsOf } from './labels.ts';

export interface Time {
  readonly medianNs: number;
  /** At least 95 %; null below six samples. */
  readonly interval: { readonly lowNs: number; readonly highNs: number } | null;
}

export interface PassProfile {
  readonly name: string;
  readonly facts: PassRecord;
  readonly time: Time;
  /** Of the median of the whole call. */
  readonly share: number;
  /** Of a kernel with one pass that declares none: that of the case. */
  readonly cost: CostCounts | null;
  /** Null without a cost, or where no byte is moved. */
  readonly flopsPerByte: number | null;
  readonly explained: Explained;
  readonly bound: Bound;
}

export interface HostProfile {
  readonly compileNs: number;
  readonly firstDispatchNs: number;
  readonly encode: Time;
  /** The host's call of submit; null in records of older versions. */
  readonly submit: Time | null;
  /** Submit to done less GPU time: what queue and notification take. */
  readonly queueWait: Time;
  /** Submit to done. */
  readonly wall: Time;
}

export interface CaseProfile {
  readonly id: string;
  /** What tells it from the other cases of the profile. */
  readonly label: string;
  readonly kernel: string;
  readonly variant: string;
  readonly params: RecordParams;
  /** Kernel calls per sample. */
  readonly repeats: number;
  readonly samples: number;
  /** First pass begin to last pass end. */
  readonly call: Time;
  readonly passes: readonly PassProfile[];
  /** What of the call is in no pass. Less than zero where passes ran side by side. */
  readonly gaps: Time & { readonly share: number };
  readonly host: HostProfile;
  readonly timeline: Timeline | null;
}

export interface Profile {
  readonly header: RunHeader;
  readonly cases: readonly CaseProfile[];
  /** One sentence for each case that has no profile. */
  readonly missing: readonly { readonly id: string; readonly why: MissingReason; readonly message: string }[];
}
export type MissingReason = 'not measured' | 'a peer' | 'old record' | 'no timestamps';

function timeOf(samplesNs: readonly number[]): Time {
  const interval = medianInterval(samplesNs);
  return {
    medianNs: median(samplesNs),
    interval: interval === null ? null : { lowNs: interval.low, highNs: interval.high },
  };
}

/** Elementwise: the series of a record have the samples in the same order. */
function minus(from: readonly number[], parts: readonly (readonly number[])[]): readonly number[] {
  return from.map((value, sample) => parts.reduce((rest, part) => rest - part[sample], value));
}

/** A pass may have any name, those that every object has too. */
const samplesOf = ({ passNs }: MeasuredRecord, pass: string): readonly number[] =>
  Object.hasOwn(passNs, pass) ? passNs[pass] : [];

function passProfile(
  record: MeasuredRecord,
  facts: PassRecord,
  passes: number,
  callNs: number,
  { peaks }: RunHeader,
): PassProfile {
  const time = timeOf(samplesOf(record, facts.name));
  const cost = facts.cost ?? (passes === 1 ? record.cost : null);
  const work = { cost, precision: record.params.precision };
  const explained = explainedBy(work, time.medianNs, peaks);
  const bytes = cost === null ? 0 : cost.bytesRead + cost.bytesWritten;
  return {
    name: facts.name,
    facts,
    time,
    share: time.medianNs / callNs,
    cost,
    flopsPerByte: cost === null || bytes === 0 ? null : cost.flops / bytes,
    explained,
    bound: boundOf(work, explained, peaks),
  };
}

function caseProfile(
  record: MeasuredRecord,
  passes: readonly PassRecord[],
  header: RunHeader,
  label: string,
): CaseProfile {
  const call = timeOf(record.gpuNs);
  const gaps = timeOf(
    minus(
      record.gpuNs,
      passes.map(({ name }) => samplesOf(record, name)),
    ),
  );
  return {
    id: record.id,
    label,
    kernel: record.kernel,
    variant: record.variant,
    params: record.params,
    repeats: record.repeats,
    samples: record.gpuNs.length,
    call,
    passes: passes.map((pass) => passProfile(record, pass, passes.length, call.medianNs, header)),
    gaps: { ...gaps, share: gaps.medianNs / call.medianNs },
    host: {
      compileNs: record.compileNs,
      firstDispatchNs: record.firstDispatchNs,
      encode: timeOf(record.encodeNs),
      submit: record.submitNs === undefined ? null : timeOf(record.submitNs),
      queueWait: timeOf(minus(record.wallNs, [record.gpuNs])),
      wall: timeOf(record.wallNs),
    },
    timeline: record.timeline ?? null,
  };
}

export const peerHasNoProfile = (id: string): string =>
  `${id} is a library's: its calls are timed as a whole, and its passes cannot be told apart`;

function reasonOf(record: CaseRecord): Profile['missing'][number] | null {
  const { id } = record;
  if (record.status !== 'ok') {
    return {
      id,
      why: 'not measured',
      message: `${id} has no time: ${record.status}, ${record.reason.message}`,
    };
  }
  if (record.gpuNs.length === 0) {
    return {
      id,
      why: 'no timestamps',
      message: `${id} was timed by the wall clock alone: this adapter has no timestamps, and its passes cannot be told apart`,
    };
  }
  if (record.peer !== undefined) {
    return { id, why: 'a peer', message: peerHasNoProfile(id) };
  }
  if (record.passes === undefined) {
    return {
      id,
      why: 'old record',
      message: `${id} was measured before records kept their passes; measure it again`,
    };
  }
  return null;
}

/** The profile of a run's cases, of those with these ids if any are given. */
export function profileOf(run: Run, ids: readonly string[] | null = null): Profile {
  const wanted = latestCases(run).filter(({ id }) => ids === null || ids.includes(id));
  if (ids !== null) wanted.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const missing = wanted.flatMap((record) => reasonOf(record) ?? []);
  const measured = wanted.flatMap((record) =>
    record.status === 'ok' && record.passes !== undefined && record.gpuNs.length > 0
      ? [{ record, passes: record.passes }]
      : [],
  );
  const labels = labelsOf(measured.map(({ record }) => record));
  return {
    header: run.header,
    cases: measured.map(({ record, passes }, index) =>
      caseProfile(record, passes, run.header, labels[index]),
    ),
    missing,
  };
}
