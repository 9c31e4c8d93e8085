/** Everything that reports say, derived once from the records: plain data, so that the page can carry it as JSON. */
import type { Run, RunHeader } from '../harness/record.ts';
import { groupsOf } from './groups.ts';
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
}

function labelsOf(headers: readonly RunHeader[]): readonly string[] {
  const candidates = [
    (header: RunHeader): string => header.adapter.name,
    (header: RunHeader): string => `${header.adapter.name} in ${header.host.name}`,
    (header: RunHeader): string => `${header.adapter.name} ${header.runId.slice(0, 8)}`,
    (header: RunHeader): string => `${header.adapter.name} ${header.runId}`,
    (header: RunHeader): string => `${header.adapter.name} ${header.runId} (${headers.indexOf(header) + 1})`,
  ];
  const different = candidates
    .map((label) => headers.map(label))
    .find((labels) => new Set(labels).size === labels.length);
  return different ?? headers.map((_, index) => `run ${index + 1}`);
}

/**
 * Derives rows, groups with their fits, crossovers, sweeps and warnings. The same records give the same analysis. Without growth there
 * are no groups and crossovers, which take most of the time.
 */
export function analyse(runs: readonly Run[], { growth = true } = {}): Analysis {
  const labels = labelsOf(runs.map((run) => run.header));
  const sampled: Sampled[] = [];
  runs.forEach((run, runIndex) => {
    for (const record of latestCases(run)) {
      sampled.push({ row: rowOf(record, runIndex, run.header.peaks), index: sampled.length, record });
    }
  });
  const rows = sampled.map((member) => member.row);
  const { groups, crossovers } = groupsOf(
    growth ? sampled : [],
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
  };
}
