/** Bencher Metric Format: by benchmark, by measure. `latency` is built in and in nanoseconds; the others are made by their names. */
import type { Comparison } from '../../harness/gate/comparison.ts';
import { exactValue, isSameCode, timedOf } from '../comparison/verdicts.ts';
import { timedCases } from './reported.ts';
import type { Reported } from './reported.ts';
import { jsonDocument } from './text.ts';

interface Metric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

const measures = (entries: Readonly<Record<string, Metric | null>>): Readonly<Record<string, Metric>> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, metric]) => (metric === null ? [] : [[name, metric]])),
  );

const exact = (value: number | null): Metric | null => (value === null ? null : { value });

export function bencherOfRuns(reported: Reported): string {
  const benchmarks = timedCases(reported).map(({ name, record, timing }) => {
    const { interval } = timing;
    const ends = interval === null ? {} : { lower_value: interval.lowNs, upper_value: interval.highNs };
    return [
      name,
      measures({
        latency: { value: timing.medianNs, ...ends },
        'flops-per-second': exact(timing.flopsPerSecond),
        'peak-bytes': exact(record.bytes.peak),
      }),
    ] as const;
  });
  return jsonDocument(Object.fromEntries(benchmarks));
}

/** `head-over-base` is what to set thresholds on: it does not depend on the machine's mood. */
export function bencherOfComparison({ cases }: Comparison): string {
  const benchmarks = cases.flatMap((one) => {
    const timed = timedOf(one);
    if (timed === null && !isSameCode(one)) return [];
    const effect = timed?.effect ?? { ratio: 1, low: 1, high: 1 };
    return [
      [
        one.id,
        measures({
          latency: exact(timed?.headNs ?? null),
          'head-over-base': { value: effect.ratio, lower_value: effect.low, upper_value: effect.high },
          'peak-bytes': exact(exactValue(one, 'peakBytes', 'head')),
        }),
      ] as const,
    ];
  });
  return jsonDocument(Object.fromEntries(benchmarks));
}
