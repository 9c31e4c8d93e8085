/** What a comparison says, in words: the same on its page, in its tables and in every export. */
import type {
  ComparedCase,
  Comparison,
  ExactFigure,
  Noise,
  Side,
  Timed,
  Verdict,
} from '../../harness/gate/comparison.ts';
import { formatBytes, formatNumber, formatScientific } from '../../harness/format.ts';

/** Worst first. */
export const verdictOrder: readonly Verdict[] = [
  'WRONG',
  'REGRESSED',
  'FAILED',
  'UNKNOWN',
  'REMOVED',
  'SKIPPED',
  'NEW',
  'IMPROVED',
  'SAME',
];

/** How a sentence counts cases of a verdict: `2 regressed`. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  WRONG: 'wrong',
  REGRESSED: 'regressed',
  FAILED: 'failed',
  UNKNOWN: 'undecided',
  REMOVED: 'removed',
  SKIPPED: 'skipped',
  NEW: 'new',
  IMPROVED: 'improved',
  SAME: 'the same',
};

export function timedOf(one: ComparedCase): Timed | null {
  return 'timed' in one ? one.timed : null;
}

/** Not timed because both run the same code. */
export function isSameCode(one: ComparedCase): boolean {
  return one.verdict === 'SAME' && one.timed === null;
}

const slowdownOf = (one: ComparedCase): number => Math.log(timedOf(one)?.effect.ratio ?? 1);

/** More memory stands right behind slower. */
function rank(one: ComparedCase): number {
  const byVerdict = verdictOrder.indexOf(one.verdict);
  return moreMemory(one) === null ? byVerdict : Math.min(byVerdict, verdictOrder.indexOf('REGRESSED') + 0.5);
}

/** By what is worse, then the largest slowdown first, then by id. */
export function worstFirst(cases: readonly ComparedCase[]): readonly ComparedCase[] {
  return [...cases].sort(
    (a, b) =>
      rank(a) - rank(b) || slowdownOf(b) - slowdownOf(a) || a.id.localeCompare(b.id, 'en', { numeric: true }),
  );
}

/** Where the A/A arm shows a difference, no difference that the run shows is to be believed. */
export function isBelieved({ control }: Comparison): boolean {
  return control?.significant !== true;
}

/** A ratio as a change: `+5.2 %`. */
export function changeText(ratio: number): string {
  return `${signed(ratio)} %`;
}

function signed(ratio: number): string {
  const percent = 100 * (ratio - 1);
  const digits = Math.abs(percent) < 99.95 ? 1 : 0;
  const text = percent.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : text.replace(/^-0\.0$/, '0.0');
}

/** `+5.2 % [+4.1, +6.3]`. */
export function effectText({ ratio, low, high }: Timed['effect']): string {
  return `${changeText(ratio)} [${signed(low)}, ${signed(high)}]`;
}

/** `2.6 %`. */
export function shareText(share: number): string {
  const percent = 100 * share;
  return `${percent < 99.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

export function probabilityText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** Why the verdict is what it is. */
export function reasonText(one: ComparedCase): string {
  const reasons = one.reasons.map(({ message }) => message);
  const sentence = reasons.join('; ');
  if (!('problem' in one)) return sentence;
  const where = 'side' in one ? `${one.side}: ` : '';
  return [`${where}${one.problem.message}`, ...reasons].join('; ');
}

/** The exact figures that both sides have and that differ. */
export function changedFigures(one: ComparedCase): readonly ExactFigure[] {
  return one.exact.filter(({ change, base, head }) => change !== 'same' && base !== null && head !== null);
}

/** A call holds more than before. */
export function moreMemory(one: ComparedCase): ExactFigure | null {
  return (
    changedFigures(one).find(({ metric, change }) => metric === 'peakBytes' && change === 'worse') ?? null
  );
}

/** More memory is exact, so it is a regression without statistics, unless it is allowed. */
export function memoryRegression(
  one: ComparedCase,
  { allowMemory }: Pick<Comparison, 'allowMemory'>,
): ExactFigure | null {
  return allowMemory ? null : moreMemory(one);
}

/** Base alone is wrong or does not run: no fault of the change. */
export function isFaultOfBase(one: ComparedCase): boolean {
  return 'side' in one && one.side === 'base';
}

export const figureNames: Readonly<Record<ExactFigure['metric'], string>> = {
  peakBytes: 'memory',
  scratchBytes: 'scratch memory',
  flops: 'FLOPs',
  exps: 'exponentials',
  bytesRead: 'bytes read',
  bytesWritten: 'bytes written',
  nmse: 'error (NMSE)',
};

export function figureText(metric: ExactFigure['metric'], value: number | null): string {
  if (value === null) return '–';
  if (metric === 'nmse') return formatScientific(value);
  return metric === 'flops' || metric === 'exps' ? formatNumber(value) : formatBytes(value);
}

/** `memory 8.00 MiB → 9.00 MiB (+12.5 %)`. */
export function figureSentence({ metric, base, head }: ExactFigure): string {
  const change = base !== null && head !== null && base > 0 ? ` (${changeText(head / base)})` : '';
  return `${figureNames[metric]} ${figureText(metric, base)} → ${figureText(metric, head)}${change}`;
}

export function exactValue(
  one: ComparedCase,
  metric: ExactFigure['metric'],
  side: 'base' | 'head',
): number | null {
  return one.exact.find((figure) => figure.metric === metric)?.[side] ?? null;
}

/** `main at 0123456, with changes`. */
export function sideText({ label, commit, dirty }: Side): string {
  const at = commit === null || commit.startsWith(label) ? '' : ` at ${commit.slice(0, 10)}`;
  return `${label}${at}${dirty ? ', with changes' : ''}`;
}

export function adapterText({ adapter }: Comparison): string {
  return adapter === null ? 'no adapter' : adapter.name;
}

export interface VerdictCount {
  readonly verdict: Verdict;
  readonly count: number;
}

/** Of the verdicts that are there, worst first. */
export function verdictCounts(cases: readonly ComparedCase[]): readonly VerdictCount[] {
  return verdictOrder.flatMap((verdict) => {
    const count = cases.filter((one) => one.verdict === verdict).length;
    return count === 0 ? [] : [{ verdict, count }];
  });
}

/** The whole comparison in one sentence. */
export function headline(comparison: Comparison): string {
  const { cases, allowMemory } = comparison;
  if (cases.length === 0) return 'Nothing to compare: no case was asked for';
  if (cases.every(isSameCode)) {
    const all = cases.length === 1 ? 'the one case runs' : `all ${cases.length} cases run`;
    return `Nothing to time: ${all} the same code in base and head`;
  }
  const hungrier = cases.filter((one) => moreMemory(one) !== null).length;
  const counts = [
    ...verdictCounts(cases).map(({ verdict, count }) => `${count} ${verdictWords[verdict]}`),
    ...(hungrier === 0 ? [] : [`${hungrier} with more memory${allowMemory ? ', which is allowed' : ''}`]),
  ].join(', ');
  if (!isBelieved(comparison)) return `Not to be believed, the control shows a difference: ${counts}`;
  const good =
    (hungrier === 0 || allowMemory) &&
    !cases.some(({ verdict }) => ['WRONG', 'REGRESSED', 'FAILED'].includes(verdict));
  return good ? `No regression found: ${counts}` : counts;
}

/** What `attnbench calibrate` measured here, or that it has not. */
export function calibrationText({ calibration }: Comparison): string {
  if (calibration === null) {
    return 'How often this machine errs is not known: attnbench calibrate measures it.';
  }
  const { falsePositives, power, adapter, measuredAt } = calibration;
  const rate = (found: typeof falsePositives): string =>
    `${shareText(found.rate)} [${(100 * found.low).toFixed(1)}, ${(100 * found.high).toFixed(1)}] of ${found.tries}`;
  const finds = power.map(({ slowdown, found }) => `a slowdown of ${shareText(slowdown)} in ${rate(found)}`);
  return [
    `Calibrated on ${adapter}, ${measuredAt.slice(0, 10)}: the same code was called different in ${rate(falsePositives)} comparisons`,
    ...finds.map((words) => `it finds ${words}`),
  ].join('; ');
}

/** What a comparison could see on the machine, as it was before anything was timed. */
export const detectableText = ({ detectable, of, seconds }: Noise): string =>
  `looked at this machine for ${seconds.toFixed(1)} s: ${of.sessions} processes show a slowdown from ${shareText(detectable)} on`;

/** The same with everything that stood in the way; null where nobody looked. */
export function noiseText({ noise }: Comparison): string | null {
  if (noise === undefined) return null;
  const unmet = noise.unmet.map(({ what, how }) => `${what}: ${how}`);
  return [
    ...(noise.measured === null ? [] : [detectableText(noise.measured)]),
    unmet.length === 0 ? 'nothing stood in the way' : `unmet: ${unmet.join('; ')}`,
  ].join('; ');
}
