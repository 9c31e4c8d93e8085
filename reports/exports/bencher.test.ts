/** Against Bencher Metric Format as documented: by benchmark, by measure, one metric each. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { bencherOfComparison, bencherOfRuns } from './bencher.ts';

const metric = z
  .strictObject({ value: z.number(), lower_value: z.number().optional(), upper_value: z.number().optional() })
  .refine(
    ({ value, lower_value = value, upper_value = value }) => lower_value <= value && value <= upper_value,
  );
const measure = z.string().regex(/^[a-z]+(-[a-z]+)*$/);

function read(text: string): ReadonlyMap<string, Readonly<Record<string, z.infer<typeof metric>>>> {
  const document: unknown = JSON.parse(text);
  // Not z.record: it would lose a benchmark that is called __proto__.
  if (typeof document !== 'object' || document === null) throw new Error('no object');
  return new Map(
    Object.entries(document).map(([name, found]) => [name, z.record(measure, metric).parse(found)]),
  );
}

const id = 'scaling/flash:n=1024,heads=8,d=64,precision=f32';

test('a run has latency in nanoseconds with its interval, throughput and memory', () => {
  const reported = reportedOf(scalingRun());
  const found = read(bencherOfRuns(reported)).get(id);
  const timing = reported.analysis.rows.find((row) => row.id === id)?.timing;
  expect(found?.latency).toEqual({
    value: timing?.medianNs,
    lower_value: timing?.interval?.lowNs,
    upper_value: timing?.interval?.highNs,
  });
  expect(found?.['flops-per-second'].value).toBe(timing?.flopsPerSecond);
  expect(found?.['peak-bytes'].value).toBe(8 * 2 ** 20);
});

test('a comparison has the ratio with its interval, and 1 for the same code', () => {
  const found = read(bencherOfComparison(sampleComparison()));
  const ratio = found.get(id)?.['head-over-base'];
  expect(ratio?.lower_value).toBeGreaterThan(1.02);
  expect(found.get('scaling/copy:n=1024,heads=8,d=64,precision=f32')?.['head-over-base'].value).toBe(1);
  expect(found.has('scaling/ssd:n=1024,heads=8,d=64,precision=f32')).toBe(false);
});

test('names survive whatever they hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(read(bencherOfRuns(reportedOf(hostileRun(text)))).has(`${text}0`)).toBe(true);
      expect(read(bencherOfComparison(hostileComparison(text))).has(`${text}0`)).toBe(true);
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
