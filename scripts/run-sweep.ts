/** `attnbench run`: plan, open the adapter, measure case by case, keep every record, report. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '../harness/errors.ts';
import { resolveAdapter } from '../harness/hosts/adapters.ts';
import type { AdapterChoice } from '../harness/hosts/choice.ts';
import { loadPeer, peerIds } from '../harness/hosts/peer-folders.ts';
import { hostFacts, toolFacts } from '../harness/hosts/environment.ts';
import { loadKernelFiles } from '../harness/hosts/kernel-files.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { filesFrom, resolvedIn } from '../harness/hosts/kernel-file-paths.ts';
import { kernelSourceHash, refuseDamagedTables } from '../harness/hosts/kernel-folders.ts';
import type { SessionCase, DeviceSession } from '../harness/hosts/session.ts';
import { openNodeSession } from '../harness/hosts/node-session.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import type { RunOnDisk } from '../harness/hosts/run-folder.ts';
import { readRun, RunFolder } from '../harness/hosts/run-folder.ts';
import { SessionPool } from '../harness/hosts/session-pool.ts';
import { formatRound } from '../harness/format.ts';
import { didYouMean } from '../harness/nearest.ts';
import type { CaseRecord, Clock, Peaks, Run, RunHeader } from '../harness/record.ts';
import { primarySamplesNs, schemaName } from '../harness/record.ts';
import { defaultPolicy } from '../harness/sampling.ts';
import { median } from '../harness/stats.ts';
import type { EngineCase } from '../harness/sweep-engine.ts';
import { runCases } from '../harness/sweep-engine.ts';
import type { PlannedCase } from '../harness/sweep.ts';
import type { ReportFormat } from '../reports/formats.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted } from './io.ts';
import type { SweepPlan } from './plan-sweep.ts';
import { obtainPeaks } from './obtain-peaks.ts';
import { caseSeed, planSweep } from './plan-sweep.ts';
import { Progress } from './progress.ts';
import { printRun } from './print-run.ts';
import { shapeLines } from './shape-lines.ts';

export interface RunOptions {
  /** As typed: what the run header says the run came from. */
  readonly commandLine: string;
  /** Suites and case ids. Empty only with `resume`. */
  readonly targets: readonly string[];
  readonly out: string | null;
  readonly adapter: string | null;
  readonly host: string;
  readonly kernels: readonly string[] | null;
  /** WGSL files of kernels that are brought along. */
  readonly kernelFiles?: readonly string[];
  /** Libraries to measure beside them. */
  readonly peers?: readonly string[];
  /** `-a` words as typed. */
  readonly axes: readonly string[];
  readonly resume: string | null;
  readonly shard: string | null;
  readonly budgetSeconds: number | null;
  readonly secondsPerCase: number | null;
  readonly caseTimeoutSeconds: number;
  /** Whether kernels take the shapes of their tuning tables. */
  readonly tuning: boolean;
  readonly json: boolean;
  /** Hold the cases against the adapter's peaks: kept ones, or measured at the start. */
  readonly peaks: boolean;
  /** Report formats to write; null for all, empty for none. */
  readonly reportFormats: readonly ReportFormat[] | null;
}

const hosts = ['node'];

export type SweepCase = EngineCase & SessionCase;

/** Measures a sweep and reports on it. */
export async function runSweep(options: RunOptions, io: Io): Promise<ExitCode> {
  const { run, folder } = await measureSweep(options, io);
  await printRun(run, folder, options, io);
  return endOfRun(run, io);
}

/** What measuring needs of a run's options. */
export type MeasureOptions = Omit<RunOptions, 'reportFormats'>;

export interface MeasuredSweep {
  readonly run: Run;
  readonly folder: string;
}

/** Runs or resumes a sweep. Throws the errors of harness/errors.ts; everything measured is on disk by then. */
export async function measureSweep(options: MeasureOptions, io: Io): Promise<MeasuredSweep> {
  if (!hosts.includes(options.host)) {
    throw new UsageError(
      `unknown host '${options.host}'${didYouMean(options.host, hosts) || `; there is ${hosts.join(', ')}`}`,
    );
  }
  const earlier = options.resume === null ? null : resumable(options, options.resume);
  // Planned once before a device is opened, so that a mistake in the call is told at once.
  const files = await broughtKernels(options, earlier);
  const request = sweepRequest(options, earlier, files);
  const firstPlan = await planSweep({
    ...request,
    software: earlier?.run.header.adapter.software ?? true,
  });
  if (earlier !== null) refuseChangedKernels(earlier.run.header, firstPlan);
  if (options.tuning) refuseDamagedTables(firstPlan.kernels.values());

  const folderPath = options.resume ?? options.out ?? defaultFolder(options.targets);
  const folder =
    earlier === null ? RunFolder.create(folderPath) : RunFolder.resume(folderPath, earlier.wholeBytes);
  if (earlier?.truncated) io.err(`${earlier.truncated}\n`);
  let session: DeviceSession;
  let choice: AdapterChoice;
  const firstNumber = 1 + Math.max(0, ...(earlier?.run.cases.map((record) => record.session) ?? []));
  let number = firstNumber;
  const open = async (peer: string | null): Promise<DeviceSession> =>
    openNodeSession({
      choice,
      number: number++,
      caseTimeoutSeconds: options.caseTimeoutSeconds + (peer === null ? 0 : await startSecondsOf(peer)),
      ...(peer === null ? {} : { peer }),
    });
  try {
    const resolved = await resolveAdapter(options.adapter ?? earlier?.run.header.adapter.name ?? 'auto');
    if (!resolved.ok) {
      throw resolved.reason === 'unknown'
        ? new UsageError(resolved.message)
        : new EnvironmentError(resolved.message);
    }
    choice = resolved.choice;
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
      const peaks = options.peaks ? await peaksFor(choice, session, io) : null;
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
  return { run: { header, cases: done }, folder: folderPath };
}

/** The last words on a run, and what it means for whoever called. */
export function endOfRun({ header, cases }: Run, io: Io): ExitCode {
  for (const line of shapeLines(cases)) io.err(`${line}\n`);
  const coarse = cases.filter((record) => tickIsTooCoarse(record, header.clock));
  if (coarse.length > 0) {
    io.err(
      `the timer's tick of ${formatRound(header.clock.tickNs, 'duration')} is too coarse for ${counted(coarse.length, 'case')}, ${coarse[0].id} first; measure longer cases, or let Dawn give raw timestamps\n`,
    );
  }
  return exitCodeOfRun(cases, header.clock);
}

/** What a peer's first case may take on top of the time allowed for a case. */
async function startSecondsOf(id: string): Promise<number> {
  return (await loadPeer(id)).peer.startSeconds;
}

/** Twice the share that sampling aims at: the warm-ups it goes by may have been slower. */
const coarsestTickShare = 2 * defaultPolicy.tickShare;

function tickIsTooCoarse(record: CaseRecord, { tickNs }: Pick<Clock, 'tickNs'>): boolean {
  if (record.status !== 'ok') return false;
  return tickNs > coarsestTickShare * median(primarySamplesNs(record)) * record.repeats;
}

/** What the records of a run mean for whoever called. */
export function exitCodeOfRun(records: readonly CaseRecord[], clock: Pick<Clock, 'tickNs'>): ExitCode {
  const codes = records.map((record): ExitCode => {
    switch (record.status) {
      case 'wrong':
      case 'invalid':
        return exitCodes.wrongNumbers;
      case 'failed':
        return record.reason.code === 'kernel' ? exitCodes.wrongNumbers : exitCodes.lost;
      case 'timeout':
      case 'lost':
        return exitCodes.lost;
      case 'ok':
        return tickIsTooCoarse(record, clock) ? exitCodes.environment : exitCodes.ok;
      case 'skipped':
        return exitCodes.ok;
    }
  });
  const measured = records.some(({ status }) => status === 'ok');
  return worstExitCode(measured ? codes : [...codes, exitCodes.nothingMeasured]);
}

function sweepRequest(
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

function resumable(options: MeasureOptions, folder: string): RunOnDisk {
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
async function broughtKernels(
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
function refuseChangedKernels({ kernelSources }: RunHeader, plan: SweepPlan): void {
  for (const loaded of plan.kernels.values()) {
    const before = kernelSources?.[loaded.id];
    if (before !== undefined && before !== kernelSourceHash(loaded)) {
      throw new UsageError(
        `kernel '${loaded.id}' has changed since the run was started; restore its files, or start a new run`,
      );
    }
  }
}

function refuseOtherAdapter(header: RunHeader, { facts }: DeviceSession, folder: string): void {
  const { vendor, device, description } = header.adapter;
  const now = facts.adapter;
  if (now.vendor === vendor && now.device === device && now.description === description) return;
  throw new UsageError(
    `${folder} was measured on ${description || device} and this is ${now.description || now.device}; resume it there, or start a new run`,
  );
}

function defaultFolder(targets: readonly string[]): string {
  const name = targets.every((word) => /^[\w-]+$/.test(word)) ? targets.join('+') : 'cases';
  const stamp = new Date().toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  return join('runs', `${name}-${stamp}`);
}

/** The adapter's peaks; null, with a word on stderr, where they cannot be had: a run is worth something without. */
async function peaksFor(choice: AdapterChoice, { facts }: DeviceSession, io: Io): Promise<Peaks | null> {
  const obtained = await obtainPeaks(choice, facts, false, io);
  if (obtained.kind === 'peaks') return obtained.peaks;
  io.err(`no peaks, so that no case is held against them: ${obtained.message}\n`);
  return null;
}

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
    host: hostFacts(),
    adapter: facts.adapter,
    flags: [...facts.flags],
    clock: facts.clock,
    compiler: facts.compiler,
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
  const { id, suite, kernel, params, sampling } = planned;
  const secondsPerCase = askedSeconds ?? header.secondsPerCase;
  return {
    id,
    identity: { kind: 'case', id, suite, kernel, mechanism: loaded.kernel.mechanism, params },
    kernel,
    ...(loaded.source === undefined ? {} : { source: loaded.source }),
    request: {
      id,
      suite,
      params,
      policy: secondsPerCase === null ? sampling : { ...sampling, seconds: secondsPerCase },
      seed: caseSeed(loaded, params),
      peaks: header.peaks,
      shapes: header.shapes ?? 'tuned',
    },
  };
}
