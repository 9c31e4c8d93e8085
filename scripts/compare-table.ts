/** A comparison as text: what is worst first, what is the same as counts. */
import type { ComparedCase, Comparison } from '../harness/gate/comparison.ts';
import { formatDuration } from '../harness/format.ts';
import {
  calibrationText,
  effectText,
  figureSentence,
  moreMemory,
  shareText,
  sideText,
  timedOf,
  worstFirst,
} from '../reports/comparison/verdicts.ts';
import { counted } from './io.ts';
import { textTable } from './text-table.ts';

/** Told by its count alone: nothing was measured, or nothing is to be compared. */
const isFolded = (one: ComparedCase): boolean =>
  (one.verdict === 'SAME' && one.timed === null) ||
  one.verdict === 'NEW' ||
  one.verdict === 'REMOVED' ||
  one.verdict === 'SKIPPED';

function row(one: ComparedCase): readonly string[] {
  const timed = timedOf(one);
  if (timed === null) return [one.verdict, '', '', '', '', one.id];
  const { effect, minimumDetectable, baseNs, headNs, sessions } = timed;
  return [
    one.verdict,
    effectText(effect),
    shareText(minimumDetectable),
    `${formatDuration(baseNs)} → ${formatDuration(headNs)}`,
    String(sessions.length),
    one.id,
  ];
}

const header = ['verdict', 'change of time [95 %]', 'detectable', 'base → head', 'processes', 'case'];

/** Why, for what is not simply the same. */
function why(one: ComparedCase): readonly string[] {
  const lines: string[] = [];
  if (one.verdict === 'WRONG' || one.verdict === 'FAILED') {
    lines.push(`${one.side}: ${one.problem.message}`);
  }
  if (one.verdict !== 'SAME') lines.push(...one.reasons.map(({ message }) => message));
  const memory = one.exact.find(({ metric }) => metric === 'peakBytes');
  if (memory !== undefined && memory.change !== 'same') lines.push(figureSentence(memory));
  return lines.map((line) => `  ${one.verdict} ${one.id}: ${line}`);
}

/** `3 cases of the same code, 2 cases new and right, 1 case removed`. */
function foldedCounts(cases: readonly ComparedCase[]): string {
  const count = (verdict: ComparedCase['verdict']): number =>
    cases.filter((one) => one.verdict === verdict && isFolded(one)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('SAME'), 'of the same code'],
    [count('NEW'), 'new and right'],
    [count('REMOVED'), 'removed'],
    [count('SKIPPED'), 'skipped'],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${counted(number, 'case')} ${words}`)
    .join(', ');
}

const kernelsOf = (cases: readonly ComparedCase[], verdict: ComparedCase['verdict']): string =>
  [...new Set(cases.filter((one) => one.verdict === verdict).map(({ kernel }) => kernel))].join(', ');

export function comparisonText(comparison: Comparison): string {
  const { base, head, adapter, cases, control } = comparison;
  const shown = worstFirst(cases).filter((one) => !isFolded(one) || moreMemory(one) !== null);
  const folded = foldedCounts(cases);
  const named = (['NEW', 'REMOVED'] as const)
    .map((verdict) => ({ verdict, kernels: kernelsOf(cases, verdict) }))
    .filter(({ kernels }) => kernels !== '')
    .map(({ verdict, kernels }) => `${verdict.toLowerCase()}: ${kernels}`);
  const lines = [
    `head ${sideText(head)} against base ${sideText(base)}${adapter === null ? '' : ` on ${adapter.description || adapter.name}`}`,
    ...(shown.length === 0 ? [] : ['', textTable(header, shown.map(row)).trimEnd()]),
    ...(shown.flatMap(why).length === 0 ? [] : ['', ...shown.flatMap(why)]),
    ...(folded === '' ? [] : ['', `${folded}${named.length === 0 ? '' : ` (${named.join('; ')})`}`]),
    ...(control === null ? [] : ['', control.message]),
    ...(adapter === null || control === null ? [] : [calibrationText(comparison)]),
  ];
  return `${lines.join('\n')}\n`;
}
