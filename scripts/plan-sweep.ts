/** From the words of a command line to the cases they mean. */
import type { Overrides } from '../harness/axis-overrides.ts';
import { parseOverrides, refuseUnknownAxes } from '../harness/axis-overrides.ts';
import { axisValuesOf, looksLikeCaseId, parseCaseId } from '../harness/case-id.ts';
import { UsageError } from '../harness/errors.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import {
  builtInKernels,
  kernelIds,
  loadKernel,
  loadKernels,
  refuseUnknownKernels,
} from '../harness/hosts/kernel-folders.ts';
import { loadPeer, peerIds, refuseUnknownPeers } from '../harness/hosts/peer-folders.ts';
import { builtInSuites, loadSuite, suiteNames } from '../harness/hosts/suite-files.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { defaultPolicy } from '../harness/sampling.ts';
import type { Shard } from '../harness/shard.ts';
import { parseShard, shardOf } from '../harness/shard.ts';
import type { PlannedCase } from '../harness/sweep.ts';
import { expandCase, expandSuite, samplingOf, suiteHasKernel } from '../harness/sweep.ts';

/** The suite that a case belongs to when its id names none. */
const adhocSuite = 'adhoc';

export interface SweepRequest {
  /** Suite names and case ids. */
  readonly targets: readonly string[];
  /** Only these kernels; null for all that the targets name. */
  readonly kernels: readonly string[] | null;
  /** Kernels that were brought along: case ids may name them, and they are measured in every suite of their mechanism. */
  readonly files?: readonly KernelFile[];
  /** Libraries that are measured beside every target's kernels, where those compute what the library does. */
  readonly peers?: readonly string[];
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  /** As typed: `1/4`. */
  readonly shard: string | null;
  /** On a software adapter suites are smaller. */
  readonly software: boolean;
}

/** Where kernels and suites are looked for. */
export interface Roots {
  readonly kernels: URL;
  readonly suites: URL;
}
export const builtInRoots: Roots = { kernels: builtInKernels, suites: builtInSuites };

export interface SweepPlan {
  /** The names of the suites asked for, joined by `+`. */
  readonly suite: string;
  readonly kernels: ReadonlyMap<string, LoadedKernel>;
  /** Every case asked for, in order, before sharding. */
  readonly planned: readonly PlannedCase[];
  readonly shard: Shard | null;
  /** The cases of this shard. */
  readonly cases: readonly PlannedCase[];
}

/** One target: the kernels it measures, and its cases once the overrides are known to be meant. */
interface Target {
  readonly suite: string;
  readonly kernels: readonly LoadedKernel[];
  expand(overrides: Overrides): readonly PlannedCase[];
}

/** A peer as far as planning is concerned: a kernel of its own name, with the axes of the one it is held to. */
async function peerAsKernel(id: string, roots: Roots): Promise<LoadedKernel> {
  const { kernel, folder } = await loadPeer(id, roots.kernels);
  return { id, kernel, folder };
}

/** The peers that compute what one of the kernels does. */
async function peersBeside(
  kernels: readonly LoadedKernel[],
  { peers = [] }: SweepRequest,
  roots: Roots,
): Promise<readonly LoadedKernel[]> {
  const mechanisms = new Set(kernels.map(({ kernel }) => kernel.mechanism));
  const loaded = await Promise.all(peers.map((id) => peerAsKernel(id, roots)));
  return loaded.filter(({ kernel }) => mechanisms.has(kernel.mechanism));
}

async function caseTarget(word: string, request: SweepRequest, roots: Roots): Promise<Target> {
  const { software, kernels, files = [] } = request;
  const parsed = parseCaseId(word);
  const loaded =
    files.find(({ id }) => id === parsed.kernel) ??
    (peerIds().includes(parsed.kernel)
      ? await peerAsKernel(parsed.kernel, roots)
      : await loadKernel(parsed.kernel, roots.kernels));
  const suite = parsed.suite ?? adhocSuite;
  const sampling =
    suite === adhocSuite ? defaultPolicy : samplingOf(await loadSuite(suite, roots.suites), software);
  const given = axisValuesOf(parsed, loaded.kernel.axes);
  const wanted = kernels === null || kernels.includes(loaded.id) ? [loaded] : [];
  const measured = [...wanted, ...(await peersBeside(wanted, request, roots))];
  return {
    suite,
    kernels: measured,
    expand: (overrides) => measured.flatMap((one) => expandCase(suite, one, given, sampling, overrides)),
  };
}

const ofTheirMechanisms = (
  files: readonly KernelFile[],
  kernels: readonly LoadedKernel[],
): readonly KernelFile[] =>
  files.filter(({ kernel: { mechanism } }) => kernels.some(({ kernel }) => kernel.mechanism === mechanism));

async function suiteTarget(name: string, request: SweepRequest, roots: Roots): Promise<Target> {
  const { software, kernels, files = [] } = request;
  const known = [...kernelIds(roots.kernels), ...files.map(({ id }) => id)];
  if (!suiteNames(roots.suites).includes(name) && known.includes(name)) {
    throw new UsageError(
      `'${name}' is a kernel, not a suite; write ${name}:n=1024 for one case, or quick --kernels ${name}`,
    );
  }
  const suite = await loadSuite(name, roots.suites);
  const ids = suite.kernels === 'all' ? kernelIds(roots.kernels) : suite.kernels;
  const wanted = ids.filter((id) => suiteHasKernel(suite, id) && (kernels === null || kernels.includes(id)));
  const loaded = [
    ...(await loadKernels(wanted, roots.kernels)),
    ...(files.length === 0 ? [] : ofTheirMechanisms(files, await loadKernels(ids, roots.kernels))),
  ];
  const measured = [...loaded, ...(await peersBeside(loaded, request, roots))];
  return {
    suite: name,
    kernels: measured,
    expand: (overrides) => expandSuite(name, suite, measured, software, overrides),
  };
}

/** A file that was brought along and is measured nowhere is a mistake in the call. */
function refuseUnmeasured(
  files: readonly KernelFile[],
  measured: ReadonlyMap<string, LoadedKernel>,
  targets: readonly string[],
): void {
  const idle = files.find(({ id }) => !measured.has(id));
  if (idle === undefined) return;
  const { id, kernel, source } = idle;
  throw new UsageError(
    `${source.path} is measured in none of ${targets.join(', ')}; add one of its cases, such as ${id}:n=1024, or a suite of ${kernel.mechanism}`,
  );
}

/** Plans a sweep: every case once, in order, cut to its shard. Throws UsageError with a sentence. */
export async function planSweep(request: SweepRequest, roots: Roots = builtInRoots): Promise<SweepPlan> {
  const shard = request.shard === null ? null : parseShard(request.shard);
  const overrides = parseOverrides(request.axes);
  const { files = [] } = request;
  const builtIn = request.kernels?.filter((name) => !files.some(({ id }) => id === name)) ?? [];
  refuseUnknownKernels(builtIn, roots.kernels);
  refuseUnknownPeers(request.peers ?? []);
  const targets = await Promise.all(
    request.targets.map((word) =>
      looksLikeCaseId(word) ? caseTarget(word, request, roots) : suiteTarget(word, request, roots),
    ),
  );
  const kernels = new Map(targets.flatMap((target) => target.kernels).map((loaded) => [loaded.id, loaded]));
  if (kernels.size === 0) {
    throw new UsageError(
      `none of ${request.targets.join(', ')} measures ${(request.kernels ?? []).join(', ') || 'any kernel'}`,
    );
  }
  refuseUnmeasured(files, kernels, request.targets);
  refuseUnknownAxes(overrides, [...kernels.values()]);
  const byId = new Map(
    targets.flatMap((target) => target.expand(overrides)).map((planned) => [planned.id, planned]),
  );
  const planned = [...byId.values()];
  const suite = [...new Set(targets.map((target) => target.suite))].join('+');
  return { suite, kernels, planned, shard, cases: shardOf(planned, shard) };
}
