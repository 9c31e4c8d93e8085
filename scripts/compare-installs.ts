/**
 * `attnbench compare --install-base`: two installs, for changes outside the kernels. They share no process and no device, so that they are
 * compared by pairs of processes, one right after the other in an order that is drawn anew, and only larger differences show.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../harness/errors.ts';
import type { SessionOfCase } from '../harness/gate/comparison.ts';
import type { PairOrder } from '../harness/gate/pairs.ts';
import { pairOrder } from '../harness/gate/pairs.ts';
import type { Batch, GateDesign } from '../harness/gate/procedure.ts';
import { defaultDesign, GateProcedure } from '../harness/gate/procedure.ts';
import type { Install } from '../harness/hosts/installs.ts';
import { openInstall, thisInstall } from '../harness/hosts/installs.ts';
import { ownPack } from '../harness/hosts/kernel-packs.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import type { SideName } from '../harness/pair-plan.ts';
import { seededRandom } from '../harness/random.ts';
import type { CaseRecord, MeasuredRecord } from '../harness/record.ts';
import { median } from '../harness/stats.ts';
import type { Judged } from './compare-keep.ts';
import { beginJournal, interruptible, keptComparison } from './compare-keep.ts';
import type { CaseOutcome } from './compare-measure.ts';
import { budgetSecondsPerCase } from './compare-measure.ts';
import type { Settled } from './compare-settled.ts';
import type { ComparisonCase } from './compare-plan.ts';
import { planComparison } from './compare-plan.ts';
import { CompareProgress } from './compare-progress.ts';
import { exitCodeOfComparison } from './compare-result.ts';
import { comparisonText } from './compare-table.ts';
import type { CompareDeps, CompareOptions } from './compare.ts';
import { realDeps } from './compare.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { outJson } from './io.ts';

export type InstallRun =
  | { readonly kind: 'records'; readonly records: readonly CaseRecord[] }
  | { readonly kind: 'lost'; readonly message: string };

/** One process of an install that measures these cases. */
export type RunInstall = (install: Install, cases: readonly string[]) => Promise<InstallRun>;

/** Encoding, submitting, waiting: what a change of the host moves, per call. */
function hostNs({ wallNs, encodeNs }: MeasuredRecord): number {
  return median(wallNs.map((ns, at) => ns + (encodeNs[at] ?? 0)));
}

interface Judging {
  readonly gate: GateProcedure;
  readonly outcomes: Map<string, Settled>;
}

/** Takes what a pair of processes says of a case. */
function takePair(
  { gate, outcomes }: Judging,
  id: string,
  runs: Readonly<Record<SideName, InstallRun>>,
  session: Pick<SessionOfCase, 'session' | 'stage'>,
): void {
  const times: Partial<Record<SideName, number>> = {};
  for (const side of ['head', 'base'] as const) {
    const run = runs[side];
    if (run.kind === 'lost') {
      gate.lose(id, `${side}: ${run.message}`);
      return;
    }
    const record = run.records.find((one) => one.id === id);
    switch (record?.status) {
      case 'ok':
        times[side] = hostNs(record);
        break;
      case 'wrong':
      case 'invalid':
        gate.withdraw(id);
        outcomes.set(id, { verdict: 'WRONG', side, message: record.reason.message });
        return;
      case 'skipped':
        gate.withdraw(id);
        outcomes.set(id, { verdict: 'SKIPPED', message: `${side}: ${record.reason.message}` });
        return;
      default:
        gate.lose(
          id,
          `${side}: ${record === undefined ? 'it has no record of the case' : record.reason.message}`,
        );
        return;
    }
  }
  const { base, head } = times;
  if (base === undefined || head === undefined) return;
  gate.add(id, {
    ...session,
    pairs: 1,
    logRatio: Math.log(head / base),
    controlLogRatio: null,
    baseNs: base,
    headNs: head,
    orderEffect: 0,
  });
}

export interface InstallPairs {
  readonly cases: readonly string[];
  readonly installs: Readonly<Record<SideName, Install>>;
  readonly design: GateDesign;
  readonly budgetSeconds: number;
  readonly run: RunInstall;
  readonly nowNs: () => number;
  readonly append: (line: object) => void;
  readonly progress: Pick<CompareProgress, 'handle'>;
}

/** Pairs of processes until every case is decided or the budget is spent. */
export async function pairInstalls(options: InstallPairs): Promise<Judging & { readonly seconds: number }> {
  const { cases, installs, design, budgetSeconds, run, nowNs, append, progress } = options;
  const judging: Judging = { gate: new GateProcedure(cases, design), outcomes: new Map() };
  const { gate } = judging;
  const startedNs = nowNs();
  const elapsed = (): number => (nowNs() - startedNs) / 1e9;
  // Drawn two at a time: one of each order.
  const random = seededRandom(design.seed);
  let orders: readonly PairOrder[] = [];
  for (let session = 1; ; session++) {
    if (elapsed() >= budgetSeconds) gate.stop();
    else if (elapsed() >= budgetSeconds / 2) gate.endScreen();
    const batch: Batch | null = gate.next();
    if (batch === null) return { ...judging, seconds: elapsed() };
    progress.handle({ kind: 'batch', stage: batch.stage, cases: batch.cases.length, seconds: elapsed() });
    if (orders.length === 0) orders = pairOrder(2, random);
    const [order, ...rest] = orders;
    orders = rest;
    const runs: Partial<Record<SideName, InstallRun>> = {};
    for (const side of order === 'base first' ? (['base', 'head'] as const) : (['head', 'base'] as const)) {
      runs[side] = await run(installs[side], batch.cases);
    }
    const { base, head } = runs;
    if (base === undefined || head === undefined) throw new RangeError('a pair has two sides');
    append({ kind: 'install pair', session, stage: batch.stage, order, base, head });
    for (const id of batch.cases) takePair(judging, id, { base, head }, { session, stage: batch.stage });
  }
}

/** Runs the command line of an install. */
function processRunner(adapter: string, secondsPerCase: number, timeoutSeconds: number): RunInstall {
  return async ({ launcher }, cases) => {
    const folder = mkdtempSync(join(tmpdir(), 'attnbench-install-'));
    const words = ['run', ...cases, '--out', join(folder, 'run'), '--adapter', adapter];
    const settings = ['--no-report', '--no-peaks', '--seconds-per-case', String(secondsPerCase)];
    try {
      const ended = await endOf(launcher, [...words, ...settings], timeoutSeconds * cases.length);
      return { kind: 'records', records: recordsIn(join(folder, 'run'), ended) };
    } catch (error) {
      return { kind: 'lost', message: error instanceof Error ? error.message : String(error) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function recordsIn(folder: string, ended: string): readonly CaseRecord[] {
  try {
    return readRun(folder).run.cases;
  } catch (error) {
    if (error instanceof UsageError) throw new Error(ended, { cause: error });
    throw error;
  }
}

/** Its last words on stderr. */
function endOf(launcher: string, words: readonly string[], timeoutSeconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: timeoutSeconds * 1000,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(said.trim().split('\n').at(-1) || `it ended with exit code ${code}`);
    });
  });
}

/** Compares this install with another. */
export async function compareInstalls(
  options: CompareOptions,
  io: Io,
  deps: CompareDeps = realDeps(options.caseTimeoutSeconds),
  runner?: RunInstall,
): Promise<ExitCode> {
  const installs = {
    base: openInstall(options.base, options.cwd),
    head: options.head === null ? thisInstall() : openInstall(options.head, options.cwd),
  };
  const sides = { base: installs.base.side, head: installs.head.side };
  const host = await deps.chooseHost(options.where, options.adapter);
  const run = runner ?? processRunner(host.adapter, options.secondsPerCase, options.caseTimeoutSeconds);
  io.err(
    'pairs of processes, as two installs share no device: the column "detectable" says how large a difference has to be\n',
  );
  const comparison = await keptComparison(options, sides, deps.nowNs, io, async (frame, folder) => {
    const facts = await factsOf(await deps.openSession(host, 0));
    const cases = await casesOf(options, facts.adapter.software);
    const design = { ...defaultDesign, pairsPerSession: 1, seed: frame.comparisonId };
    const budgetSeconds = options.budgetSeconds ?? budgetSecondsPerCase * Math.max(1, cases.length);
    beginJournal(folder, frame, facts, design);
    const progress = new CompareProgress(io);
    progress.handle({ kind: 'planned', timed: cases.length, checked: 0, identical: 0, budgetSeconds });
    const { gate, outcomes, seconds } = await interruptible(folder, io, () =>
      pairInstalls({
        cases: cases.map(({ id }) => id),
        installs,
        design,
        budgetSeconds,
        run,
        nowNs: deps.nowNs,
        append: (line) => folder.append(line),
        progress,
      }),
    );
    progress.end();
    const results = new Map(gate.results().map((result) => [result.id, result]));
    const judged: readonly CaseOutcome[] = cases.map((planned) => ({
      planned,
      plan: null,
      checks: {},
      settled: outcomes.get(planned.id) ?? null,
      gate: results.get(planned.id) ?? null,
    }));
    return {
      facts,
      cases: judged,
      noise: null,
      control: null,
      seconds,
      budgetSeconds,
      design,
      calibration: null,
    } satisfies Judged;
  });
  if (options.json) outJson(io, comparison);
  else io.out(comparisonText(comparison));
  return exitCodeOfComparison(comparison, options);
}

async function factsOf(session: Awaited<ReturnType<CompareDeps['openSession']>>): Promise<SessionFacts> {
  await session.close();
  return session.facts;
}

/** The cases of this install's own kernels: an install that lacks one says so. */
function casesOf(options: CompareOptions, software: boolean): Promise<readonly ComparisonCase[]> {
  const pack = ownPack();
  const { targets, kernels, axes } = options;
  return planComparison({ targets, kernels, axes, software }, { base: pack, head: pack });
}
