import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../harness/errors.ts';
import { comparisonFormats } from './formats.ts';
import { comparisonOf, sampleComparison } from './testing/comparisons.ts';
import { writeComparison } from './write-comparison.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-comparison-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const exportFiles = [
  'annotations.txt',
  'base.bench',
  'bmf.json',
  'cases.jsonl',
  'comment.md',
  'comparison.json',
  'gha-bigger.json',
  'gha-smaller.json',
  'head.bench',
  'junit.xml',
  'results.sarif',
  'summary.md',
  'trace.json',
];
const names = (files: readonly string[]): readonly string[] =>
  files.map((file) => relative(folder, file)).sort();

test('writes every format and names every file', async () => {
  const files = await writeComparison(sampleComparison(), folder, comparisonFormats);
  const tables = ['verdicts', 'figures', 'sessions'].flatMap((table) =>
    ['csv', 'md', 'tex'].map((format) => `tables/${table}.${format}`),
  );
  expect(names(files)).toEqual([...exportFiles, ...tables, 'index.html'].sort());
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(names(found)).toEqual(['.report-files.json', ...names(files)]);
});

test('unasked it is a page, a comment and tables', async () => {
  const files = await writeComparison(sampleComparison(), folder);
  expect(names(files)).toEqual(
    ['comment.md', 'index.html', 'tables/figures.csv', 'tables/sessions.csv', 'tables/verdicts.csv'].sort(),
  );
});

test('a comparison without cases has every format too', async () => {
  const empty = comparisonOf([], { adapter: null, clock: null, control: null, calibration: null });
  const files = await writeComparison(empty, folder, comparisonFormats);
  expect(names(files)).toEqual(
    [
      ...exportFiles,
      'index.html',
      ...['csv', 'md', 'tex'].map((format) => `tables/verdicts.${format}`),
    ].sort(),
  );
});

test('what cannot be written is one sentence', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const writing = writeComparison(sampleComparison(), join(file, 'in'), ['comment']);
  await expect(writing).rejects.toThrow(UsageError);
  await expect(writing).rejects.toThrow('a file stands where a folder is needed');
});
