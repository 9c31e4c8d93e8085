/**
 * JSON for github-action-benchmark: one file for each direction. Units never change with the size of a value, because the action compares
 * numbers of one name as they are.
 */
import type { ComparedCase, Comparison } from '../../harness/gate/comparison.ts';
import {
  effectText,
  exactValue,
  isSameCode,
  probabilityText,
  shareText,
  sideText,
  timedOf,
  worstFirst,
} from '../comparison/verdicts.ts';
import { halfWidthText, timedCases } from './reported.ts';
import type { Reported, TimedCase } from './reported.ts';
import { jsonDocument } from './text.ts';

/** customSmallerIsBetter: times and memory. customBiggerIsBetter: throughput, and how many times as fast. */
export type Direction = 'smaller' | 'bigger';

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

const milliseconds = (ns: number): number => ns / 1e6;
const mebibytes = (bytes: number): number => bytes / 2 ** 20;

function entriesOfCase(one: TimedCase, direction: Direction): readonly Entry[] {
  const { name, record, timing, header } = one;
  const half = halfWidthText(timing);
  const range = half === null ? {} : { range: half };
  const interval = timing.interval;
  const ends =
    interval === null ? '' : `ci95=[${milliseconds(interval.lowNs)},${milliseconds(interval.highNs)}] ms `;
  const extra = `${ends}samples=${timing.samples} clock=${timing.clock} adapter=${header.adapter.name}`;
  if (direction === 'smaller') {
    return [
      { name, unit: 'ms', value: milliseconds(timing.medianNs), ...range, extra },
      { name: `${name} memory`, unit: 'MiB', value: mebibytes(record.bytes.peak) },
    ];
  }
  const { flopsPerSecond } = timing;
  return flopsPerSecond === null
    ? []
    : [{ name, unit: 'GFLOP/s', value: flopsPerSecond / 1e9, ...range, extra }];
}

export function githubBenchmarkOfRuns(reported: Reported, direction: Direction): string {
  return jsonDocument(timedCases(reported).flatMap((one) => entriesOfCase(one, direction)));
}

function entriesOfCompared(one: ComparedCase, direction: Direction, base: string): readonly Entry[] {
  const { id: name } = one;
  const smaller = direction === 'smaller';
  const ratioEntry = (value: number, range: string, extra: string): Entry => ({
    name: smaller ? `${name} head over base` : `${name} speed over base`,
    unit: 'times',
    value,
    range,
    extra,
  });
  if (isSameCode(one)) return [ratioEntry(1, '± 0.0%', `same code as ${base}, not timed`)];
  const timed = timedOf(one);
  if (timed === null) return [];
  const { effect, headNs, sessions, pAdjusted, minimumDetectable } = timed;
  const range = `± ${((50 * (effect.high - effect.low)) / effect.ratio).toFixed(1)}%`;
  const extra = `${one.verdict} against ${base}: ${effectText(effect)} p ${probabilityText(pAdjusted)} MDE ${shareText(minimumDetectable)} K=${sessions.length}`;
  if (smaller) {
    const bytes = exactValue(one, 'peakBytes', 'head');
    return [
      ratioEntry(effect.ratio, range, extra),
      { name, unit: 'ms', value: milliseconds(headNs), extra },
      ...(bytes === null ? [] : [{ name: `${name} memory`, unit: 'MiB', value: mebibytes(bytes) }]),
    ];
  }
  const flops = exactValue(one, 'flops', 'head');
  return [
    ratioEntry(1 / effect.ratio, range, extra),
    ...(flops === null || flops === 0 ? [] : [{ name, unit: 'GFLOP/s', value: flops / headNs, extra }]),
  ];
}

export function githubBenchmarkOfComparison(comparison: Comparison, direction: Direction): string {
  const base = sideText(comparison.base);
  return jsonDocument(worstFirst(comparison.cases).flatMap((one) => entriesOfCompared(one, direction, base)));
}
