/** From what was measured to the comparison that is kept: verdicts, exact figures, and what they mean for whoever called. */
import type { ComparedCase, Comparison, ExactFigure, Reason } from '../harness/gate/comparison.ts';
import type { SidePlan } from '../harness/pair-plan.ts';
import { memoryRegression } from '../reports/comparison/verdicts.ts';
import type { CaseOutcome } from './compare-measure.ts';
import type { ComparisonCase } from './compare-plan.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';

const identical: Reason = { code: 'identical', message: 'base and head run the same code: nothing to time' };

/** A case that no device had to look at. */
export const unseen = (planned: ComparisonCase): CaseOutcome => ({
  planned,
  plan: null,
  checks: {},
  settled: { verdict: planned.head === null ? 'REMOVED' : 'identical' },
  gate: null,
});

export function comparedCase({ planned, plan, checks, settled, gate }: CaseOutcome): ComparedCase {
  const { id, suite, kernel, mechanism, params, folder, file } = planned;
  const shown = programOf(plan?.head) ?? programOf(plan?.base);
  const known = {
    id,
    suite,
    kernel,
    mechanism,
    params,
    file: shown === null ? file : `${folder}${shown.shader}`,
    hashes: {
      base: programOf(plan?.base)?.hash ?? null,
      head: programOf(plan?.head)?.hash ?? null,
    },
    exact: exactFigures(programOf(plan?.base), programOf(plan?.head), checks),
    reasons: new Array<Reason>(),
  };
  if (settled !== null) {
    switch (settled.verdict) {
      case 'identical':
        return { ...known, verdict: 'SAME', timed: null, reasons: [identical] };
      case 'NEW':
      case 'REMOVED':
        return { ...known, verdict: settled.verdict };
      case 'WRONG':
        return { ...known, verdict: 'WRONG', side: settled.side, problem: { message: settled.message } };
      case 'FAILED':
        return { ...known, verdict: 'FAILED', side: settled.side, problem: { message: settled.message } };
      case 'SKIPPED':
        return { ...known, verdict: 'SKIPPED', problem: { message: settled.message } };
    }
  }
  if (gate === null) throw new RangeError(`'${id}' was neither settled nor timed`);
  const { verdict, timed } = gate;
  const reasons = [...gate.reasons];
  // A verdict of a difference always comes from sessions.
  if (verdict === 'SAME' || verdict === 'UNKNOWN') return { ...known, verdict, timed, reasons };
  if (timed === null) throw new RangeError(`'${id}' is called ${verdict} without a time`);
  return { ...known, verdict, timed, reasons };
}

type PlannedProgram = Extract<SidePlan, { kind: 'program' }>;

const programOf = (plan: SidePlan | null | undefined): PlannedProgram | null =>
  plan?.kind === 'program' ? plan : null;

/** Figures that have no noise. Memory that one call holds is better or worse; the rest says that something else is computed. */
function exactFigures(
  base: PlannedProgram | null,
  head: PlannedProgram | null,
  checks: CaseOutcome['checks'],
): ExactFigure[] {
  if (base === null && head === null) return [];
  const figure = (
    metric: ExactFigure['metric'],
    before: number | null | undefined,
    after: number | null | undefined,
    isOrdered: boolean,
  ): ExactFigure => {
    const [from, to] = [before ?? null, after ?? null];
    const different =
      isOrdered && from !== null && to !== null ? (to > from ? 'worse' : 'better') : 'different';
    return {
      metric,
      base: from,
      head: to,
      change: from === to || from === null || to === null ? 'same' : different,
    };
  };
  const figures = [
    figure('peakBytes', base?.bytes.peak, head?.bytes.peak, true),
    figure('scratchBytes', base?.bytes.scratch, head?.bytes.scratch, true),
    figure('flops', base?.cost.flops, head?.cost.flops, false),
    figure('exps', base?.cost.exps, head?.cost.exps, false),
    figure('bytesRead', base?.cost.bytesRead, head?.cost.bytesRead, false),
    figure('bytesWritten', base?.cost.bytesWritten, head?.cost.bytesWritten, false),
  ];
  const hasChecks = checks.base !== undefined || checks.head !== undefined;
  return hasChecks ? [...figures, figure('nmse', checks.base?.nmse, checks.head?.nmse, false)] : figures;
}

export interface Strictness {
  /** What could not be decided is not let pass. */
  readonly strict: boolean;
}

/** Nothing could be said of it: not that head is worse, and not that it is not. */
export function isUndecided(one: ComparedCase): boolean {
  if (one.verdict === 'WRONG' || one.verdict === 'FAILED') return one.side === 'base';
  return one.verdict === 'UNKNOWN' || one.verdict === 'SKIPPED';
}

const hasReason = ({ reasons }: ComparedCase, code: Reason['code']): boolean =>
  reasons.some((reason) => reason.code === code);

/** What a case alone means for whoever called. */
function codesOfCase(
  one: ComparedCase,
  comparison: Pick<Comparison, 'allowMemory'>,
  { strict }: Strictness,
): readonly ExitCode[] {
  const codes: ExitCode[] = [];
  if (one.verdict === 'WRONG' && one.side === 'head') codes.push(exitCodes.wrongNumbers);
  if (one.verdict === 'FAILED' && one.side === 'head') codes.push(exitCodes.wrongNumbers);
  if (one.verdict === 'FAILED' && one.side === 'both') codes.push(exitCodes.lost);
  if (hasReason(one, 'sessions lost')) codes.push(exitCodes.lost);
  if (hasReason(one, 'tick') || hasReason(one, 'control') || (strict && isUndecided(one)))
    codes.push(exitCodes.environment);
  if (one.verdict === 'REGRESSED' || memoryRegression(one, comparison) !== null)
    codes.push(exitCodes.regression);
  return codes;
}

/** True where something is known of the case that was not known before. */
const saysSomething = (one: ComparedCase): boolean =>
  one.verdict === 'UNKNOWN' ? one.timed !== null : one.verdict !== 'SKIPPED' && one.verdict !== 'FAILED';

export function exitCodeOfComparison(
  comparison: Pick<Comparison, 'cases' | 'control' | 'allowMemory'>,
  strictness: Strictness,
): ExitCode {
  const { cases, control } = comparison;
  const codes = cases.flatMap((one) => codesOfCase(one, comparison, strictness));
  if (control?.significant === true) codes.push(exitCodes.environment);
  if (!cases.some(saysSomething)) codes.push(exitCodes.nothingMeasured);
  return worstExitCode(codes);
}
