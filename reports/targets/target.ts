/** What the kernels are meant to reach, as questions that the records of one run answer. */
import type { CaseRecord, CeilingName, MeasuredRecord, Run } from '../../harness/record.ts';
import { primarySamplesNs } from '../../harness/record.ts';
import type { Ratio } from '../../harness/ratio.ts';
import { ratioOfCases } from '../../harness/ratio.ts';
import { ceilingOf, secondsAt } from '../../harness/roofline.ts';
import { median, medianInterval } from '../../harness/stats.ts';

type Interval = NonNullable<Ratio['interval']>;

/** A case id without its suite. */
export type CaseName = string;

/** What is measured for a target. */
export type Measure =
  /** How many times as long `slow` takes as `fast`. */
  | { readonly kind: 'ratio'; readonly slow: CaseName; readonly fast: CaseName }
  /** Useful FLOP/s of a case as a share of a ceiling. */
  | { readonly kind: 'share of peak'; readonly of: CaseName; readonly ceiling: CeilingName }
  /** How many times as long a case takes as reading its inputs once. */
  | { readonly kind: 'over a plain read'; readonly of: CaseName }
  /** How many times as long a case takes as copying its bytes, then its FLOPs as multiply-adds and its exponentials. */
  | { readonly kind: 'over copy and arithmetic'; readonly of: CaseName }
  /** The longest compilation and first dispatch of any case of a run that kept no shader cache, in seconds. */
  | { readonly kind: 'longest first dispatch' };

export interface Target {
  readonly id: string;
  /** Name of the adapter it is meant for. */
  readonly adapter: string;
  readonly says: string;
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  readonly measure: Measure;
}

export type Outcome =
  | {
      readonly kind: 'measured';
      readonly value: number;
      readonly interval: Interval | null;
      readonly reached: boolean;
      /** What the value is made of, in words: the case that took longest, the bound. */
      readonly detail: string | null;
    }
  /** A case that the target needs was measured and gave no time. */
  | { readonly kind: 'without a time'; readonly reason: string };

const nameOf = ({ id }: CaseRecord): CaseName => id.slice(id.indexOf('/') + 1);

const find = ({ cases }: Run, name: CaseName): CaseRecord | undefined =>
  cases.findLast((record) => nameOf(record) === name);

export function casesOf(measure: Measure): readonly CaseName[] {
  switch (measure.kind) {
    case 'ratio':
      return [measure.slow, measure.fast];
    case 'longest first dispatch':
      return [];
    default:
      return [measure.of];
  }
}

const meets = (value: number, goal: Target['goal']): boolean =>
  'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;

/** The least time that the bound allows a case, in nanoseconds; null where the run has no peaks for it. */
function boundNs({ header }: Run, { cost }: MeasuredRecord, kind: Measure['kind']): number | null {
  const { peaks } = header;
  if (peaks === null) return null;
  const parts =
    kind === 'over a plain read'
      ? [secondsAt(cost.bytesRead, ceilingOf(peaks, 'readCold'))]
      : [
          secondsAt(cost.bytesRead + cost.bytesWritten, ceilingOf(peaks, 'copyCold')),
          secondsAt(cost.flops, ceilingOf(peaks, 'f32')),
          secondsAt(cost.exps, ceilingOf(peaks, 'exp')),
        ];
  return parts.reduce<number | null>(
    (sum, part) => (sum === null || part === null ? null : sum + part * 1e9),
    0,
  );
}

/** Median over a fixed number: the median's own interval, scaled. */
function scaledMedian(
  samplesNs: readonly number[],
  scale: (ns: number) => number,
): [number, Interval | null] {
  const interval = medianInterval(samplesNs);
  const ends = interval === null ? null : [scale(interval.low), scale(interval.high)];
  return [
    scale(median(samplesNs)),
    ends === null ? null : { low: Math.min(...ends), high: Math.max(...ends) },
  ];
}

const keepsNoCache = ({ header }: Run): boolean => header.flags.includes('MESA_SHADER_CACHE_DISABLE=true');

function longestFirstDispatch(run: Run, goal: Target['goal']): Outcome | null {
  if (!keepsNoCache(run)) return null;
  const starts = run.cases
    .flatMap((record) =>
      record.status === 'ok' || record.status === 'invalid'
        ? [{ name: nameOf(record), seconds: (record.compileNs + record.firstDispatchNs) / 1e9 }]
        : [],
    )
    .sort((a, b) => b.seconds - a.seconds);
  if (starts.length === 0) return null;
  const [{ name, seconds }] = starts;
  return {
    kind: 'measured',
    value: seconds,
    interval: null,
    reached: meets(seconds, goal),
    detail: `${name}, of ${starts.length} cases`,
  };
}

/** What a run says about a target; null where it did not measure the cases or belongs to another adapter. */
export function judgeTarget(target: Target, run: Run): Outcome | null {
  const { measure, goal, adapter } = target;
  if (run.header.adapter.name !== adapter) return null;
  if (measure.kind === 'longest first dispatch') return longestFirstDispatch(run, goal);
  const found = casesOf(measure).map((name) => find(run, name));
  const records: MeasuredRecord[] = [];
  for (const record of found) {
    if (record === undefined) return null;
    if (record.status !== 'ok') {
      return {
        kind: 'without a time',
        reason: `${nameOf(record)}: ${record.status}${record.reason === null ? '' : `, ${record.reason.message}`}`,
      };
    }
    records.push(record);
  }
  const measured = (value: number, interval: Interval | null, detail: string | null): Outcome => ({
    kind: 'measured',
    value,
    interval,
    reached: meets(value, goal),
    detail,
  });
  const [first, second] = records;
  if (measure.kind === 'ratio') {
    const { value, interval } = ratioOfCases(first, second);
    return measured(value, interval, null);
  }
  const samplesNs = primarySamplesNs(first);
  if (measure.kind === 'share of peak') {
    const rate = run.header.peaks === null ? null : ceilingOf(run.header.peaks, measure.ceiling);
    if (rate === null) return null;
    const share = (ns: number): number => first.cost.flops / (ns / 1e9) / rate;
    return measured(...scaledMedian(samplesNs, share), null);
  }
  const bound = boundNs(run, first, measure.kind);
  if (bound === null) return null;
  return measured(...scaledMedian(samplesNs, (ns) => ns / bound), `bound ${(bound / 1e6).toPrecision(3)} ms`);
}
