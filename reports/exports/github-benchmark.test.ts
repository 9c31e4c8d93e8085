/** Against the schema that github-action-benchmark reads its custom tools with. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { githubBenchmarkOfComparison, githubBenchmarkOfRuns } from './github-benchmark.ts';

const entries = z.array(
  z.strictObject({
    name: z.string(),
    unit: z.string(),
    value: z.number(),
    range: z.string().optional(),
    extra: z.string().optional(),
  }),
);

/** The action finds a number's past by its name. */
function read(text: string): z.infer<typeof entries> {
  const found = entries.parse(JSON.parse(text));
  expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
  return found;
}

const id = 'scaling/flash:n=1024,heads=8,d=64,precision=f32';

describe('of a run', () => {
  const reported = reportedOf(scalingRun());
  test('smaller is better: milliseconds and MiB, under the case id', () => {
    const found = read(githubBenchmarkOfRuns(reported, 'smaller'));
    const timed = reported.analysis.rows.find((row) => row.id === id)?.timing;
    expect(found.find(({ name }) => name === id)).toMatchObject({
      unit: 'ms',
      value: (timed?.medianNs ?? 0) / 1e6,
      range: expect.stringMatching(/^± \d+\.\d%$/),
      extra: expect.stringContaining('samples=20 clock=gpu adapter=synthetic'),
    });
    expect(found.find(({ name }) => name === `${id} memory`)).toMatchObject({ unit: 'MiB', value: 8 });
    expect(new Set(found.map(({ unit }) => unit))).toEqual(new Set(['ms', 'MiB']));
  });
  test('bigger is better: GFLOP/s in one unit, however fast', () => {
    const found = read(githubBenchmarkOfRuns(reported, 'bigger'));
    const timed = reported.analysis.rows.find((row) => row.id === id)?.timing;
    expect(found.find(({ name }) => name === id)?.value).toBeCloseTo((timed?.flopsPerSecond ?? 0) / 1e9, 6);
    expect(new Set(found.map(({ unit }) => unit))).toEqual(new Set(['GFLOP/s']));
  });
  test('names runs that stand side by side', () => {
    read(githubBenchmarkOfRuns(reportedOf(scalingRun([128]), scalingRun([128])), 'smaller'));
  });
});

describe('of a comparison', () => {
  test('has the ratio both ways, and says the verdict', () => {
    const comparison = sampleComparison();
    const smaller = read(githubBenchmarkOfComparison(comparison, 'smaller'));
    const bigger = read(githubBenchmarkOfComparison(comparison, 'bigger'));
    const ratio = smaller.find(({ name }) => name === `${id} head over base`);
    const speed = bigger.find(({ name }) => name === `${id} speed over base`);
    expect(ratio?.value).toBeGreaterThan(1.05);
    expect((ratio?.value ?? 0) * (speed?.value ?? 0)).toBeCloseTo(1, 12);
    expect(ratio?.extra).toMatch(/^REGRESSED against main at 0123456789: \+6\.0 % /);
    const copy = 'scaling/copy:n=1024,heads=8,d=64,precision=f32';
    expect(smaller.find(({ name }) => name === `${copy} head over base`)).toMatchObject({ value: 1 });
    expect(smaller.some(({ name }) => name === copy)).toBe(false);
  });
});

test('names survive whatever they hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const run = read(githubBenchmarkOfRuns(reportedOf(hostileRun(text)), 'smaller'));
      expect(run.some(({ name }) => name === `${text}0`)).toBe(true);
      const compared = read(githubBenchmarkOfComparison(hostileComparison(text), 'smaller'));
      expect(compared.some(({ name }) => name === `${text}0`)).toBe(true);
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
