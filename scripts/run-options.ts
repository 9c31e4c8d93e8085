/** What `attnbench run` was asked for. */
import type { ReportFormat } from '../reports/formats.ts';
import type { HostWords } from './choose-host.ts';

export interface RunOptions {
  /** As typed: what the run header says the run came from. */
  readonly commandLine: string;
  /** Suites and case ids. Empty only with `resume`. */
  readonly targets: readonly string[];
  readonly out: string | null;
  readonly adapter: string | null;
  /** Where to run, as typed. */
  readonly where: HostWords;
  readonly kernels: readonly string[] | null;
  /** WGSL files of kernels that are brought along. */
  readonly kernelFiles?: readonly string[];
  /** Libraries to measure beside them. */
  readonly peers?: readonly string[];
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  readonly resume: string | null;
  readonly shard: string | null;
  readonly budgetSeconds: number | null;
  readonly secondsPerCase: number | null;
  readonly caseTimeoutSeconds: number;
  /** Whether kernels take the shapes of their tuning tables. */
  readonly tuning: boolean;
  readonly json: boolean;
  /** Hold the cases against the adapter's peaks: kept ones, or measured at the start. */
  readonly peaks: boolean;
  /** Report formats to write; null for all, empty for none. */
  readonly reportFormats: readonly ReportFormat[] | null;
}

/** What measuring needs of a run's options. */
export type MeasureOptions = Omit<RunOptions, 'reportFormats'>;
