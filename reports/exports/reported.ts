/** Runs as the exports take them: the records, and what was derived from them. */
import type { CaseRecord, MeasuredRecord, Run, RunHeader } from '../../harness/record.ts';
import type { Analysis } from '../analysis.ts';
import { latestCases } from '../rows.ts';
import type { Row, Timing } from '../rows.ts';

export interface Reported {
  readonly runs: readonly Run[];
  readonly analysis: Analysis;
}

type OkRecord = Extract<CaseRecord, { status: 'ok' }>;

export interface ReportedCase {
  readonly header: RunHeader;
  /** The id; where several runs stand side by side, behind the run's label. */
  readonly name: string;
  readonly record: CaseRecord;
  readonly row: Row;
}

export interface TimedCase extends ReportedCase {
  readonly record: OkRecord;
  readonly timing: Timing;
}

/** Every case once, in the order of the analysis's rows. */
export function casesOf({ runs, analysis }: Reported): readonly ReportedCase[] {
  const records = runs.flatMap((run) => latestCases(run).map((record) => ({ header: run.header, record })));
  return records.map(({ header, record }, index) => {
    const row = analysis.rows[index];
    const label = runs.length > 1 ? `${analysis.runs[row.run].label} ` : '';
    return { header, record, row, name: `${label}${record.id}` };
  });
}

export function timedCases(reported: Reported): readonly TimedCase[] {
  return casesOf(reported).flatMap((one) => {
    const { record, row } = one;
    return record.status === 'ok' && row.timing !== null ? [{ ...one, record, timing: row.timing }] : [];
  });
}

/** Where the WGSL of a case lies, or what stands for it where none was written down. */
export function fileOf(record: CaseRecord): string {
  if ('peer' in record && record.peer !== undefined) return `peers/${record.kernel.split('+')[0]}/peer.ts`;
  const [shader] = 'source' in record ? record.source.passes : [];
  return `kernels/${record.kernel}/${shader ?? 'kernel.ts'}`;
}

/** Half the interval, relative to the median: `± 0.8%`. */
export function halfWidthText({ medianNs, interval }: Timing): string | null {
  if (interval === null || medianNs <= 0) return null;
  return `± ${((50 * (interval.highNs - interval.lowNs)) / medianNs).toFixed(1)}%`;
}

/** The axes of an id, behind its suite and kernel; the whole id where it is built otherwise. */
export function axesOfId({
  id,
  suite,
  kernel,
}: {
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
}): string {
  const start = `${suite}/${kernel}:`;
  return id.startsWith(start) ? id.slice(start.length) : id;
}

export type { MeasuredRecord };
