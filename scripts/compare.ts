/** `attnbench compare`: two kernel packs, the cases that differ between them, a verdict for each. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { UsageError } from '../harness/errors.ts';
import type { Calibration, Comparison } from '../harness/gate/comparison.ts';
import { comparisonSchemaName } from '../harness/gate/comparison.ts';
import type { GateDesign } from '../harness/gate/procedure.ts';
import { defaultDesign } from '../harness/gate/procedure.ts';
import { readCalibration } from '../harness/hosts/calibration-store.ts';
import type { AdapterChoice } from '../harness/hosts/choice.ts';
import { ComparisonFolder } from '../harness/hosts/comparison-folder.ts';
import { hostFacts, toolFacts } from '../harness/hosts/environment.ts';
import type { KernelFileVersion } from '../harness/hosts/kernel-file-versions.ts';
import { kernelFileVersion } from '../harness/hosts/kernel-file-versions.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { isKernelFile, loadKernelFiles } from '../harness/hosts/kernel-files.ts';
import { builtInKernels } from '../harness/hosts/kernel-folders.ts';
import { currentPack, openPack, repositoryOf } from '../harness/hosts/kernel-packs.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import { openNodeSession } from '../harness/hosts/node-session.ts';
import type { SessionFacts } from '../harness/hosts/session-messages.ts';
import { chooseAdapter } from './choose-adapter.ts';
import type { CaseOutcome, Measured, PairSession } from './compare-measure.ts';
import { budgetSecondsPerCase, ComparisonRun } from './compare-measure.ts';
import type { BaseKernel, Packs } from './compare-plan.ts';
import { needDevice, planComparison } from './compare-plan.ts';
import { CompareProgress } from './compare-progress.ts';
import type { Leniency } from './compare-result.ts';
import { comparedCase, exitCodeOfComparison, unseen } from './compare-result.ts';
import { comparisonText } from './compare-table.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';

export interface CompareOptions extends Leniency {
  readonly commandLine: string;
  /** A git revision, a folder, or an installed version. */
  readonly base: string;
  /** The same; null: the checkout at hand. */
  readonly head: string | null;
  /** WGSL files: then these kernels are judged, and base is another file, or a folder or revision that has them. */
  readonly kernelFiles?: readonly string[];
  readonly targets: readonly string[];
  readonly kernels: readonly string[] | null;
  readonly axes: readonly string[];
  readonly adapter: string;
  readonly out: string | null;
  readonly budgetSeconds: number | null;
  /** Null: what the design says. */
  readonly pairs: number | null;
  readonly secondsPerCase: number;
  readonly caseTimeoutSeconds: number;
  readonly json: boolean;
  /** The folder that the command runs in. */
  readonly cwd: string;
}

export interface CompareDeps {
  readonly chooseAdapter: (name: string) => Promise<AdapterChoice>;
  /** Opens a fresh process with a device. Throws EnvironmentError. */
  readonly openSession: (choice: AdapterChoice, number: number) => Promise<PairSession>;
  readonly readCalibration: (facts: SessionFacts) => Calibration | null;
  readonly nowNs: () => number;
  readonly design: GateDesign;
}

export const nodeDeps = (caseTimeoutSeconds: number): CompareDeps => ({
  chooseAdapter,
  openSession: (choice, number) => openNodeSession({ choice, number, caseTimeoutSeconds }),
  readCalibration: ({ adapter, flags, clock }) =>
    readCalibration({ adapter, flags: [...flags], clock, host: hostFacts() }),
  nowNs: () => nodeHost.nowNs(),
  design: defaultDesign,
});

/** Runs a comparison and prints it. Throws the errors of harness/errors.ts; everything measured is on disk by then. */
export async function compare(
  options: CompareOptions,
  io: Io,
  deps: CompareDeps = nodeDeps(options.caseTimeoutSeconds),
): Promise<ExitCode> {
  const comparison = await makeComparison(options, io, deps);
  if (options.json) outJson(io, comparison);
  else io.out(comparisonText(comparison));
  return exitCodeOfComparison(comparison, options);
}

/** Throws UsageError. */
export async function openSides(options: CompareOptions): Promise<Packs> {
  const { kernelFiles = [], base, cwd } = options;
  if (kernelFiles.length === 0) return openPacks(options);
  if (options.head !== null || options.kernels !== null) {
    throw new UsageError('--kernel says what is judged already; leave out --head and --kernels');
  }
  const heads = await loadKernelFiles(kernelFiles);
  if (isKernelFile(base) && heads.length > 1) {
    throw new UsageError(
      `--base ${base} is one kernel, and --kernel names ${heads.length}; compare one at a time`,
    );
  }
  const version = kernelFileVersion(base, cwd);
  const pack = { kernels: builtInKernels, path: 'kernels/' };
  const label = kernelFiles.join(', ');
  return {
    base: { ...pack, side: version.side },
    head: { ...pack, side: { label, kind: 'file', commit: null, dirty: false } },
    files: await Promise.all(heads.map(async (head) => ({ head, base: await baseOf(head, version) }))),
  };
}

/** A base that cannot be read as a kernel is no mistake of this call, unless it was named as a file. */
async function baseOf(head: KernelFile, { side, load }: KernelFileVersion): Promise<BaseKernel> {
  try {
    const loaded = await load(head);
    return loaded === null ? { kind: 'absent' } : { kind: 'loaded', loaded };
  } catch (error) {
    if (!(error instanceof UsageError) || side.kind === 'file') throw error;
    return { kind: 'broken', message: error.message };
  }
}

export function openPacks({ base, head, cwd }: Pick<CompareOptions, 'base' | 'head' | 'cwd'>): Packs {
  const headPack = head === null ? currentPack(cwd) : openPack(head, cwd);
  return { base: openPack(base, repositoryOf(headPack, cwd)), head: headPack };
}

/** Throws before anything is opened or written where the call is a mistake. */
export async function makeComparison(
  options: CompareOptions,
  io: Io,
  deps: CompareDeps,
): Promise<Comparison> {
  const startedAt = new Date();
  const startedNs = deps.nowNs();
  const packs = await openSides(options);
  const request = { targets: options.targets, kernels: options.kernels, axes: options.axes };
  const offline = await planComparison({ ...request, software: true }, packs);
  const folderPath = options.out ?? defaultFolder(startedAt);
  const folder = ComparisonFolder.create(folderPath);
  try {
    const comparisonId = randomUUID();
    const frame = {
      schema: comparisonSchemaName,
      kind: 'comparison',
      comparisonId,
      command: options.commandLine,
      startedAt: startedAt.toISOString(),
      base: packs.base.side,
      head: packs.head.side,
      tool: toolFacts(),
      host: hostFacts(),
    } as const;
    const compared =
      needDevice(offline).length === 0
        ? {
            ...withoutDevice(offline.map(unseen)),
            design: deps.design,
            calibration: null,
            budgetSeconds: budgetSecondsPerCase,
          }
        : await onDevice({ options, packs, folder, frame, io, deps });
    const { facts, cases, control, design, calibration, budgetSeconds } = compared;
    const comparison: Comparison = {
      ...frame,
      seconds: (deps.nowNs() - startedNs) / 1e9,
      adapter: facts?.adapter ?? null,
      clock: facts?.clock ?? null,
      flags: [...(facts?.flags ?? [])],
      design: {
        alpha: design.alpha,
        looks: [...design.looks],
        pairsPerSession: design.pairsPerSession,
        budgetSeconds,
        seed: design.seed,
      },
      control,
      calibration,
      cases: cases.map(comparedCase),
    };
    if (facts === null) io.err(`${counted(cases.length, 'case')}: nothing to time\n`);
    folder.finish(comparison);
    io.err(`kept in ${folderPath}\n`);
    return comparison;
  } finally {
    folder.close();
  }
}

const withoutDevice = (cases: readonly CaseOutcome[]): Measured => ({
  facts: null,
  cases,
  control: null,
  seconds: 0,
  budgetSeconds: budgetSecondsPerCase,
});

interface OnDevice {
  readonly options: CompareOptions;
  readonly packs: Packs;
  readonly folder: ComparisonFolder;
  readonly frame: Pick<Comparison, 'comparisonId'>;
  readonly io: Io;
  readonly deps: CompareDeps;
}

async function onDevice({
  options,
  packs,
  folder,
  frame,
  io,
  deps,
}: OnDevice): Promise<Measured & { readonly design: GateDesign; readonly calibration: Calibration | null }> {
  const choice = await deps.chooseAdapter(options.adapter);
  let number = 1;
  const open = (): Promise<PairSession> => deps.openSession(choice, number++);
  const first = await open();
  const { facts } = first;
  const calibration = deps.readCalibration(facts);
  const design: GateDesign = {
    ...deps.design,
    // What this machine makes up between a kernel and itself is no difference.
    margin: Math.max(deps.design.margin, calibration?.nullSpread ?? 0),
    pairsPerSession: options.pairs ?? deps.design.pairsPerSession,
    // Orders of its own: what one order does to times must not come back in every comparison.
    seed: frame.comparisonId,
  };
  const { targets, kernels, axes, budgetSeconds, secondsPerCase } = options;
  const cases = await planComparison({ targets, kernels, axes, software: facts.adapter.software }, packs);
  folder.append({ ...frame, kind: 'comparison started', adapter: facts.adapter, clock: facts.clock, design });
  const progress = new CompareProgress(io);
  const interrupted = (): void => {
    io.err(`\nstopped; the samples taken are in ${folder.folder}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const run = new ComparisonRun(
      cases,
      first,
      { design, budgetSeconds, secondsPerCase },
      {
        open,
        nowNs: deps.nowNs,
        append: (line) => folder.append(line),
        notify: (event) => progress.handle(event),
      },
    );
    return { ...(await run.run()), design, calibration };
  } finally {
    process.off('SIGINT', interrupted);
    progress.end();
  }
}

function defaultFolder(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  return join('runs', `compare-${stamp}`);
}
