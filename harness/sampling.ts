/** Taking samples of one case: warm-up, lifting above the timer's tick, stopping. tinybench drives the loop and its statistics. */
import { Bench } from 'tinybench';
import type { Statistics } from 'tinybench';
import type { SampleStatistics } from './record.ts';
import { fewestForMedianInterval, RunningMedian } from './stats.ts';

/** One sample: durations per kernel call. */
export interface CallSample {
  /** First pass begin to last pass end; null without timestamps. */
  readonly gpuNs: number | null;
  readonly passNs: Readonly<Record<string, number>>;
  readonly wallNs: number;
  readonly encodeNs: number;
  /** What the host's call of submit takes. */
  readonly submitNs: number | null;
  readonly cpuNs: number | null;
}

/** What is sampled: `repeats` kernel calls as one submit, on input sets that take turns from `set` on. */
export interface SampleSource {
  readonly inputSets: number;
  readonly maxRepeats: number;
  call(repeats: number, set: number): Promise<CallSample>;
}

export interface SamplingPolicy {
  /** Stop when half the 95 % interval of the median is at most this share of it. */
  readonly relativeHalfWidth: number;
  readonly leastSamples: number;
  readonly mostSamples: number;
  /** Wall seconds for the samples of a case. A slow case still takes six samples (a median's interval needs them), unless those take four times this long. */
  readonly seconds: number;
  readonly warmups: number;
  /** Repeat the call within a sample until the tick is at most this share of it. */
  readonly tickShare: number;
}

export const defaultPolicy: SamplingPolicy = {
  relativeHalfWidth: 0.01,
  leastSamples: 10,
  mostSamples: 200,
  seconds: 2,
  warmups: 2,
  tickShare: 0.005,
};

/** Below six samples a median has no interval: a slow case takes as many, */
export const fewestOnBudget = fewestForMedianInterval;
/** unless they take this many times its seconds. */
export const overrun = 4;

export type StopRule = 'ci' | 'samples' | 'budget';

/** Whether to stop after `count` samples, and by which rule. */
export function stopRule(
  policy: SamplingPolicy,
  count: number,
  relativeHalfWidth: number | null,
  seconds: number,
): StopRule | null {
  if (
    count >= policy.leastSamples &&
    relativeHalfWidth !== null &&
    relativeHalfWidth <= policy.relativeHalfWidth
  ) {
    return 'ci';
  }
  if (count >= policy.mostSamples) return 'samples';
  if (seconds >= policy.seconds && (count >= fewestOnBudget || seconds >= overrun * policy.seconds)) {
    return 'budget';
  }
  return null;
}

/** Calls per sample so that one tick is at most `tickShare` of the sample. */
export function repeatsFor(durationNs: number, tickNs: number, tickShare: number, most: number): number {
  const wanted = Math.ceil(tickNs / tickShare / Math.max(durationNs, 1));
  return Math.min(Math.max(wanted, 1), Math.max(most, 1));
}

export interface Samples {
  readonly gpuNs: readonly number[];
  readonly passNs: Readonly<Record<string, readonly number[]>>;
  readonly wallNs: readonly number[];
  readonly encodeNs: readonly number[];
  readonly submitNs: readonly number[];
  readonly cpuNs: readonly number[];
  readonly repeats: number;
  readonly warmups: number;
  /** Samples whose GPU timestamps ran backwards, in any pass, or stood still: left out, counted. */
  readonly dropped: number;
  /** The input set of the last call. */
  readonly lastSet: number;
  readonly stop: {
    readonly rule: StopRule;
    readonly relativeHalfWidth: number | null;
    readonly seconds: number;
  };
  /** Null when tinybench has none, or samples were dropped: it would count those as zero. */
  readonly statistics: SampleStatistics | null;
}

const nsPerMs = 1e6;

function inNanoseconds({ mean, sd, mad, min, p75, p99, max }: Statistics): SampleStatistics {
  return {
    meanNs: mean * nsPerMs,
    standardDeviationNs: sd * nsPerMs,
    medianAbsoluteDeviationNs: mad * nsPerMs,
    minNs: min * nsPerMs,
    p75Ns: p75 * nsPerMs,
    p99Ns: p99 * nsPerMs,
    maxNs: max * nsPerMs,
  };
}

/**
 * Samples a case until the policy stops it. Input sets take turns. The clock's tick is that of the series the case is
 * judged by: GPU timestamps, or wall time without them.
 */
export async function takeSamples(
  source: SampleSource,
  policy: SamplingPolicy,
  clock: { readonly source: 'timestamp-query' | 'wall'; readonly tickNs: number },
  nowNs: () => number,
): Promise<Samples> {
  const judged = (sample: CallSample): number => sample.gpuNs ?? sample.wallNs;
  let set = 0;
  const nextSet = (repeats = 1): number => {
    const first = (set + 1) % source.inputSets;
    set = (first + repeats - 1) % source.inputSets;
    return first;
  };

  const warm = new RunningMedian();
  for (let i = 0; i < Math.max(1, policy.warmups); i++) warm.add(judged(await source.call(1, nextSet())));
  const repeats = repeatsFor(warm.median(), clock.tickNs, policy.tickShare, source.maxRepeats);

  const kept: CallSample[] = [];
  const running = new RunningMedian();
  const stopper = new AbortController();
  const started = nowNs();
  let taken = 0;
  let stop: Samples['stop'] = { rule: 'samples', relativeHalfWidth: null, seconds: 0 };
  const sampleOnce = async (): Promise<{ overriddenDuration: number }> => {
    const sample = await source.call(repeats, nextSet(repeats));
    taken++;
    const durationNs = judged(sample);
    if (durationNs > 0 && Object.values(sample.passNs).every((ns) => ns >= 0)) {
      kept.push(sample);
      running.add(durationNs);
    }
    const seconds = (nowNs() - started) / 1e9;
    const relativeHalfWidth = running.relativeHalfWidth();
    const rule = stopRule(policy, taken, relativeHalfWidth, seconds);
    if (rule !== null) {
      stop = { rule, relativeHalfWidth, seconds };
      stopper.abort();
    }
    return { overriddenDuration: Math.max(durationNs, 0) / nsPerMs };
  };
  const bench = new Bench({
    iterations: policy.mostSamples,
    time: 0,
    warmup: false,
    signal: stopper.signal,
    throws: true,
  });
  bench.add('case', sampleOnce, { async: true });
  const [task] = await bench.run();
  const { result } = task;
  const names = Object.keys(kept[0]?.passNs ?? {});
  return {
    gpuNs: kept.flatMap(({ gpuNs }) => (gpuNs === null ? [] : [gpuNs])),
    passNs: Object.fromEntries(names.map((name) => [name, kept.map(({ passNs }) => passNs[name])])),
    wallNs: kept.map(({ wallNs }) => wallNs),
    encodeNs: kept.map(({ encodeNs }) => encodeNs),
    submitNs: kept.flatMap(({ submitNs }) => (submitNs === null ? [] : [submitNs])),
    cpuNs: kept.flatMap(({ cpuNs }) => (cpuNs === null ? [] : [cpuNs])),
    repeats,
    warmups: Math.max(1, policy.warmups),
    dropped: taken - kept.length,
    lastSet: set,
    stop,
    statistics:
      taken === kept.length && (result.state === 'completed' || result.state === 'aborted-with-statistics')
        ? inNanoseconds(result.latency)
        : null,
  };
}
