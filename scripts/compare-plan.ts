/** The cases of a comparison: what head measures, and what base makes of each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Params } from '../kernels/contract.ts';
import { parseOverrides } from '../harness/axis-overrides.ts';
import { looksLikeCaseId, parseCaseId } from '../harness/case-id.ts';
import { KernelError, UsageError } from '../harness/errors.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { kernelIds, kernelSourceHash, loadKernel } from '../harness/hosts/kernel-folders.ts';
import type { KernelPack } from '../harness/hosts/kernel-packs.ts';
import { builtInSuites, loadSuite } from '../harness/hosts/suite-files.ts';
import { unknownWord } from '../harness/nearest.ts';
import type { PairedCase, PairSide } from '../harness/pair-plan.ts';
import { resolveParams } from '../harness/params.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { caseSeed } from '../harness/sweep-case.ts';
import type { PlannedCase } from '../harness/sweep.ts';
import { expandSuite } from '../harness/sweep.ts';
import { planSweep } from './plan-sweep.ts';

export interface CompareRequest {
  /** Suite names and case ids. */
  readonly targets: readonly string[];
  readonly kernels: readonly string[] | null;
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  readonly software: boolean;
}

/** A case as far as it is known without a device. */
export interface ComparisonCase extends PairedCase {
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
  readonly mechanism: string;
  readonly params: Params;
  /** The kernel's folder, relative to its repository, and the WGSL file named where no plan says better. */
  readonly folder: string;
  readonly file: string;
  readonly seed: string;
  /** Both packs hold the same files for it: nothing to plan, to check or to time. */
  readonly sameSource: boolean;
  /** Why base cannot be compared with: its side of the case is null, or its kernel cannot be loaded. */
  readonly note: { readonly kind: 'new' | 'failed'; readonly message: string } | null;
}

export interface Packs {
  readonly base: KernelPack;
  readonly head: KernelPack;
  /** Kernels that were brought along: then they alone are compared, and the packs hold what they are measured by. */
  readonly files?: readonly ComparedFile[];
}

/** A kernel file, and what it is held against. */
export interface ComparedFile {
  readonly head: KernelFile;
  readonly base: BaseKernel;
}

/** Throws UsageError with a sentence; KernelError where a kernel of head cannot be loaded. */
export async function planComparison(
  request: CompareRequest,
  packs: Packs,
  suites: URL = builtInSuites,
): Promise<readonly ComparisonCase[]> {
  const { base, head, files } = packs;
  if (files !== undefined) return planFiles(request, files, packs, suites);
  const [baseIds, headIds] = [kernelIds(base.kernels), kernelIds(head.kernels)];
  const known = [...new Set([...headIds, ...baseIds])].sort();
  const unknown = (request.kernels ?? []).find((id) => !known.includes(id));
  if (unknown !== undefined) throw new UsageError(unknownWord('kernel', unknown, known));
  const asked = request.kernels ?? known;
  const gone = baseIds.filter((id) => !headIds.includes(id) && asked.includes(id));
  const isGone = (word: string): boolean => looksLikeCaseId(word) && gone.includes(parseCaseId(word).kernel);

  const cases = new Map<string, ComparisonCase>();
  const keep = (one: ComparisonCase): void => {
    if (!cases.has(one.id)) cases.set(one.id, one);
  };
  const inHead = request.targets.filter((word) => !isGone(word));
  const headKernels = headIds.filter((id) => asked.includes(id));
  if (inHead.length > 0 && (headKernels.length > 0 || gone.length === 0)) {
    const plan = await loadingHead(() =>
      planSweep(
        { ...request, targets: inHead, kernels: headKernels, shard: null },
        { kernels: head.kernels, suites },
      ),
    );
    const bases = new Map<string, BaseKernel>();
    for (const id of plan.kernels.keys()) bases.set(id, await baseKernel(id, base, baseIds));
    for (const planned of plan.cases) {
      const loaded = plan.kernels.get(planned.kernel);
      const other = bases.get(planned.kernel);
      if (loaded !== undefined && other !== undefined) keep(headCase(planned, loaded, other, { base, head }));
    }
  }
  for (const planned of await goneCases(request, gone, base, suites, isGone)) {
    const loaded = await loadKernel(planned.kernel, base.kernels);
    keep(goneCase(planned, loaded, base));
  }
  return [...cases.values()];
}

async function planFiles(
  request: CompareRequest,
  files: readonly ComparedFile[],
  packs: Packs,
  suites: URL,
): Promise<readonly ComparisonCase[]> {
  const heads = files.map(({ head }) => head);
  const plan = await planSweep(
    { ...request, kernels: heads.map(({ id }) => id), files: heads, shard: null },
    { kernels: packs.head.kernels, suites },
  );
  return plan.cases.flatMap((planned) => {
    const file = files.find(({ head }) => head.id === planned.kernel);
    return file === undefined ? [] : [headCase(planned, file.head, file.base, packs)];
  });
}

/** The first line, and the one that it announces: `Transform failed with 1 error:` alone says nothing. */
export function inOneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first, second = ''] = message.split('\n');
  return first.endsWith(':') ? `${first} ${second.trim()}`.trimEnd() : first;
}

/** A kernel file of head that does not even load is the change's own mistake. */
async function loadingHead<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new KernelError(`the kernels of head cannot be loaded: ${inOneLine(error)}`, { cause: error });
  }
}

export type BaseKernel =
  | { readonly kind: 'loaded'; readonly loaded: LoadedKernel }
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly message: string };

async function baseKernel(id: string, base: KernelPack, ids: readonly string[]): Promise<BaseKernel> {
  if (!ids.includes(id)) return { kind: 'absent' };
  try {
    return { kind: 'loaded', loaded: await loadKernel(id, base.kernels) };
  } catch (error) {
    return { kind: 'broken', message: inOneLine(error) };
  }
}

/** Every kernel may run what stands in it. */
const contractText = ({ kernels }: KernelPack): string =>
  readFileSync(new URL('contract.ts', kernels), 'utf8');

const sideOf = ({ kernels }: KernelPack, { id, source }: LoadedKernel, params: Params): PairSide => ({
  kernels: kernels.href,
  kernel: id,
  params,
  ...(source === undefined ? {} : { source }),
});

/** Where a kernel lies, as its repository names it. */
function placeOf(loaded: LoadedKernel, pack: KernelPack): Pick<ComparisonCase, 'folder' | 'file'> {
  const { id, source } = loaded;
  if (source === undefined) {
    const folder = `${pack.path}${id}/`;
    return { folder, file: `${folder}${wgslFile(loaded)}` };
  }
  const names = Object.keys(source.texts).filter((name) => name.endsWith('.wgsl'));
  const folder = dirname(source.path);
  return { folder: `${folder}/`, file: join(folder, names[0]) };
}

/** What stands in annotations until a plan names the file that runs. */
function wgslFile({ folder }: LoadedKernel): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith('.wgsl')).sort()[0] ?? 'kernel.ts';
}

function headCase(
  { id, suite, kernel, params }: PlannedCase,
  loaded: LoadedKernel,
  base: BaseKernel,
  packs: Packs,
): ComparisonCase {
  const known = {
    id,
    suite,
    kernel,
    mechanism: loaded.kernel.mechanism,
    params,
    ...placeOf(loaded, packs.head),
    seed: caseSeed(loaded, params),
    head: sideOf(packs.head, loaded, params),
  };
  if (base.kind === 'absent') return { ...known, base: null, sameSource: false, note: null };
  if (base.kind === 'broken') {
    return {
      ...known,
      base: null,
      sameSource: false,
      note: { kind: 'failed', message: `the kernel of base cannot be loaded: ${base.message}` },
    };
  }
  const understood = paramsForBase(params, loaded, base.loaded);
  if (typeof understood === 'string') {
    return { ...known, base: null, sameSource: false, note: { kind: 'new', message: understood } };
  }
  return {
    ...known,
    base: sideOf(packs.base, base.loaded, understood),
    sameSource:
      kernelSourceHash(loaded) === kernelSourceHash(base.loaded) &&
      contractText(packs.head) === contractText(packs.base),
    note: null,
  };
}

/** A case of head in the axes that base has, or why base has no such case. */
function paramsForBase(
  params: Params,
  { kernel: head }: LoadedKernel,
  { kernel: base }: LoadedKernel,
): Params | string {
  if (head.mechanism !== base.mechanism) return `base computes ${base.mechanism}, head ${head.mechanism}`;
  const added = Object.keys(head.axes).filter((name) => !Object.hasOwn(base.axes, name));
  const used = added.find((name) => params[name] !== head.axes[name].default);
  if (used !== undefined) return `base has no axis '${used}'`;
  try {
    const shared = Object.entries(params).filter(([name]) => !added.includes(name));
    return resolveParams(base.axes, Object.fromEntries(shared));
  } catch (error) {
    if (error instanceof UsageError) return `base does not take it: ${error.message}`;
    throw error;
  }
}

/** What base measures with kernels that head has no longer: of the suites asked for, whichever kernels those name, and by id. */
async function goneCases(
  request: CompareRequest,
  gone: readonly string[],
  base: KernelPack,
  suites: URL,
  isGone: (word: string) => boolean,
): Promise<readonly PlannedCase[]> {
  if (gone.length === 0) return [];
  const roots = { kernels: base.kernels, suites };
  const byId = request.targets.filter(isGone);
  const named =
    byId.length === 0
      ? []
      : (await planSweep({ ...request, targets: byId, kernels: gone, shard: null }, roots)).cases;
  const loaded = await Promise.all(gone.map((id) => loadKernel(id, base.kernels)));
  const overrides = parseOverrides(request.axes);
  const swept: PlannedCase[] = [];
  for (const name of request.targets.filter((word) => !looksLikeCaseId(word))) {
    const suite = { ...(await loadSuite(name, suites)), kernels: gone };
    swept.push(...expandSuite(name, suite, loaded, request.software, overrides));
  }
  return [...named, ...swept];
}

function goneCase(
  { id, suite, kernel, params }: PlannedCase,
  loaded: LoadedKernel,
  base: KernelPack,
): ComparisonCase {
  return {
    id,
    suite,
    kernel,
    mechanism: loaded.kernel.mechanism,
    params,
    ...placeOf(loaded, base),
    seed: caseSeed(loaded, params),
    base: sideOf(base, loaded, params),
    head: null,
    sameSource: false,
    note: null,
  };
}

/** Cases that a device has to look at: a side of them may be different. */
export const needDevice = (cases: readonly ComparisonCase[]): readonly ComparisonCase[] =>
  cases.filter(({ head, sameSource }) => head !== null && !sameSource);
