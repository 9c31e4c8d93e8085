/** `attnbench run`: plan, open the adapter, measure case by case, keep every record, report. */
import { join } from 'node:path';
import { filesFrom } from '../harness/hosts/kernel-file-paths.ts';
import { refuseDamagedTables } from '../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import { loadPeer, peerIds } from '../harness/hosts/peer-folders.ts';
import { RunFolder } from '../harness/hosts/run-folder.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import { SessionPool } from '../harness/hosts/session-pool.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { CaseRecord, Peaks, Run, RunHeader } from '../harness/record.ts';
import type { SweepCase } from '../harness/sweep-case.ts';
import { runCases } from '../harness/sweep-engine.ts';
import { chooseHost, refusePeersIn } from './choose-host.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted } from './io.ts';
import { obtainPeaks } from './obtain-peaks.ts';
import { planSweep } from './plan-sweep.ts';
import { printRun } from './print-run.ts';
import { Progress } from './progress.ts';
import {
  broughtKernels,
  refuseChangedKernels,
  refuseOtherAdapter,
  resumable,
  sweepRequest,
  whereOf,
} from './resume-run.ts';
import { endOfRun } from './run-exit.ts';
import { headerOf, sweepCase } from './run-header.ts';
import type { MeasureOptions, RunOptions } from './run-options.ts';

/** Measures a sweep and reports on it. */
export async function runSweep(options: RunOptions, io: Io): Promise<ExitCode> {
  const { run, folder } = await measureSweep(options, io);
  await printRun(run, folder, options, io);
  return endOfRun(run, io);
}

export interface MeasuredSweep {
  readonly run: Run;
  readonly folder: string;
  /** Where it was measured. */
  readonly host: SessionHost;
}

/** Runs or resumes a sweep. Throws the errors of harness/errors.ts; everything measured is on disk by then. */
export async function measureSweep(options: MeasureOptions, io: Io): Promise<MeasuredSweep> {
  const earlier = options.resume === null ? null : resumable(options, options.resume);
  const where = whereOf(options, earlier);
  // Planned once before a device is opened, so that a mistake in the call is told at once.
  const files = await broughtKernels(options, earlier);
  const request = sweepRequest(options, earlier, files);
  const firstPlan = await planSweep({
    ...request,
    software: earlier?.run.header.adapter.software ?? true,
  });
  if (earlier !== null) refuseChangedKernels(earlier.run.header, firstPlan);
  if (options.tuning) refuseDamagedTables(firstPlan.kernels.values());
  refusePeersIn(where, [...firstPlan.kernels.keys()]);

  const folderPath = options.resume ?? options.out ?? defaultFolder(options.targets);
  const folder =
    earlier === null ? RunFolder.create(folderPath) : RunFolder.resume(folderPath, earlier.wholeBytes);
  if (earlier?.truncated) io.err(`${earlier.truncated}\n`);
  let session: DeviceSession;
  let host: SessionHost;
  const firstNumber = 1 + Math.max(0, ...(earlier?.run.cases.map((record) => record.session) ?? []));
  let number = firstNumber;
  const open = async (peer: string | null): Promise<DeviceSession> =>
    host.open({
      number: number++,
      caseTimeoutSeconds: options.caseTimeoutSeconds + (peer === null ? 0 : await startSecondsOf(peer)),
      ...(peer === null ? {} : { peer }),
    });
  try {
    host = await chooseHost(where, options.adapter ?? earlier?.run.header.adapter.name ?? 'auto');
    session = await open(null);
  } catch (error) {
    if (earlier === null) folder.discard();
    else folder.close();
    throw error;
  }

  const { adapter } = session.facts;
  const done: CaseRecord[] = [...(earlier?.run.cases ?? [])];
  let header: RunHeader;
  const peers = peerIds();
  const pool = new SessionPool({ open, first: session, isPeer: (kernel) => peers.includes(kernel) });
  try {
    const plan = await planSweep({ ...request, software: adapter.software });
    if (earlier === null) {
      const peaks = options.peaks ? await peaksFor(host, session, io) : null;
      header = headerOf(plan, session, options, peaks, filesFrom(files, folderPath));
      folder.append(header);
    } else {
      ({ header } = earlier.run);
      refuseOtherAdapter(header, session, folderPath);
    }
    if (options.json) io.out(`${JSON.stringify(header)}\n`);
    const measured = new Set(done.map(({ id }) => id));
    const cases = plan.cases
      .filter(({ id }) => !measured.has(id))
      .map((planned) => sweepCase(plan, planned, header, options.secondsPerCase));
    io.err(
      `${counted(cases.length, 'case')} on ${adapter.description || adapter.device || adapter.name} (${adapter.name}), into ${folderPath}\n`,
    );
    const interrupted = (): void => {
      io.err(`\nstopped; go on with: attnbench run --resume ${folderPath}\n`);
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    const progress = new Progress(io, () => nodeHost.nowNs());
    const left = await runCases<SweepCase>({
      cases,
      first: pool,
      open: () => Promise.resolve(pool),
      sessionNumber: () => pool.lastSession,
      append: (record) => {
        folder.append(record);
        done.push(record);
        if (options.json) io.out(`${JSON.stringify(record)}\n`);
      },
      notify: (event) => progress.handle(event),
      nowNs: () => nodeHost.nowNs(),
      budgetSeconds: options.budgetSeconds,
    });
    process.off('SIGINT', interrupted);
    progress.end();
    if (left > 0) io.err(`go on with: attnbench run --resume ${folderPath}\n`);
  } finally {
    await pool.close();
    folder.close();
  }
  return { run: { header, cases: done }, folder: folderPath, host };
}

/** What a peer's first case may take on top of the time allowed for a case. */
async function startSecondsOf(id: string): Promise<number> {
  return (await loadPeer(id)).peer.startSeconds;
}

function defaultFolder(targets: readonly string[]): string {
  const name = targets.every((word) => /^[\w-]+$/.test(word)) ? targets.join('+') : 'cases';
  const stamp = new Date().toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  return join('runs', `${name}-${stamp}`);
}

/** The adapter's peaks; null, with a word on stderr, where they cannot be had: a run is worth something without. */
async function peaksFor(host: SessionHost, { facts }: DeviceSession, io: Io): Promise<Peaks | null> {
  const obtained = await obtainPeaks(host, facts, false, io);
  if (obtained.kind === 'peaks') return obtained.peaks;
  io.err(`no peaks, so that no case is held against them: ${obtained.message}\n`);
  return null;
}
