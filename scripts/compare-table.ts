/** A comparison as text: what is worst first, what is the same as counts. */
import type { ComparedCase, Comparison } from '../harness/gate/comparison.ts';
import { formatBytes, formatDuration } from '../harness/format.ts';
import { needsMoreMemory } from './compare-result.ts';
import { counted } from './io.ts';
import { textTable } from './text-table.ts';

/** +5.1 %, -2.0 %. */
function change(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
}

const bare = (ratio: number): string => change(ratio).replace(' %', '');

/** Lower is worse. */
function rank(one: ComparedCase): number {
  switch (one.verdict) {
    case 'WRONG':
      return one.side === 'head' ? 0 : 2;
    case 'FAILED':
      return one.side === 'base' ? 3 : 1;
    case 'REGRESSED':
      return 4;
    case 'UNKNOWN':
      return 6;
    case 'IMPROVED':
      return 7;
    case 'SAME':
    case 'NEW':
    case 'REMOVED':
      return needsMoreMemory(one) ? 5 : 8;
    case 'SKIPPED':
      return 9;
  }
}

const ratioOf = (one: ComparedCase): number => ('timed' in one ? (one.timed?.effect.ratio ?? 1) : 1);

/** Worst first; within a verdict the slowest first. */
export const worstFirst = (cases: readonly ComparedCase[]): readonly ComparedCase[] =>
  [...cases].sort((a, b) => rank(a) - rank(b) || ratioOf(b) - ratioOf(a));

/** Told by its count alone: nothing was measured, or nothing is to be compared. */
const isFolded = (one: ComparedCase): boolean =>
  (one.verdict === 'SAME' && one.timed === null) ||
  one.verdict === 'NEW' ||
  one.verdict === 'REMOVED' ||
  one.verdict === 'SKIPPED';

function row(one: ComparedCase): readonly string[] {
  const timed = 'timed' in one ? one.timed : null;
  if (timed === null) return [one.verdict, '', '', '', '', one.id];
  const { effect, minimumDetectable, baseNs, headNs, sessions } = timed;
  return [
    one.verdict,
    `${change(effect.ratio)} [${bare(effect.low)}, ${bare(effect.high)}]`,
    `${(minimumDetectable * 100).toFixed(1)} %`,
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
  if (memory !== undefined && memory.change !== 'same') {
    lines.push(
      `${memory.change === 'worse' ? 'more' : 'less'} memory: ${formatBytes(memory.base ?? 0)} → ${formatBytes(memory.head ?? 0)}`,
    );
  }
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

export function comparisonText({ base, head, adapter, cases, calibration, control }: Comparison): string {
  const shown = worstFirst(cases).filter((one) => !isFolded(one) || needsMoreMemory(one));
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
    ...(adapter === null || control === null ? [] : [calibrationText(calibration)]),
  ];
  return `${lines.join('\n')}\n`;
}

function sideText({ label, commit, dirty }: Comparison['base']): string {
  const short = commit === null ? '' : ` (${commit.slice(0, 10)}${dirty ? ', changed' : ''})`;
  return `${label}${commit?.startsWith(label) === true ? '' : short}`;
}

/** What is known of this gate's own errors. */
function calibrationText(calibration: Comparison['calibration']): string {
  if (calibration === null) {
    return 'how often this gate errs on this machine is not known: attnbench calibrate measures it';
  }
  const { falsePositives, measuredAt } = calibration;
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
  return `on this machine ${share(falsePositives.rate)} [${share(falsePositives.low)}, ${share(falsePositives.high)}] of ${falsePositives.tries} comparisons of identical code were called different (calibrated ${measuredAt.slice(0, 10)})`;
}
