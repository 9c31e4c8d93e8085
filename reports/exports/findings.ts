/** What a reviewer must see beside the code: the findings that SARIF and annotations show. */
import type { CaseRecord } from '../../harness/record.ts';
import type { ComparedCase, Comparison, ExactFigure } from '../../harness/gate/comparison.ts';
import {
  changedFigures,
  effectText,
  figureSentence,
  figureText,
  isBelieved,
  isFaultOfBase,
  memoryRegression,
  moreMemory,
  probabilityText,
  reasonText,
  shareText,
  timedOf,
  worstFirst,
} from '../comparison/verdicts.ts';
import { casesOf, fileOf } from './reported.ts';
import type { Reported } from './reported.ts';

export const rules = {
  PERF001: {
    name: 'Regression',
    level: 'error',
    what: 'A kernel became slower: seen by the first processes and shown by fresh ones.',
  },
  PERF002: {
    name: 'Undecided',
    level: 'note',
    what: 'Neither a change of time nor the absence of one was shown.',
  },
  PERF003: { name: 'MoreMemory', level: 'error', what: 'A call holds more memory than before.' },
  PERF004: {
    name: 'MoreWork',
    level: 'note',
    what: 'A call counts more work, or computes less exactly, than before.',
  },
  PERF005: { name: 'Removed', level: 'note', what: 'The base has the case and the head has not.' },
  PERF006: {
    name: 'ImpossibleTime',
    level: 'error',
    what: 'A time that the adapter cannot reach, or an output that changed while it was timed.',
  },
  NUM001: { name: 'WrongNumbers', level: 'error', what: 'A kernel computes wrong numbers: it is not timed.' },
  RUN001: { name: 'Failed', level: 'error', what: 'A case did not come to an end.' },
} as const;
export type RuleId = keyof typeof rules;
export type Level = 'error' | 'warning' | 'note';

export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  readonly id: string;
  readonly kernel: string;
  /** Relative to the repository. */
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number | null;
  readonly message: string;
}

/** Compilers' messages name a place: `flash.wgsl:41:7`. */
function placeIn(message: string, file: string): Pick<Finding, 'file' | 'line' | 'column'> {
  const found = /([\w.+-]+\.wgsl):(\d+):(\d+)/.exec(message);
  const [line, column] = [Number(found?.[2]), Number(found?.[3])];
  if (found === null || line < 1 || column < 1) return { file, line: 1, column: null };
  return { file: file.replace(/[^/]*$/, found[1]), line, column };
}

function finding(
  rule: RuleId,
  one: { readonly id: string; readonly kernel: string },
  file: string,
  message: string,
  level: Level = rules[rule].level,
): Finding {
  return { rule, level, id: one.id, kernel: one.kernel, ...placeIn(message, file), message };
}

const ruleOfStatus: Partial<Record<CaseRecord['status'], RuleId>> = {
  wrong: 'NUM001',
  invalid: 'PERF006',
  failed: 'RUN001',
  timeout: 'RUN001',
  lost: 'RUN001',
};

/** Wrong, impossible and failed cases, the gravest kind first. */
export function findingsOfRuns(reported: Reported): readonly Finding[] {
  const found = casesOf(reported).flatMap(({ record, name }) => {
    const rule = ruleOfStatus[record.status];
    if (rule === undefined || record.reason === null) return [];
    const { kernel, status, reason } = record;
    return [finding(rule, { id: name, kernel }, fileOf(record), `${name}: ${status}, ${reason.message}`)];
  });
  const order: readonly RuleId[] = ['NUM001', 'PERF006', 'RUN001'];
  return order.flatMap((rule) => found.filter((one) => one.rule === rule));
}

/** `+6.1 % [+5.0, +7.1] against base, p < 0.001, 0.5 % would be told from no change 8 times of 10`. */
export function regressionText(one: ComparedCase): string {
  const timed = timedOf(one);
  if (timed === null) return reasonText(one);
  const p = probabilityText(timed.pAdjusted);
  return `${effectText(timed.effect)} against base, p ${p.startsWith('<') ? p : `= ${p}`}, ${shareText(timed.minimumDetectable)} would be told from no change 8 times of 10`;
}

function verdictFindings(one: ComparedCase, believed: boolean): readonly Finding[] {
  const ofSide: Level = isFaultOfBase(one) ? 'warning' : 'error';
  const say = (rule: RuleId, words: string, level?: Level): readonly Finding[] => [
    finding(rule, one, one.file, `${one.id}: ${words}`, level),
  ];
  switch (one.verdict) {
    case 'REGRESSED':
      return believed
        ? say('PERF001', `slower, ${regressionText(one)}`)
        : say(
            'PERF001',
            `slower, ${regressionText(one)}; but the control shows a difference too: not to be believed`,
            'warning',
          );
    case 'UNKNOWN':
      return say('PERF002', `undecided, ${reasonText(one)}`);
    case 'REMOVED':
      return say('PERF005', 'head does not have it any more');
    case 'WRONG':
      return say('NUM001', `wrong numbers, ${reasonText(one)}`, ofSide);
    case 'FAILED':
      return say('RUN001', `failed, ${reasonText(one)}`, ofSide);
    case 'SAME':
    case 'IMPROVED':
    case 'NEW':
    case 'SKIPPED':
      return [];
  }
}

/** The third digit of an error says nothing. */
function isLarger({ metric, base, head }: ExactFigure): boolean {
  if (base === null || head === null || head <= base) return false;
  return metric !== 'nmse' || figureText(metric, base) !== figureText(metric, head);
}

function figureFindings(one: ComparedCase, comparison: Comparison): readonly Finding[] {
  const memory = moreMemory(one);
  return changedFigures(one).flatMap((figure) => {
    const words = `${one.id}: ${figureSentence(figure)}`;
    if (figure === memory) {
      const level = memoryRegression(one, comparison) === null ? 'note' : rules.PERF003.level;
      return [finding('PERF003', one, one.file, words, level)];
    }
    return isLarger(figure) ? [finding('PERF004', one, one.file, words)] : [];
  });
}

/** Worst first. */
export function findingsOfComparison(comparison: Comparison): readonly Finding[] {
  const cases = worstFirst(comparison.cases);
  const believed = isBelieved(comparison);
  return [
    ...cases.flatMap((one) => verdictFindings(one, believed)),
    ...cases.flatMap((one) => figureFindings(one, comparison)),
  ];
}
