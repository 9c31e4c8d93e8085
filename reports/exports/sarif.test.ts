/** Against the JSON Schema of SARIF 2.1.0. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ComparedCase, Comparison } from '../../harness/gate/comparison.ts';
import { comparisonOf, sampleCases, sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { sarifOfComparison, sarifOfRuns } from './sarif.ts';

const schemaFile = createRequire(import.meta.url).resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
);
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

const fields = z.object({
  runs: z
    .array(
      z.object({
        tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
        invocations: z.array(z.object({ executionSuccessful: z.boolean() })),
        results: z.array(
          z.object({
            ruleId: z.string(),
            ruleIndex: z.number(),
            level: z.string(),
            message: z.object({ text: z.string() }),
            locations: z
              .array(
                z.object({
                  physicalLocation: z.object({
                    artifactLocation: z.object({ uri: z.string() }),
                    region: z.object({ startLine: z.number(), startColumn: z.number().optional() }),
                  }),
                }),
              )
              .length(1),
            partialFingerprints: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
          }),
        ),
      }),
    )
    .length(1),
});

function read(text: string): z.infer<typeof fields>['runs'][number] {
  const document: unknown = JSON.parse(text);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  const [run] = fields.parse(document).runs;
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  return run;
}

test('the schema refuses what is no SARIF', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
});

describe('of a run', () => {
  test('has what is wrong, impossible or failed, and nothing that was skipped', () => {
    const { results } = read(sarifOfRuns(reportedOf(scalingRun())));
    expect(
      results.map(({ ruleId, locations }) => [ruleId, locations[0].physicalLocation.artifactLocation.uri]),
    ).toEqual([
      ['NUM001', 'kernels/mamba/mamba.wgsl'],
      ['PERF006', 'kernels/performer/performer.wgsl'],
      ['RUN001', 'kernels/bigbird/kernel.ts'],
    ]);
  });
});

describe('of a comparison', () => {
  test('has regressions, wrong numbers and what could not be decided, worst first', () => {
    const { results, invocations } = read(sarifOfComparison(sampleComparison()));
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      'NUM001 error',
      'PERF001 error',
      'PERF001 error',
      'RUN001 error',
      'PERF002 note',
      'PERF002 note',
      'PERF002 note',
      'PERF002 note',
      'PERF005 note',
      'PERF003 error',
      'PERF004 note',
    ]);
    expect(results[1].message.text).toMatch(
      /longformer.*slower, \+24\.6 % \[\+23\.\d, \+25\.\d\] against base/,
    );
    expect(invocations[0].executionSuccessful).toBe(true);
  });
  test('nothing is an error that the exit code lets pass: memory that is allowed, a base that is wrong', () => {
    const cases = sampleCases()
      .filter(({ verdict }) => verdict !== 'REGRESSED')
      .map((one): ComparedCase => {
        const hungry = { metric: 'peakBytes', base: 100, head: 200, change: 'worse' } as const;
        return 'side' in one ? { ...one, side: 'base' } : { ...one, exact: [hungry] };
      });
    const { results } = read(sarifOfComparison(comparisonOf(cases, { allowMemory: true })));
    expect(results.some(({ ruleId }) => ruleId === 'PERF003')).toBe(true);
    expect(results.filter(({ level }) => level === 'error')).toEqual([]);
  });
  test("points at the compiler's own line", () => {
    const { results } = read(sarifOfComparison(sampleComparison()));
    expect(results[3].locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'kernels/performer/performer.wgsl' },
      region: { startLine: 41, startColumn: 7 },
    });
  });
  test('a finding keeps its fingerprint whatever its numbers, and has one of its own', () => {
    const prints = (comparison: Comparison): readonly string[] =>
      read(sarifOfComparison(comparison)).results.map(
        ({ partialFingerprints }) => Object.values(partialFingerprints)[0],
      );
    const before = prints(sampleComparison());
    const slower = sampleCases().map((one) =>
      one.verdict === 'REGRESSED'
        ? { ...one, timed: { ...one.timed, effect: { ratio: 2, low: 1.9, high: 2.1 } } }
        : one,
    );
    expect(new Set(prints(comparisonOf(slower)))).toEqual(new Set(before));
    expect(new Set(before).size).toBe(before.length);
  });
  test('more work and a larger error are told as compare writes them, a smaller one is not', () => {
    const [first] = sampleCases();
    const figures = [
      { metric: 'flops', base: 1e9, head: 1.01e9, change: 'different' },
      { metric: 'nmse', base: 1e-13, head: 3e-13, change: 'different' },
      { metric: 'nmse', base: 1e-13, head: 1.0001e-13, change: 'different' },
      { metric: 'exps', base: 2e9, head: 1e9, change: 'different' },
    ] as const;
    const { results } = read(sarifOfComparison(comparisonOf([{ ...first, exact: [...figures] }])));
    expect(results.map(({ ruleId, message }) => [ruleId, message.text.split(': ')[1]])).toEqual([
      ['PERF004', 'FLOPs 1.0e9 → 1.0e9 (+1.0 %)'],
      ['PERF004', 'error (NMSE) 1.0e-13 → 3.0e-13 (+200 %)'],
    ]);
  });
  test('no regression is an error where the control shows a difference', () => {
    const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
    const { results, invocations } = read(sarifOfComparison(sampleComparison({ control })));
    const levels = results.filter(({ ruleId }) => ruleId === 'PERF001').map(({ level }) => level);
    expect(levels).toEqual(['warning', 'warning']);
    expect(invocations[0].executionSuccessful).toBe(false);
  });
});

test('strings survive whatever they hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const well = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
      const run = read(sarifOfRuns(reportedOf(hostileRun(text))));
      const compared = read(sarifOfComparison(hostileComparison(text)));
      for (const { results } of [run, compared]) {
        expect(results.length).toBeGreaterThan(2);
        for (const { message } of results) expect(message.text).toContain(well);
        expect(() =>
          results.map(({ locations }) =>
            decodeURIComponent(locations[0].physicalLocation.artifactLocation.uri),
          ),
        ).not.toThrow();
      }
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
