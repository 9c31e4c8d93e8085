/** Everything that reports say, derived once from the records: plain data, so that the page can carry it as JSON. */
import type { Run, RunHeader } from '../harness/record.ts';
import { groupsOf } from './groups.ts';
import { devicesOf, runLabels } from './hardware/devices.ts';
import { hardwareOf } from './hardware/hardware.ts';
import type { Hardware } from './hardware/hardware.ts';
import type { CrossoverRow, Group, Sampled } from './groups.ts';
import { latestCases, orderAxes, rowOf } from './rows.ts';
import type { Row } from './rows.ts';
import { sweepsOf } from './sweeps.ts';
import type { Sweep } from './sweeps.ts';
import { warningsOf } from './warnings.ts';
import type { Warning } from './warnings.ts';

export interface RunSummary {
  readonly header: RunHeader;
  /** Short and different for every run of the report. */
  readonly label: string;
}

export interface Analysis {
  readonly runs: readonly RunSummary[];
  /** Sorted, all runs together: what palettes are dealt to. */
  readonly kernels: readonly string[];
  /** Every axis that any case has, in the fixed order. */
  readonly axes: readonly string[];
  readonly rows: readonly Row[];
  readonly groups: readonly Group[];
  readonly crossovers: readonly CrossoverRow[];
  readonly sweeps: readonly Sweep[];
  readonly warnings: readonly Warning[];
  /** Null unless the runs are of several devices. */
  readonly hardware: Hardware | null;
}

export interface AnalysisOptions {
  /** Index of the device that the others are held against; the first unless told. */
  readonly reference?: number;
}

/** Derives rows, groups with their fits, crossovers, sweeps and warnings. The same records give the same analysis. */
export function analyse(runs: readonly Run[], options: AnalysisOptions = {}): Analysis {
  const headers = runs.map((run) => run.header);
  const labels = runLabels(headers, devicesOf(headers));
  const sampled: Sampled[] = [];
  runs.forEach((run, runIndex) => {
    for (const record of latestCases(run)) {
      sampled.push({ row: rowOf(record, runIndex, run.header.peaks), index: sampled.length, record });
    }
  });
  const rows = sampled.map((member) => member.row);
  const { groups, crossovers } = groupsOf(
    sampled,
    runs.map((run) => run.header.clock.overheadNs),
  );
  return {
    runs: runs.map((run, index) => ({ header: run.header, label: labels[index] })),
    kernels: [...new Set(rows.map((row) => row.kernel))].sort(),
    axes: orderAxes(rows.flatMap((row) => Object.keys(row.params))),
    rows,
    groups,
    crossovers,
    sweeps: sweepsOf(rows, groups),
    warnings: runs.flatMap((run, index) => warningsOf(run, labels[index])),
    hardware: hardwareOf(runs, sampled, options.reference),
  };
}
