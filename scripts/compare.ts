/** `attnbench compare`: two kernel packs, the cases that differ between them, a verdict for each. */
import type { Calibration, Comparison, ExaminedNoise } from '../harness/gate/comparison.ts';
import type { GateDesign } from '../harness/gate/procedure.ts';
import { calibratedMargin } from '../harness/gate/error-rate.ts';
import { defaultDesign } from '../harness/gate/procedure.ts';
import { readCalibration } from '../harness/hosts/calibration-store.ts';
import type { ComparisonFolder } from '../harness/hosts/comparison-folder.ts';
import { examineNoise } from '../harness/hosts/examine-noise.ts';
import { currentPack, openPack, repositoryOf } from '../harness/hosts/kernel-packs.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import { probeSteps, workSide } from './calibration/work.ts';
import type { HostWords } from './choose-host.ts';
import { chooseHost } from './choose-host.ts';
import type { Frame, Judged, KeepOptions } from './compare-keep.ts';
import { beginJournal, interruptible, keptComparison } from './compare-keep.ts';
import type { PairSession } from './compare-measure.ts';
import { budgetSecondsPerCase, ComparisonRun } from './compare-measure.ts';
import { isOfFiles, openFilePacks } from './compare-files.ts';
import type { Packs } from './compare-plan.ts';
import { needDevice, planComparison } from './compare-plan.ts';
import { CompareProgress } from './compare-progress.ts';
import type { Strictness } from './compare-result.ts';
import { exitCodeOfComparison, unseen } from './compare-result.ts';
import { comparisonText } from './compare-table.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';

export interface CompareOptions extends Strictness, KeepOptions {
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
  readonly where: HostWords;
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
  readonly chooseHost: (words: HostWords, adapter: string) => Promise<SessionHost>;
  /** Opens a fresh process with a device. Throws EnvironmentError. */
  readonly openSession: (host: SessionHost, number: number) => Promise<PairSession>;
  readonly readCalibration: (facts: SessionFacts) => Calibration | null;
  /** Takes a few seconds, and never throws EnvironmentError. */
  readonly examineNoise: (host: SessionHost) => Promise<ExaminedNoise>;
  readonly nowNs: () => number;
  readonly design: GateDesign;
}

export const realDeps = (caseTimeoutSeconds: number): CompareDeps => ({
  chooseHost,
  openSession: (host, number) => host.open({ number, caseTimeoutSeconds }),
  readCalibration: (facts) => readCalibration({ ...facts, flags: [...facts.flags] }),
  examineNoise: async (host) => examineNoise(host, await workSide(probeSteps)),
  nowNs: () => nodeHost.nowNs(),
  design: defaultDesign,
});

/** Runs a comparison and prints it. Throws the errors of harness/errors.ts; everything measured is on disk by then. */
export async function compare(
  options: CompareOptions,
  io: Io,
  deps: CompareDeps = realDeps(options.caseTimeoutSeconds),
): Promise<ExitCode> {
  const comparison = await makeComparison(options, io, deps);
  if (options.json) outJson(io, comparison);
  else io.out(comparisonText(comparison));
  return exitCodeOfComparison(comparison, options);
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
  const packs = isOfFiles(options) ? await openFilePacks(options) : openPacks(options);
  const { targets, kernels, axes } = options;
  const offline = await planComparison({ targets, kernels, axes, software: true }, packs);
  const sides = { base: packs.base.side, head: packs.head.side };
  return keptComparison(options, sides, deps.nowNs, io, async (frame, folder) => {
    if (needDevice(offline).length > 0) return onDevice({ options, packs, folder, frame, io, deps });
    io.err(`${counted(offline.length, 'case')}: nothing to time\n`);
    return {
      facts: null,
      cases: offline.map(unseen),
      noise: null,
      control: null,
      seconds: 0,
      budgetSeconds: budgetSecondsPerCase,
      design: deps.design,
      calibration: null,
    };
  });
}

interface OnDevice {
  readonly options: CompareOptions;
  readonly packs: Packs;
  readonly folder: ComparisonFolder;
  readonly frame: Frame;
  readonly io: Io;
  readonly deps: CompareDeps;
}

async function onDevice({ options, packs, folder, frame, io, deps }: OnDevice): Promise<Judged> {
  const host = await deps.chooseHost(options.where, options.adapter);
  let number = 1;
  const open = (): Promise<PairSession> => deps.openSession(host, number++);
  const first = await open();
  const { facts } = first;
  const calibration = deps.readCalibration(facts);
  const design: GateDesign = {
    ...deps.design,
    margin: calibratedMargin(calibration, deps.design.margin),
    pairsPerSession: options.pairs ?? deps.design.pairsPerSession,
    // Orders of its own: what one order does to times must not come back in every comparison.
    seed: frame.comparisonId,
  };
  const { targets, kernels, axes, budgetSeconds, secondsPerCase } = options;
  const progress = new CompareProgress(io);
  try {
    const cases = await planComparison({ targets, kernels, axes, software: facts.adapter.software }, packs);
    beginJournal(folder, frame, facts, design);
    const run = new ComparisonRun(
      cases,
      first,
      { design, budgetSeconds, secondsPerCase },
      {
        open,
        examineNoise: () => deps.examineNoise(host),
        nowNs: deps.nowNs,
        append: (line) => folder.append(line),
        notify: (event) => progress.handle(event),
      },
    );
    return { ...(await interruptible(folder, io, () => run.run())), design, calibration };
  } finally {
    progress.end();
    await first.close();
  }
}
