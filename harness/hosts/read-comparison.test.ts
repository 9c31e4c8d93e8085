import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleComparison } from '../../reports/testing/comparisons.ts';
import { comparisonAt, readComparison } from './read-comparison.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-read-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'comparison.json');
  writeFileSync(file, text);
  return file;
}

test('reads what was written, by its folder or its file', () => {
  const sample = sampleComparison();
  const file = written(JSON.stringify(sample));
  expect(comparisonAt(folder)).toBe(file);
  expect(comparisonAt(file)).toBe(file);
  expect(readComparison(file)).toEqual(sample);
  mkdirSync(join(folder, 'empty'));
  expect(comparisonAt(join(folder, 'empty'))).toBeNull();
  expect(comparisonAt(join(folder, 'nothing'))).toBeNull();
});

test.each([
  ['{"schema":', 'is not JSON; name a comparison.json that attnbench compare has written'],
  ['[]', 'is no comparison: it must begin with {"schema":"attnbench-comparison/1",...}'],
  ['{"schema":"attnbench/1"}', 'is no comparison'],
  [
    '{"schema":"attnbench-comparison/9"}',
    'was written as attnbench-comparison/9 and this attnbench reads up to attnbench-comparison/1: update attnbench to read it',
  ],
  [
    JSON.stringify({ ...sampleComparison(), seconds: -1 }),
    'field seconds: Too small: expected number to be >=0; restore the file or compare again',
  ],
])('refuses %.40s', (text, message) => {
  expect(() => readComparison(written(text))).toThrow(message);
});
