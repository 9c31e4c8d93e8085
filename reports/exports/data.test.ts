/** JSON and JSON Lines against schemas, CSV against a strict reader. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { comparedCaseSchema, comparisonSchema } from '../../harness/gate/comparison.ts';
import { runHeaderSchema } from '../../harness/record.ts';
import { comparisonTables } from '../comparison/tables.ts';
import { toCsv } from '../table.ts';
import { allTables } from '../tables.ts';
import { sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { header, okCase, params, scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { casesOfComparison, jsonOfComparison, jsonOfRuns, samplesOfRuns } from './data.ts';

const published: unknown = JSON.parse(
  readFileSync(new URL('../../docs/comparison.schema.json', import.meta.url), 'utf8'),
);

const interval = z.strictObject({ lowNs: z.number(), highNs: z.number() });
const results = z.strictObject({
  schema: z.literal('attnbench-results/1'),
  runs: z.array(z.strictObject({ header: runHeaderSchema, label: z.string() })),
  cases: z.array(
    z.looseObject({
      run: z.number().int(),
      id: z.string(),
      kernel: z.string(),
      status: z.string(),
      timing: z.looseObject({ medianNs: z.number(), interval: interval.nullable() }).nullable(),
    }),
  ),
  growth: z.array(z.looseObject({ kernel: z.string(), rows: z.array(z.number().int()) })),
  crossovers: z.array(z.looseObject({ first: z.string(), second: z.string() })),
  warnings: z.array(z.strictObject({ code: z.string(), run: z.string(), message: z.string() })),
});

const nanoseconds = z.number().nonnegative().nullable();
const sample = z.strictObject({
  run: z.string(),
  id: z.string(),
  session: z.number().int(),
  round: z.number().int().positive().nullable(),
  sample: z.number().int().positive(),
  calls: z.number().int().positive(),
  gpuNs: nanoseconds,
  wallNs: nanoseconds,
  encodeNs: nanoseconds,
  submitNs: nanoseconds,
  cpuNs: nanoseconds,
  passNs: z.record(z.string(), nanoseconds),
});

function lines(text: string): readonly unknown[] {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

describe('of a run', () => {
  test('the document has every case once, with a time only where it was found right', () => {
    const run = scalingRun();
    const document = results.parse(JSON.parse(jsonOfRuns(reportedOf(run))));
    expect(document.cases.map(({ id }) => id)).toEqual(run.cases.map(({ id }) => id));
    for (const { status, timing } of document.cases) expect(timing !== null).toBe(status === 'ok');
    expect(document.growth).toHaveLength(7);
  });
  test('samples are in the order taken, with their round', () => {
    const whole = okCase('flash', params({ n: 256 }), { samples: 5 });
    const record = { ...whole, rounds: [2, 3], submitNs: [1, 2, 3, 4, 5] };
    const found = lines(samplesOfRuns(reportedOf({ header: header(), cases: [record] }))).map((line) =>
      sample.parse(line),
    );
    expect(found.map(({ gpuNs }) => gpuNs)).toEqual(record.gpuNs);
    expect(found.map(({ round }) => round)).toEqual([1, 1, 2, 2, 2]);
    expect(found.map(({ submitNs }) => submitNs)).toEqual([1, 2, 3, 4, 5]);
    expect(found[0]).toMatchObject({ encodeNs: null, cpuNs: null, passNs: { main: record.gpuNs[0] } });
  });
  test('there are no samples of a case that is wrong or impossible', () => {
    const run = scalingRun();
    const ids = new Set(lines(samplesOfRuns(reportedOf(run))).map((line) => sample.parse(line).id));
    expect(ids).toEqual(new Set(run.cases.flatMap(({ id, status }) => (status === 'ok' ? [id] : []))));
  });
});

describe('of a comparison', () => {
  const comparison = sampleComparison();
  test('the document is the comparison, and fits the published schema', () => {
    const document: unknown = JSON.parse(jsonOfComparison(comparison));
    expect(comparisonSchema.parse(document)).toEqual(comparison);
    const validate = new Ajv2020({ strict: false }).compile(
      z.record(z.string(), z.unknown()).parse(published),
    );
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...comparison, cases: [{ verdict: 'PERHAPS' }] })).toBe(false);
  });
  test('has one line a case', () => {
    const found = lines(casesOfComparison(comparison)).map((line) => comparedCaseSchema.parse(line));
    expect(found).toEqual(comparison.cases);
  });
});

/** A spreadsheet would run what begins like a formula; an apostrophe in front makes it text. */
function harmless(value: string | number | boolean | null): string {
  const formula = typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(value);
  return `${formula ? "'" : ''}${value ?? ''}`.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

test('tables as CSV keep every string', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const tables = [
        ...allTables(reportedOf(hostileRun(text)).analysis),
        ...comparisonTables(hostileComparison(text)),
      ];
      for (const table of tables) {
        const columns = table.columns.flatMap(({ key }, index) => (key === null ? [] : [{ key, index }]));
        const rows = parse(toCsv(table), {
          record_delimiter: ['\r\n', '\n', '\r'],
          relax_column_count: false,
        });
        expect(rows[0]).toEqual(columns.map(({ key }) => harmless(key)));
        expect(rows.slice(1)).toEqual(
          table.rows.map((row) => columns.map(({ index }) => harmless(row[index].value))),
        );
      }
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);

test('JSON keeps every string', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const document = results.parse(JSON.parse(jsonOfRuns(reportedOf(hostileRun(text)))));
      expect(document.cases[0].id).toBe(`${text}0`);
      const found = comparisonSchema.parse(JSON.parse(jsonOfComparison(hostileComparison(text))));
      expect(found.cases[0].id).toBe(`${text}0`);
      const [first] = lines(samplesOfRuns(reportedOf(hostileRun(text))));
      expect(sample.parse(first).run).toBe(text);
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
