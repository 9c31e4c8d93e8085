/** What a calibration says to a person. */
import { formatShareFixed } from '../harness/format.ts';
import type { Calibration, ErrorRate } from '../harness/gate/comparison.ts';
import { median } from '../harness/stats.ts';
import type { TrialResult } from './calibrate-measure.ts';
import { textTable } from './text-table.ts';

const interval = ({ low, high }: ErrorRate): string =>
  `${formatShareFixed(low)} to ${formatShareFixed(high)}`;
const processes = (results: readonly TrialResult[]): string =>
  results.length === 0
    ? '–'
    : String(median(results.map(({ result }) => result.timed?.sessions.length ?? 0)));

/** One row for kernels held against themselves, one for each share by which work was made longer. */
export function calibrationText(
  { falsePositives, power, nullSpread }: Calibration,
  results: readonly TrialResult[],
): string {
  const of = (slowdown: number): readonly TrialResult[] =>
    results.filter((result) => result.slowdown === slowdown);
  const undecided = (slowdown: number): string =>
    String(of(slowdown).filter(({ result }) => result.verdict === 'UNKNOWN').length);
  const rows = [
    ['the same kernel', 'called different', falsePositives, 0] as const,
    ...power.map(
      ({ slowdown, found }) =>
        [`${formatShareFixed(slowdown)} longer`, 'called slower', found, slowdown] as const,
    ),
  ].map(([what, called, rate, slowdown]) => [
    what,
    `${rate.found} of ${rate.tries} ${called}`,
    formatShareFixed(rate.rate),
    interval(rate),
    undecided(slowdown),
    processes(of(slowdown)),
  ]);
  return [
    textTable(
      ['head against base', 'verdicts', 'rate', '95 % interval', 'unknown', 'processes, median'],
      rows,
    ),
    `\n95 of 100 comparisons of a kernel with itself read less than ${formatShareFixed(nullSpread)} of difference.\n`,
  ].join('');
}
