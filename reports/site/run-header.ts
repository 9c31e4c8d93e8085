/** The header of a run that a page measures, and whether a kept run can be gone on with. */
import type { Peaks, Run, RunHeader } from '../../harness/record.ts';
import { schemaName } from '../../harness/record.ts';
import type { SessionFacts } from '../../harness/session-messages.ts';
import { headerFacts } from '../../harness/sweep-case.ts';
import type { SiteContents } from './contents.ts';
import type { SitePlan } from './plan.ts';

export interface HeaderParts {
  readonly plan: SitePlan;
  readonly facts: SessionFacts;
  readonly peaks: Peaks | null;
  readonly contents: Pick<SiteContents, 'tool' | 'kernelSources'>;
  readonly runId: string;
  readonly now: Date;
}

export function headerOf({ plan, facts, peaks, contents, runId, now }: HeaderParts): RunHeader {
  const used = new Set(plan.cases.map(({ kernel }) => kernel));
  return {
    schema: schemaName,
    kind: 'run',
    runId,
    suite: plan.suite,
    command: 'attnbench serve',
    startedAt: now.toISOString(),
    plannedCases: plan.cases.map(({ id }) => id),
    secondsPerCase: null,
    shard: null,
    tool: contents.tool,
    ...headerFacts(facts),
    kernelSources: Object.fromEntries(
      Object.entries(contents.kernelSources).filter(([kernel]) => used.has(kernel)),
    ),
    peaks,
  };
}

const sameAdapter = (a: RunHeader['adapter'], b: RunHeader['adapter']): boolean =>
  a.vendor === b.vendor &&
  a.device === b.device &&
  a.description === b.description &&
  a.architecture === b.architecture;

/** Why the rest of a run cannot be measured here; null where it can. Half a run of one source and half of another would be neither. */
export function refusalToGoOn(
  { header }: Run,
  plan: SitePlan | null,
  { adapter }: Pick<SessionFacts, 'adapter'>,
  { kernelSources }: Pick<SiteContents, 'kernelSources'>,
): string | null {
  const changed = Object.entries(header.kernelSources ?? {}).some(([id, hash]) => kernelSources[id] !== hash);
  const known = new Set(plan?.cases.map(({ id }) => id) ?? []);
  if (plan === null || changed || header.plannedCases.some((id) => !known.has(id))) {
    return 'This page has other kernels or suites than when that run was started: start a new one.';
  }
  if (!sameAdapter(header.adapter, adapter)) {
    return `That run was measured on ${header.adapter.name}, and this is ${adapter.name}: start a new one.`;
  }
  return null;
}

/** The peaks of this adapter, where an earlier run of this page has measured them. */
export function keptPeaks(
  runs: readonly Run[],
  { adapter }: Pick<SessionFacts, 'adapter'>,
  { tool }: Pick<SiteContents, 'tool'>,
): Peaks | null {
  const [found] = runs.flatMap(({ header }) =>
    header.peaks !== null && sameAdapter(header.adapter, adapter) && header.tool.version === tool.version
      ? [header.peaks]
      : [],
  );
  return found ?? null;
}
