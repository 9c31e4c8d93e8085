import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFile } from './earlier-files.ts';
import { header, okCase, params } from './testing/records.ts';
import { writeReport } from './write.ts';

let folder = '';
let outside = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-report-'));
  outside = mkdtempSync(join(tmpdir(), 'attnbench-outside-'));
});
afterEach(() => {
  for (const path of [folder, outside]) rmSync(path, { recursive: true });
});

const runOf = (suite: string, cases = 2) => ({
  header: header(),
  cases: [128, 256, 512].slice(0, cases).map((n) => okCase('flash', params({ n }), { suite })),
});
const has = (path: string): boolean => existsSync(join(folder, path));

test('figures of a suite that the run no longer has are removed, and what others put there stays', async () => {
  await writeReport([runOf('early')], folder, ['svg', 'csv']);
  writeFileSync(join(folder, 'figures', 'mine.svg'), 'mine');
  await writeReport([runOf('late')], folder, ['svg', 'csv']);
  expect(has('figures/early-time-by-n.svg')).toBe(false);
  expect(has('figures/late-time-by-n.svg')).toBe(true);
  expect(has('figures/mine.svg')).toBe(true);
});

test('other formats of the same records stay; once the run has grown they go', async () => {
  await writeReport([runOf('scaling')], folder, ['svg', 'csv']);
  await writeReport([runOf('scaling')], folder, ['csv']);
  expect(has('figures/scaling-time-by-n.svg')).toBe(true);
  await writeReport([runOf('scaling', 3)], folder, ['csv']);
  expect(has('figures/scaling-time-by-n.svg')).toBe(false);
  expect(has('tables/results.csv')).toBe(true);
});

test('a list that names anything but files of a report removes nothing', async () => {
  const precious = join(outside, 'precious.svg');
  writeFileSync(precious, 'kept');
  mkdirSync(join(folder, 'tables'));
  symlinkSync(outside, join(folder, 'figures'));
  for (const path of [precious, '../precious.svg', `figures/../../x.svg`, 'figures/precious.svg', 'tables']) {
    writeFileSync(join(folder, listFile), JSON.stringify({ of: 'another', files: [path] }));
    await writeReport([runOf('scaling')], folder, ['json']);
  }
  expect(readFileSync(precious, 'utf8')).toBe('kept');
  expect(has('tables')).toBe(true);
});

test('a list that is none is passed over', async () => {
  for (const text of ['', '{', '[]', '{"of":1,"files":[]}']) {
    writeFileSync(join(folder, listFile), text);
    await writeReport([runOf('scaling')], folder, ['json']);
    expect(JSON.parse(readFileSync(join(folder, listFile), 'utf8'))).toEqual({
      of: 'synthetic-1 (2)',
      files: ['results.json'],
    });
  }
});
