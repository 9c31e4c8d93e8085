/** Measures a comparison: plans both sides on the adapter, checks what only head has, and lets the gate say which cases a fresh process times next. */
import { EnvironmentError } from '../harness/errors.ts';
import type { Comparison, ExaminedNoise, SessionOfCase } from '../harness/gate/comparison.ts';
import { summarisePairs } from '../harness/gate/pairs.ts';
import type { Batch, GateDesign, GateResult } from '../harness/gate/procedure.ts';
import { GateProcedure } from '../harness/gate/procedure.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import type { SessionFacts } from '../harness/session-messages.ts';
import type { PairOutcome, PairRequest } from '../harness/pair-case.ts';
import type { PairedCase, PairPlan, SideName } from '../harness/pair-plan.ts';
import { seededRandom } from '../harness/random.ts';
import { shuffled } from '../harness/shuffle.ts';
import type { Check } from '../harness/record.ts';
import { median } from '../harness/stats.ts';
import type { SessionOutcome } from '../harness/sweep-engine.ts';
import type { ComparisonCase } from './compare-plan.ts';
import type { Settled } from './compare-settled.ts';
import { headAlone, settledByOutcome, settledByPlan, settledUnseen } from './compare-settled.ts';

export type PairSession = Pick<DeviceSession, 'number' | 'facts' | 'planPair' | 'pair' | 'close'>;

export interface CaseOutcome {
  readonly planned: ComparisonCase;
  /** Null where no device had to look at it. */
  readonly plan: PairPlan | null;
  readonly checks: Partial<Readonly<Record<SideName, Check>>>;
  readonly settled: Settled | null;
  /** Null where it was settled without timing. */
  readonly gate: GateResult | null;
}

export interface Measured {
  readonly facts: SessionFacts | null;
  readonly cases: readonly CaseOutcome[];
  /** Null where nothing had to be timed, or there was no time to look. */
  readonly noise: ExaminedNoise | null;
  readonly control: Comparison['control'];
  /** How long timing took, of how long it could have. */
  readonly seconds: number;
  readonly budgetSeconds: number;
}

/** A line of sessions.jsonl: what one process gave for one case. */
export interface SessionLine {
  readonly kind: 'session';
  readonly session: number;
  readonly stage: Batch['stage'];
  readonly case: string;
  readonly outcome: PairOutcome | { readonly kind: 'lost'; readonly message: string };
}

export type CompareEvent =
  | {
      readonly kind: 'planned';
      readonly timed: number;
      readonly checked: number;
      readonly identical: number;
      readonly budgetSeconds: number;
    }
  | { readonly kind: 'noise'; readonly noise: ExaminedNoise }
  | {
      readonly kind: 'batch';
      readonly stage: Batch['stage'];
      readonly cases: number;
      readonly seconds: number;
    }
  | { readonly kind: 'case'; readonly id: string }
  | { readonly kind: 'lost'; readonly id: string; readonly message: string }
  | { readonly kind: 'settled'; readonly id: string; readonly settled: Settled };

export interface MeasureOptions {
  readonly design: GateDesign;
  /** Null: so many seconds for each case that is timed. */
  readonly budgetSeconds: number | null;
  /** What the samples of a case may take in one process. */
  readonly secondsPerCase: number;
}

export interface MeasureDeps {
  /** Opens a fresh process with a device. Throws EnvironmentError. */
  readonly open: () => Promise<PairSession>;
  readonly examineNoise: () => Promise<ExaminedNoise>;
  readonly nowNs: () => number;
  readonly append: (line: SessionLine) => void;
  readonly notify: (event: CompareEvent) => void;
}

export const budgetSecondsPerCase = 90;
/** A shorter budget is not spent on looking how noisy the machine is. */
const leastBudgetToExamine = 30;
/** A driver that has just crashed may need a second try to open; after a third nothing is to be expected. */
const triesToOpen = 3;
const triesToPlan = 2;

interface Entry {
  readonly planned: ComparisonCase;
  plan: PairPlan | null;
  readonly checks: { base?: Check; head?: Check };
  settled: Settled | null;
  sessions: number;
  readonly tickShares: number[];
}

export class ComparisonRun {
  private readonly options: MeasureOptions;
  private readonly deps: MeasureDeps;
  private readonly entries: readonly Entry[];
  private session: PairSession | null;
  private readonly facts: SessionFacts;
  private startedNs = 0;
  private budgetSeconds = 0;

  /** `first` is open: what the cases were planned for. */
  constructor(
    cases: readonly ComparisonCase[],
    first: PairSession,
    options: MeasureOptions,
    deps: MeasureDeps,
  ) {
    this.options = options;
    this.deps = deps;
    this.session = first;
    this.facts = first.facts;
    this.entries = cases.map((planned) => ({
      planned,
      plan: null,
      checks: {},
      settled: settledUnseen(planned),
      sessions: 0,
      tickShares: [],
    }));
  }

  async run(): Promise<Measured> {
    const { nowNs, notify } = this.deps;
    try {
      const checked: Entry[] = [];
      for (const entry of this.entries) {
        if (entry.settled !== null) continue;
        await this.plan(entry);
        if (entry.settled === null && !isTimed(entry)) checked.push(entry);
      }
      for (const entry of checked) await this.checkHead(entry);
      await this.end();
      const timed = this.entries.filter(({ settled }) => settled === null);
      this.budgetSeconds = this.options.budgetSeconds ?? budgetSecondsPerCase * Math.max(1, timed.length);
      notify({
        kind: 'planned',
        timed: timed.length,
        checked: checked.length,
        identical: this.entries.filter(({ settled }) => settled?.verdict === 'identical').length,
        budgetSeconds: this.budgetSeconds,
      });
      const gate = new GateProcedure(
        timed.map(({ planned }) => planned.id),
        this.options.design,
      );
      this.startedNs = nowNs();
      const noise = timed.length === 0 ? null : await this.examineNoise();
      await this.time(gate, new Map(timed.map((entry) => [entry.planned.id, entry])));
      const results = new Map(gate.results().map((result) => [result.id, result]));
      return {
        facts: this.facts,
        cases: this.entries.map(({ planned, plan, checks, settled }) => ({
          planned,
          plan,
          checks,
          settled,
          gate: settled === null ? (results.get(planned.id) ?? null) : null,
        })),
        noise,
        control: gate.control(),
        seconds: this.elapsed(),
        budgetSeconds: this.budgetSeconds,
      };
    } finally {
      await this.end();
    }
  }

  /** Informs, and keeps nothing from being timed. Counts against the budget. */
  private async examineNoise(): Promise<ExaminedNoise | null> {
    if (this.budgetSeconds < leastBudgetToExamine) return null;
    const noise = await this.deps.examineNoise();
    this.deps.notify({ kind: 'noise', noise });
    return noise;
  }

  private elapsed(): number {
    return (this.deps.nowNs() - this.startedNs) / 1e9;
  }

  private settle(entry: Entry, settled: Settled): void {
    entry.settled = settled;
    this.deps.notify({ kind: 'settled', id: entry.planned.id, settled });
  }

  private async end(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.close();
  }

  /** The process at hand, or a fresh one. */
  private async opened(): Promise<PairSession> {
    for (let attempt = 1; this.session === null; attempt++) {
      try {
        this.session = await this.deps.open();
      } catch (error) {
        if (attempt === triesToOpen) throw error;
      }
    }
    return this.session;
  }

  private async plan(entry: Entry): Promise<void> {
    for (let attempt = 1; entry.plan === null; attempt++) {
      const session = await this.opened();
      const { base, head } = entry.planned;
      const reply = await session.planPair({ base, head });
      if (reply.kind === 'pair planned') {
        entry.plan = reply.plan;
      } else {
        this.session = null;
        if (attempt === triesToPlan) {
          this.settle(entry, { verdict: 'FAILED', side: 'both', message: lossOf(reply) });
          return;
        }
      }
    }
    const settled = settledByPlan(entry.plan);
    if (settled !== null) this.settle(entry, settled);
  }

  /** A case that base lacks: checked once, compared with nothing. */
  private async checkHead(entry: Entry): Promise<void> {
    for (let attempt = 1; entry.settled === null; attempt++) {
      const session = await this.opened();
      const reply = await session.pair(this.request({ ...entry.planned, base: null }, entry, 'check'));
      if (reply.kind === 'paired') {
        if (reply.outcome.kind === 'checked') entry.checks.head = reply.outcome.check;
        this.settle(entry, settledByOutcome(reply.outcome) ?? headAlone(entry.planned, entry.plan));
      } else {
        this.session = null;
        if (attempt === triesToPlan) {
          this.settle(entry, { verdict: 'FAILED', side: 'head', message: lossOf(reply) });
        }
      }
    }
  }

  private request({ base, head }: PairedCase, entry: Entry, order: number | 'check'): PairRequest {
    const { design, secondsPerCase } = this.options;
    return {
      base,
      head,
      seed: entry.planned.seed,
      orderSeed: `${design.seed}/${entry.planned.id}/${order}`,
      pairs: design.pairsPerSession,
      seconds: secondsPerCase,
      check: entry.sessions === 0 ? 'full' : 'some rows',
    };
  }

  private async time(gate: GateProcedure, timed: ReadonlyMap<string, Entry>): Promise<void> {
    for (;;) {
      const seconds = this.elapsed();
      if (seconds >= this.budgetSeconds) {
        gate.stop();
        return;
      }
      if (seconds >= this.budgetSeconds / 2) gate.endScreen();
      const batch = gate.next();
      if (batch === null) return;
      this.deps.notify({ kind: 'batch', stage: batch.stage, cases: batch.cases.length, seconds });
      try {
        await this.timeBatch(gate, batch, timed);
      } catch (error) {
        if (!(error instanceof EnvironmentError)) throw error;
        // The adapter was there and is gone: what is decided stays, the rest is lost.
        giveUp(gate, error.message);
        return;
      }
    }
  }

  /** One fresh process for all cases of the batch, in an order of its own; one more after each that ends early. */
  private async timeBatch(
    gate: GateProcedure,
    { stage, cases }: Batch,
    timed: ReadonlyMap<string, Entry>,
  ): Promise<void> {
    let order: readonly string[] | null = null;
    for (let at = 0; at < cases.length && this.elapsed() < this.budgetSeconds; at++) {
      const session = await this.opened();
      order ??= shuffled(cases, seededRandom(`${this.options.design.seed}/session ${session.number}`));
      const id = order[at];
      const entry = timed.get(id);
      if (entry === undefined) throw new RangeError(`'${id}' is not timed`);
      this.deps.notify({ kind: 'case', id });
      const reply = await session.pair(this.request(entry.planned, entry, session.number));
      const line = { kind: 'session', session: session.number, stage, case: id } as const;
      if (reply.kind === 'paired') {
        this.deps.append({ ...line, outcome: reply.outcome });
        this.take(gate, entry, reply.outcome, { session: session.number, stage });
      } else {
        const message = lossOf(reply);
        this.session = null;
        this.deps.append({ ...line, outcome: { kind: 'lost', message } });
        this.deps.notify({ kind: 'lost', id, message });
        gate.lose(id, message);
      }
    }
    await this.end();
  }

  private take(
    gate: GateProcedure,
    entry: Entry,
    outcome: PairOutcome,
    session: Pick<SessionOfCase, 'session' | 'stage'>,
  ): void {
    const { id } = entry.planned;
    if (outcome.kind === 'untimed') {
      gate.lose(id, outcome.message);
    } else if (outcome.kind === 'timed') {
      entry.sessions++;
      entry.checks.base ??= outcome.checks.base;
      entry.checks.head ??= outcome.checks.head;
      entry.tickShares.push(outcome.tickShare);
      gate.noteTick(id, median(entry.tickShares));
      gate.add(id, { ...session, ...summarisePairs(outcome.pairs, outcome.control) });
    } else {
      gate.withdraw(id);
      this.settle(entry, settledByOutcome(outcome) ?? headAlone(entry.planned, entry.plan));
    }
  }
}

/** No case gets another process. */
function giveUp(gate: GateProcedure, message: string): void {
  for (let batch = gate.next(); batch !== null; batch = gate.next()) {
    for (const id of batch.cases) gate.lose(id, message);
  }
}

const isTimed = ({ plan }: Entry): boolean => plan?.base?.kind === 'program' && plan.head?.kind === 'program';

function lossOf(reply: Exclude<SessionOutcome, { readonly kind: 'record' }>): string {
  return 'seconds' in reply ? `no answer within ${reply.seconds} s` : reply.message;
}
