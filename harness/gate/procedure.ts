/**
 * The gate: which cases the next process measures, and what is known of each in the end. No GPU, no clock; sessions come in, verdicts come out.
 * First all cases are screened. What looks different is measured again by fresh processes, and only these sessions decide.
 */
import type { Comparison, Reason, SessionOfCase, Timed } from './comparison.ts';
import { controlArm, controlOf, isBiased } from './control.ts';
import type { GateDesign, Look } from './design.ts';
import type { Moments } from './effect.ts';
import { interval, minimumDetectable, moments, pAbove, pDifferent, pSignFlip } from './effect.ts';
import { holm } from './holm.ts';
import { median } from '../stats.ts';
import { percent } from './words.ts';

export type { GateDesign, Look } from './design.ts';
export { defaultDesign } from './design.ts';

export type Stage = SessionOfCase['stage'];

/** One fresh process measures these cases. */
export interface Batch {
  readonly stage: Stage;
  readonly cases: readonly string[];
}

export type TimedVerdict = 'REGRESSED' | 'IMPROVED' | 'SAME' | 'UNKNOWN';

export interface Decision {
  readonly id: string;
  readonly verdict: TimedVerdict;
  readonly reasons: readonly Reason[];
}

export interface GateResult extends Decision {
  /** Null below two sessions. */
  readonly timed: Timed | null;
}

/** After so many processes in a row that gave nothing for a case, it is given up. */
const lostInARow = 3;

interface CaseState {
  readonly id: string;
  readonly sessions: Record<Stage, SessionOfCase[]>;
  stage: Stage;
  /** The sign of the difference that the screen flagged; 0 before. */
  direction: number;
  lost: number;
  tickShare: number;
  outcome: Omit<Decision, 'id'> | null;
}

const momentsOf = (state: CaseState, stage: Stage): Moments =>
  moments(state.sessions[stage].map(({ logRatio }) => logRatio));

const unknown = (code: Reason['code'], message: string): Omit<Decision, 'id'> => ({
  verdict: 'UNKNOWN',
  reasons: [{ code, message }],
});

export class GateProcedure {
  private readonly states: Map<string, CaseState>;
  private readonly limit: number;
  private readonly design: GateDesign;
  private stage: Stage = 'screen';
  private look = 0;
  /** Cases flagged by the screen: the family of the confirmation. */
  private flagged: readonly CaseState[] = [];

  constructor(cases: readonly string[], design: GateDesign) {
    this.design = design;
    this.limit = Math.log1p(design.margin);
    this.states = new Map(
      cases.map((id): [string, CaseState] => [
        id,
        {
          id,
          sessions: { screen: [], confirm: [] },
          stage: 'screen',
          direction: 0,
          lost: 0,
          tickShare: 0,
          outcome: null,
        },
      ]),
    );
  }

  /** Null: every case is decided, or all looks are spent. */
  next(): Batch | null {
    const cases = this.waiting(this.inStage()).map(({ id }) => id);
    return cases.length === 0 ? null : { stage: this.stage, cases };
  }

  add(caseId: string, session: SessionOfCase): void {
    const state = this.state(caseId);
    if (state.outcome !== null || state.stage !== session.stage) {
      throw new RangeError(`'${caseId}' is not waiting for a session of the ${session.stage} stage`);
    }
    state.sessions[session.stage].push(session);
    state.lost = 0;
    this.advance();
  }

  /** A session that gave nothing for this case. */
  lose(caseId: string, message: string): void {
    const state = this.state(caseId);
    if (state.outcome !== null) throw new RangeError(`'${caseId}' is not waiting for a session`);
    state.lost++;
    if (state.lost >= lostInARow) {
      state.outcome = unknown('sessions lost', `${state.lost} processes in a row gave nothing: ${message}`);
    }
    this.advance();
  }

  /** Its numbers are wrong, or it cannot run: it is no part of the family any more. */
  withdraw(caseId: string): void {
    const state = this.state(caseId);
    this.states.delete(caseId);
    this.flagged = this.flagged.filter((flagged) => flagged !== state);
    this.advance();
  }

  /** The timer's step over the case's median sample. */
  noteTick(caseId: string, tickShare: number): void {
    this.state(caseId).tickShare = tickShare;
  }

  /**
   * Half the budget is spent: what is flagged is confirmed with the rest, what is not yet decided stays so. Where nothing is flagged, the
   * rest is the screen's.
   */
  endScreen(): void {
    if (this.stage !== 'screen' || !this.active().some(({ stage }) => stage === 'confirm')) return;
    for (const state of this.active()) if (state.stage === 'screen') this.outOfBudget(state);
    this.advance();
  }

  /** The budget ran out. */
  stop(): void {
    for (const state of this.active()) this.outOfBudget(state);
  }

  decisions(): readonly Decision[] {
    const control = this.control();
    return [...this.states.values()].map((state) => {
      const { id, outcome } = state;
      if (outcome === null) {
        return { id, ...unknown('few sessions', 'not decided yet: sessions are still to come') };
      }
      const doubts = this.doubts(state, outcome.verdict, control);
      return doubts.length === 0
        ? { id, ...outcome }
        : { id, verdict: 'UNKNOWN', reasons: [...doubts, ...outcome.reasons] };
    });
  }

  results(): readonly GateResult[] {
    const timed = this.timed();
    return this.decisions().map((decision) => ({ ...decision, timed: timed.get(decision.id) ?? null }));
  }

  /** All A/A arms of the run together. */
  control(): Comparison['control'] {
    return controlOf(
      [...this.states.values()].map(({ sessions }) => [...sessions.screen, ...sessions.confirm]),
      this.design.margin,
    );
  }

  private state(caseId: string): CaseState {
    const state = this.states.get(caseId);
    if (state === undefined) throw new RangeError(`'${caseId}' is not a case of this comparison`);
    return state;
  }

  private active(): CaseState[] {
    return [...this.states.values()].filter(({ outcome }) => outcome === null);
  }

  private looks(): readonly Look[] {
    return this.stage === 'screen' ? this.design.looks : this.design.confirmLooks;
  }

  private inStage(): CaseState[] {
    return this.active().filter(({ stage }) => stage === this.stage);
  }

  /** Of these, those that have not reached the look yet. */
  private waiting(cases: readonly CaseState[]): CaseState[] {
    const look = this.looks()[this.look];
    return cases.filter(({ sessions }) => sessions[this.stage].length < look.sessions);
  }

  /** A look is taken when every case has reached it: the order in which sessions come in then changes nothing. */
  private advance(): void {
    for (;;) {
      const cases = this.inStage();
      if (cases.length === 0) {
        if (this.stage === 'confirm') return;
        this.stage = 'confirm';
        this.look = 0;
        this.flagged = this.active();
        continue;
      }
      if (this.waiting(cases).length > 0) return;
      const look = this.looks()[this.look];
      const isLast = this.look === this.looks().length - 1;
      if (this.stage === 'screen') this.screen(cases, look, isLast);
      else this.confirm(cases, look, isLast);
      if (!isLast) this.look++;
    }
  }

  private screen(cases: readonly CaseState[], look: Look, isLast: boolean): void {
    for (const state of cases) {
      const seen = momentsOf(state, 'screen');
      const loose = interval(seen, this.design.flagAlpha);
      if (loose.low > this.limit || loose.high < -this.limit) {
        state.direction = Math.sign(seen.mean);
        state.stage = 'confirm';
      } else if (this.isInside(seen, look)) {
        state.outcome = this.equivalent(seen, look);
      } else if (isLast) {
        state.outcome = this.tooWide(seen, look);
      }
    }
  }

  /** Holm over all flagged cases, less those already confirmed: the chance of any false one is at most the sum of the alphas. */
  private confirm(cases: readonly CaseState[], look: Look, isLast: boolean): void {
    const fresh = cases.map((state) => momentsOf(state, 'confirm'));
    const confirmed = this.flagged.filter(
      ({ outcome }) => outcome?.verdict === 'REGRESSED' || outcome?.verdict === 'IMPROVED',
    );
    const pValues = cases.map(({ direction }, index) =>
      Math.min(1, 2 * pAbove({ ...fresh[index], mean: direction * fresh[index].mean }, this.limit)),
    );
    const adjusted = holm(pValues, this.flagged.length - confirmed.length);
    for (const [index, state] of cases.entries()) {
      const seen = fresh[index];
      if (adjusted[index] <= look.alpha) state.outcome = this.confirmed(seen, state.direction);
      else if (isLast || this.isInside(seen, look)) state.outcome = this.notConfirmed(state, seen, look);
    }
  }

  private isInside(seen: Moments, look: Look): boolean {
    const { low, high } = interval(seen, look.alpha);
    return low > -this.limit && high < this.limit;
  }

  private confirmed(seen: Moments, direction: number): Omit<Decision, 'id'> {
    return {
      verdict: direction > 0 ? 'REGRESSED' : 'IMPROVED',
      reasons: [
        {
          code: 'confirmed',
          message: `seen in the screen, and again in ${seen.count} fresh processes: ${percent(seen.mean)}, beyond the margin of ${this.marginText()}`,
        },
      ],
    };
  }

  private equivalent(seen: Moments, look: Look): Omit<Decision, 'id'> {
    return {
      verdict: 'SAME',
      reasons: [
        {
          code: 'equivalent',
          message: `the ${this.rangeText(seen, look)} lies within the margin of ${this.marginText()}`,
        },
      ],
    };
  }

  private tooWide(seen: Moments, look: Look): Omit<Decision, 'id'> {
    return unknown(
      'too wide',
      `the ${this.rangeText(seen, look)} reaches across the margin of ${this.marginText()}: try an idle machine, more work per sample or a longer budget`,
    );
  }

  /**
   * Even where the fresh sessions lie within the margin: SAME is the screen's to give. Otherwise noise that got a case flagged could
   * buy it the sessions for a SAME that a steadier case would not have had.
   */
  private notConfirmed(state: CaseState, seen: Moments, look: Look): Omit<Decision, 'id'> {
    const isSeenAgain = pDifferent(seen) < 0.05 && Math.sign(seen.mean) === state.direction;
    return unknown(
      isSeenAgain ? 'too wide' : 'not confirmed',
      `the screen saw ${percent(momentsOf(state, 'screen').mean)}; in fresh processes the ${this.rangeText(seen, look)} is not clear of the margin of ${this.marginText()}`,
    );
  }

  private outOfBudget(state: CaseState): void {
    const count = state.sessions[state.stage].length;
    const needed = (state.stage === 'screen' ? this.design.looks : this.design.confirmLooks)[0].sessions;
    const what = state.stage === 'screen' ? 'sessions' : 'sessions that confirm what the screen saw';
    state.outcome = unknown('budget', `the budget ran out after ${count} ${what}: raise --budget`);
    if (count < needed) {
      state.outcome = {
        ...state.outcome,
        reasons: [
          ...state.outcome.reasons,
          { code: 'few sessions', message: `${count} ${what}, at least ${needed} are needed for a verdict` },
        ],
      };
    }
  }

  /** What takes a verdict back, whatever the sessions say. */
  private doubts(state: CaseState, verdict: TimedVerdict, control: Comparison['control']): readonly Reason[] {
    const doubts: Reason[] = [];
    const arm = controlArm([...state.sessions.screen, ...state.sessions.confirm]);
    if (control?.significant === true) {
      doubts.push({ code: 'control', message: control.message });
    } else if (
      verdict !== 'SAME' &&
      verdict !== 'UNKNOWN' &&
      arm !== null &&
      isBiased(arm, this.design.margin)
    ) {
      doubts.push({
        code: 'control',
        message: `head against its own copy differs by ${percent(arm.mean)} in this case: its times cannot be compared to ${this.marginText()}`,
      });
    }
    if (state.tickShare > this.design.margin / 2) {
      doubts.push({
        code: 'tick',
        message: `the timer's step is ${(state.tickShare * 100).toFixed(1)} % of a sample, more than half the margin of ${this.marginText()}`,
      });
    }
    return doubts;
  }

  private marginText(): string {
    return `${(this.design.margin * 100).toPrecision(2)} %`;
  }

  private rangeText(seen: Moments, look: Look): string {
    const { low, high } = interval(seen, look.alpha);
    const level = `${((1 - look.alpha) * 100).toFixed(1)} % interval`;
    return `${level} of ${seen.count} sessions, ${percent(low)} to ${percent(high)},`;
  }

  /** Fresh sessions alone where there are any: those of the screen were chosen for what they show. */
  private timed(): ReadonlyMap<string, Timed> {
    const enough = [...this.states.values()].filter((state) => this.decidingStage(state) !== null);
    const timed = new Map<string, Timed>();
    for (const stage of ['screen', 'confirm'] as const) {
      const family = enough.filter((state) => this.decidingStage(state) === stage);
      const seen = family.map((state) => momentsOf(state, stage));
      const adjusted = holm(seen.map(pDifferent), stage === 'screen' ? enough.length : family.length);
      for (const [index, state] of family.entries()) {
        timed.set(state.id, this.timedOf(state, stage, seen[index], adjusted[index]));
      }
    }
    return timed;
  }

  private decidingStage({ sessions }: CaseState): Stage | null {
    if (sessions.confirm.length >= 2) return 'confirm';
    return sessions.screen.length >= 2 ? 'screen' : null;
  }

  private timedOf(state: CaseState, stage: Stage, seen: Moments, pAdjusted: number): Timed {
    const sessions = [...state.sessions.screen, ...state.sessions.confirm];
    const control = controlArm(sessions);
    return {
      effect: ratioOf(seen),
      pValue: pDifferent(seen),
      pAdjusted,
      pSignFlip: pSignFlip(state.sessions[stage].map(({ logRatio }) => logRatio)),
      minimumDetectable: minimumDetectable(seen),
      margin: this.design.margin,
      control:
        control === null || control.count < 2 ? null : { ...ratioOf(control), pValue: pDifferent(control) },
      baseNs: median(sessions.map(({ baseNs }) => baseNs)),
      headNs: median(sessions.map(({ headNs }) => headNs)),
      tickShare: state.tickShare,
      sessions,
    };
  }
}

function ratioOf(seen: Moments): Timed['effect'] {
  const { low, high } = interval(seen, 0.05);
  return { ratio: Math.exp(seen.mean), low: Math.exp(low), high: Math.exp(high) };
}
