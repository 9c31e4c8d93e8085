/** docs/measurements.md from the baseline runs: what was reached, by which command, on what, when. */
import type { Trials } from '../harness/gate/trials.ts';
import type { Run, RunHeader } from '../harness/record.ts';
import { formatBytes } from '../harness/format.ts';
import { analyse } from './analysis.ts';
import { effortTable, ratesTable } from './gate/rates-table.ts';
import { toMarkdown } from './table.ts';
import { allTables } from './tables.ts';
import type { JudgedTarget } from './targets/targets-table.ts';
import { judgeTargets, targetsTable } from './targets/targets-table.ts';
import type { Target } from './targets/target.ts';

export interface Baseline {
  /** Its folder below reports/baselines/. */
  readonly folder: string;
  readonly run: Run;
}

export interface GateTrials {
  /** Its folder below reports/baselines/. */
  readonly folder: string;
  readonly all: Trials;
}

/** By target id: why it is missed, what was tried, the bound that explains it. */
export type TargetNotes = Readonly<Record<string, string>>;

const intro = `# Measurements

What attnbench reached on the machines it was tried on. This page is written by \`npm run measurements\` from the records in
\`reports/baselines/\`; each part names the command that gave it. Software adapters show how algorithms scale, not how fast a GPU would be.
`;

const dateOf = ({ startedAt }: Pick<RunHeader, 'startedAt'>): string => startedAt.slice(0, 10);

/** What both runs and trials tell of where they come from. */
type Origin = Pick<RunHeader, 'adapter' | 'host' | 'tool' | 'flags' | 'startedAt' | 'command'>;

/** The command, the adapter, the versions and the date of a run. */
export const provenance = ({ header }: Run): string =>
  provenanceOf({ ...header, command: header.command ?? `attnbench run ${header.suite}` });

function provenanceOf(header: Origin): string {
  const { adapter, host, tool } = header;
  const commit = tool.commit === null ? '' : ` (${tool.commit.slice(0, 9)})`;
  // Variables of the environment; Dawn's own flags follow from the adapter.
  const flags = header.flags.filter((flag) => /^[A-Z_]+=/.test(flag));
  // Where it was written to, and as what, changes no number.
  const command = (header.command ?? '').replaceAll(/ --(?:out|format) \S+/g, '');
  return [
    `\`${command}\`${flags.length === 0 ? '' : ` with \`${flags.join(' ')}\``},`,
    `${dateOf(header)}, attnbench ${tool.version}${commit};`,
    `${adapter.description || adapter.device || adapter.name};`,
    `${host.cpu}, ${host.cores} cores, ${formatBytes(host.memoryBytes)}, ${host.os}, Node ${host.runtime}, npm \`webgpu\` ${host.webgpu}.`,
  ].join(' ');
}

/** Targets that a run measured and that were not reached, each of which needs its reason. */
export function missedTargets(judged: readonly JudgedTarget[]): readonly string[] {
  return judged.flatMap(({ target, outcome }) =>
    outcome?.kind === 'measured' && outcome.reached ? [] : [target.id],
  );
}

function targetsPart(adapter: string, judged: readonly JudgedTarget[], notes: TargetNotes): string {
  const table = targetsTable(judged, `Targets on ${adapter}, each measured within one run`);
  const reasons = judged.flatMap(({ target }) =>
    notes[target.id] === undefined ? [] : [`- **${target.says}.** ${notes[target.id]}`],
  );
  const why = reasons.length === 0 ? [] : [['Why, and what was tried:', '', ...reasons].join('\n')];
  return [
    `## Targets on ${adapter}`,
    'Forward, batch 1, 8 heads, d = 64, f32 unless a line says otherwise. Each value comes from one run. Cases that took turns are compared round by round.',
    toMarkdown(table).trim(),
    ...why,
  ].join('\n\n');
}

function baselinePart({ folder, run }: Baseline): string {
  const analysis = analyse([run]);
  const sweeps = analysis.groups.some(({ rows }) => rows.length > 2);
  const tables = allTables(analysis).filter(({ id }) => sweeps || !['exponents', 'crossovers'].includes(id));
  return [
    `## ${run.header.suite === 'adhoc' ? 'Cases of the targets' : run.header.suite} on ${run.header.adapter.name}`,
    `${provenance(run)} Records: \`reports/baselines/${folder}\`.`,
    ...tables.map((table) => toMarkdown(table).trim()),
  ].join('\n\n');
}

function gatePart({ folder, all }: GateTrials): string {
  const { header } = all;
  return [
    `## The gate on ${header.adapter.name}, beside a busy neighbour`,
    `${provenanceOf(header)} Meanwhile: ${header.neighbour}. Trials: \`reports/baselines/${folder}\`. What they mean: [gate.md](gate.md).`,
    ...[ratesTable(all), effortTable(all)].map((table) => toMarkdown(table).trim()),
  ].join('\n\n');
}

/** The whole page. `remarks` is Markdown written by hand, for what no record holds. */
export function measurementsPage(
  baselines: readonly Baseline[],
  trials: readonly GateTrials[],
  targets: readonly Target[],
  notes: TargetNotes,
  remarks: string,
): string {
  const judged = judgeTargets(
    targets,
    baselines.map(({ run }) => run),
  );
  const adapters = [...new Set(judged.map(({ target }) => target.adapter))];
  return [
    intro.trim(),
    ...adapters.map((adapter) =>
      targetsPart(
        adapter,
        judged.filter(({ target }) => target.adapter === adapter),
        notes,
      ),
    ),
    ...trials.map(gatePart),
    ...baselines.map(baselinePart),
    remarks.trim(),
    '',
  ].join('\n\n');
}
