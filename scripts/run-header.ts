/** What a plan and an open device make of a run: its first line, and the requests for its cases. */
import { randomUUID } from 'node:crypto';
import { UsageError } from '../harness/errors.ts';
import { toolFacts } from '../harness/hosts/environment.ts';
import { kernelSourceHash } from '../harness/hosts/kernel-folders.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { Peaks, RunHeader } from '../harness/record.ts';
import { schemaName } from '../harness/record.ts';
import type { SweepCase } from '../harness/sweep-case.ts';
import { engineCase, headerFacts } from '../harness/sweep-case.ts';
import type { PlannedCase } from '../harness/sweep.ts';
import type { SweepPlan } from './plan-sweep.ts';
import type { RunOptions } from './run-options.ts';

export function headerOf(
  plan: SweepPlan,
  { facts }: DeviceSession,
  options: Pick<RunOptions, 'secondsPerCase' | 'commandLine' | 'tuning'>,
  peaks: Peaks | null,
  kernelFiles: RunHeader['kernelFiles'] = {},
): RunHeader {
  return {
    schema: schemaName,
    kind: 'run',
    runId: randomUUID(),
    suite: plan.suite,
    command: options.commandLine,
    startedAt: new Date().toISOString(),
    plannedCases: plan.planned.map(({ id }) => id),
    secondsPerCase: options.secondsPerCase,
    shard: plan.shard,
    tool: toolFacts(),
    ...headerFacts(facts),
    kernelSources: Object.fromEntries(
      [...plan.kernels.values()].map((loaded) => [loaded.id, kernelSourceHash(loaded)]),
    ),
    ...(Object.keys(kernelFiles).length === 0 ? {} : { kernelFiles }),
    ...(options.tuning ? {} : { shapes: 'default' }),
    peaks,
  };
}

export function sweepCase(
  plan: SweepPlan,
  planned: PlannedCase,
  header: RunHeader,
  askedSeconds: number | null,
): SweepCase {
  const loaded = plan.kernels.get(planned.kernel);
  if (loaded === undefined) throw new UsageError(`unknown kernel '${planned.kernel}'`);
  return engineCase(loaded, planned, header, askedSeconds ?? header.secondsPerCase);
}
