/** Two cases of one shape side by side: which pass makes the difference. */
import { paramsSchema } from '../../harness/record.ts';
import type { RecordParams } from '../../harness/record.ts';
import { formatDuration, formatNumber, formatShare } from '../../harness/format.ts';
import type { CaseProfile, Profile, Time } from './profile.ts';

export interface Difference {
  readonly name: string;
  /** Null where only the other case has a pass of this name. */
  readonly first: Time | null;
  readonly second: Time | null;
  /** Second less first. */
  readonly ns: number;
  /** Of the whole difference; null where there is none to speak of. */
  readonly share: number | null;
}

export interface Comparison {
  readonly first: string;
  readonly second: string;
  readonly shape: string;
  readonly passes: readonly Difference[];
  readonly gaps: Difference;
  readonly call: Difference;
  readonly sentence: string;
}

/** The axes that every kernel has: cases that agree in them did the same job. */
function shapeOf(params: RecordParams): string {
  return Object.keys(paramsSchema.shape)
    .map((axis) => `${axis}=${String(params[axis])}`)
    .join(',');
}

const overlap = (a: Time, b: Time): boolean =>
  a.interval === null ||
  b.interval === null ||
  (a.interval.lowNs <= b.interval.highNs && b.interval.lowNs <= a.interval.highNs);

function sentenceOf(
  first: CaseProfile,
  second: CaseProfile,
  parts: readonly Difference[],
  wholeNs: number,
): string {
  const [fast, slow] = wholeNs > 0 ? [first, second] : [second, first];
  if (overlap(first.call, second.call)) {
    return `${first.label} and ${second.label}: the intervals of their medians overlap, so no difference is shown.`;
  }
  const ratio = formatNumber(slow.call.medianNs / fast.call.medianNs);
  const head = `${fast.label} takes ${formatDuration(fast.call.medianNs)} and ${slow.label} ${formatDuration(slow.call.medianNs)}, ${ratio} times as long.`;
  const same = parts.filter(({ ns }) => Math.sign(ns) === Math.sign(wholeNs));
  const most = same.reduce<Difference | null>(
    (best, part) => (best === null || Math.abs(part.ns) > Math.abs(best.ns) ? part : best),
    null,
  );
  if (most === null || most.share === null) return head;
  const only = most.first === null ? second : most.second === null ? first : null;
  const where = only === null ? '' : `, which only ${only.label} has`;
  if (most.share > 1) {
    return `${head} The largest part is ${most.name}${where}: ${formatDuration(Math.abs(most.ns))}, of which other passes give some back.`;
  }
  return `${head} The largest part is ${most.name}${where}: ${formatDuration(Math.abs(most.ns))} of ${formatDuration(Math.abs(wholeNs))} (${formatShare(most.share)}).`;
}

/** Passes are paired by name; those that only one case has follow in its order. */
export function compareCases(first: CaseProfile, second: CaseProfile): Comparison {
  const wholeNs = second.call.medianNs - first.call.medianNs;
  const difference = (name: string, a: Time | null, b: Time | null): Difference => {
    const ns = (b?.medianNs ?? 0) - (a?.medianNs ?? 0);
    return { name, first: a, second: b, ns, share: wholeNs === 0 ? null : ns / wholeNs };
  };
  const timeIn = (one: CaseProfile, name: string): Time | null =>
    one.passes.find((pass) => pass.name === name)?.time ?? null;
  const names = [...new Set([...first.passes, ...second.passes].map(({ name }) => name))];
  const passes = names.map((name) => difference(name, timeIn(first, name), timeIn(second, name)));
  const gaps = difference('between passes', first.gaps, second.gaps);
  return {
    first: first.label,
    second: second.label,
    shape: shapeOf(first.params),
    passes,
    gaps,
    call: difference('whole call', first.call, second.call),
    sentence: sentenceOf(first, second, [...passes, gaps], wholeNs),
  };
}

/** Within each shape, the first case against each of the others. */
export function comparisonsOf({ cases }: Profile): readonly Comparison[] {
  const byShape = new Map<string, CaseProfile[]>();
  for (const one of cases) {
    const key = shapeOf(one.params);
    byShape.set(key, [...(byShape.get(key) ?? []), one]);
  }
  return [...byShape.values()].flatMap(([first, ...others]) =>
    others.map((other) => compareCases(first, other)),
  );
}
