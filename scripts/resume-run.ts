/** What a run that goes on takes from its folder, and what it refuses to go on with. */
import { existsSync } from 'node:fs';
import { UsageError } from '../harness/errors.ts';
import { resolvedIn } from '../harness/hosts/kernel-file-paths.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { loadKernelFiles } from '../harness/hosts/kernel-files.ts';
import { kernelSourceHash } from '../harness/hosts/kernel-folders.ts';
import type { RunOnDisk } from '../harness/hosts/run-folder.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { RunHeader } from '../harness/record.ts';
import type { HostWords } from './choose-host.ts';
import { readHost } from './choose-host.ts';
import type { planSweep, SweepPlan } from './plan-sweep.ts';
import type { MeasureOptions } from './run-options.ts';

/** What is planned: what the call asks for, or what the run was asked for. */
export function sweepRequest(
  options: MeasureOptions,
  earlier: RunOnDisk | null,
  files: readonly KernelFile[],
): Parameters<typeof planSweep>[0] {
  if (earlier === null) {
    const { targets, kernels, peers = [], axes, shard } = options;
    return { targets, kernels, files, peers, axes, shard, software: true };
  }
  const { plannedCases, shard } = earlier.run.header;
  return {
    targets: plannedCases,
    kernels: null,
    files,
    axes: [],
    shard: shard === null ? null : `${shard.index}/${shard.of}`,
    software: true,
  };
}

/** The run to go on with. Throws UsageError. */
export function resumable(options: MeasureOptions, folder: string): RunOnDisk {
  const given = [
    ...(options.targets.length > 0 ? ['a suite or case id'] : []),
    ...(options.axes.length > 0 ? ['-a'] : []),
    ...(options.kernels !== null ? ['--kernels'] : []),
    ...((options.peers ?? []).length > 0 ? ['--peers'] : []),
    ...(options.shard !== null ? ['--shard'] : []),
    ...(options.out !== null ? ['--out'] : []),
    ...(options.tuning ? [] : ['--no-tuning']),
  ];
  if (given.length > 0) {
    throw new UsageError(`--resume goes on with what ${folder} was asked for; leave out ${given.join(', ')}`);
  }
  return readRun(folder);
}

/** The kernels that are brought along: those of the call, and when a run is resumed those that it was started with. */
export async function broughtKernels(
  { kernelFiles = [], resume }: MeasureOptions,
  earlier: RunOnDisk | null,
): Promise<readonly KernelFile[]> {
  const given = await loadKernelFiles(kernelFiles);
  if (earlier === null || resume === null) return given;
  const recorded = earlier.run.header.kernelFiles ?? {};
  const stranger = given.find(({ id }) => !Object.hasOwn(recorded, id));
  if (stranger !== undefined) {
    throw new UsageError(
      `${resume} measures no kernel '${stranger.id}'; --resume goes on with what it was asked for`,
    );
  }
  const rest = Object.entries(recorded).filter(([id]) => !given.some((one) => one.id === id));
  const paths = rest.map(([id, file]) => {
    const path = resolvedIn(resume, file);
    if (existsSync(path)) return path;
    throw new UsageError(
      `kernel '${id}' of the run is not at ${path} any more; say with --kernel where it is`,
    );
  });
  return [...given, ...(await loadKernelFiles(paths))];
}

/** Half a run of one source and half of another would be neither. */
export function refuseChangedKernels({ kernelSources }: RunHeader, plan: SweepPlan): void {
  for (const loaded of plan.kernels.values()) {
    const before = kernelSources?.[loaded.id];
    if (before !== undefined && before !== kernelSourceHash(loaded)) {
      throw new UsageError(
        `kernel '${loaded.id}' has changed since the run was started; restore its files, or start a new run`,
      );
    }
  }
}

/** Where the sweep runs: where the call says, or where the run was begun. Throws UsageError. */
export function whereOf({ where }: MeasureOptions, earlier: RunOnDisk | null): HostWords {
  const host = where.host ?? earlier?.run.header.host.name;
  const words: HostWords = { ...where, ...(host === undefined ? {} : { host }) };
  const name = readHost(words);
  const begun = earlier?.run.header.host.name ?? name;
  if (begun === name) return words;
  throw new UsageError(`the run was measured in ${begun}; go on without --host, or start a new run`);
}

/** Half a run of one device or one WebGPU and half of another would be neither. */
export function refuseOtherAdapter(header: RunHeader, { facts }: DeviceSession, folder: string): void {
  const { vendor, device, description } = header.adapter;
  const now = facts.adapter;
  if (now.vendor !== vendor || now.device !== device || now.description !== description) {
    throw new UsageError(
      `${folder} was measured on ${description || device} and this is ${now.description || now.device}; resume it there, or start a new run`,
    );
  }
  if (facts.host.webgpu !== header.host.webgpu) {
    throw new UsageError(
      `${folder} was measured with webgpu ${header.host.webgpu} and this is ${facts.host.webgpu}; resume it with that, or start a new run`,
    );
  }
}
