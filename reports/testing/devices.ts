/** Builds runs of made-up devices. */
import type { CaseRecord, Run, RunHeader } from '../../harness/record.ts';
import { header, okCase, params } from './records.ts';

/** The parts of a header that are told, down to single fields. */
export interface DeviceFacts {
  readonly name: string;
  readonly adapter?: Partial<RunHeader['adapter']>;
  readonly host?: Partial<RunHeader['host']>;
  readonly clock?: Partial<RunHeader['clock']>;
  readonly header?: Partial<RunHeader>;
}

export function deviceHeader({ name, adapter, host, clock, header: rest }: DeviceFacts): RunHeader {
  const usual = header();
  return {
    ...usual,
    runId: `run on ${name}`,
    kernelSources: { naive: 'files of naive', flash: 'files of flash', mamba: 'files of mamba' },
    adapter: { ...usual.adapter, name, ...adapter },
    host: { ...usual.host, ...host },
    clock: { ...usual.clock, ...clock },
    ...rest,
  };
}

type OkCase = Extract<CaseRecord, { status: 'ok' }>;

/** The case with every time so many times as long. */
export function slowed<Record extends CaseRecord>(record: Record, factor: number): Record {
  if (record.status !== 'ok') return record;
  const longer = (durations: readonly number[]): number[] => durations.map((ns) => ns * factor);
  return {
    ...record,
    gpuNs: longer(record.gpuNs),
    wallNs: longer(record.wallNs),
    passNs: { main: longer(record.gpuNs) },
  };
}

/** As an adapter without timestamps records it. */
export function onWallClock(record: OkCase): OkCase {
  return { ...record, gpuNs: [], passNs: {} };
}

export const fewCases = (kernels: readonly string[], ns: readonly number[]): readonly OkCase[] =>
  kernels.flatMap((kernel) => ns.map((n) => okCase(kernel, params({ n }))));

/** A run on a device that takes `factor` times as long for everything. */
export function runOn(facts: DeviceFacts, factor: number, cases: readonly CaseRecord[]): Run {
  return {
    header: { ...deviceHeader(facts), plannedCases: cases.map(({ id }) => id) },
    cases: cases.map((record) => slowed(record, factor)),
  };
}
