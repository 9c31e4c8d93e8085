import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { profiledRun } from '../testing/profiles.ts';
import { comparisonsOf } from './compare.ts';
import { profileOf } from './profile.ts';
import { writeProfile } from './write.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-profile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const profile = profileOf(profiledRun());
const comparisons = comparisonsOf(profile);
const figures = ['naive-by-n-time', 'naive-by-n-share', 'flash-by-n-time', 'cases-time', 'cases-share'];
const tables = ['passes', 'bounds', 'workgroups', 'host', 'difference-1', 'difference-2'];

test('writes every format and names every file', async () => {
  const files = await writeProfile(profile, comparisons, folder);
  const names = files.map((file) => relative(folder, file));
  expect([...names].sort()).toEqual(
    [
      'index.html',
      'profile.json',
      'trace.json',
      ...['svg', 'pdf', 'png'].flatMap((format) => figures.map((id) => `figures/${id}.${format}`)),
      ...['csv', 'md', 'tex'].flatMap((format) => tables.map((id) => `tables/${id}.${format}`)),
    ].sort(),
  );
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  expect(found.sort()).toEqual(['.report-files.json', ...names].sort());
});

test('figures are valid and keep their words', async () => {
  await writeProfile(profile, comparisons, folder, ['svg', 'png', 'pdf']);
  const path = join(folder, 'figures', 'naive-by-n-time');
  const image = await loadImage(`${path}.png`);
  expect([image.width, image.height]).toEqual([6.5 * 300, 4 * 300]);
  const texts = [...readFileSync(`${path}.svg`, 'utf8').matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(
    (match) => match[1],
  );
  expect(texts).toEqual(
    expect.arrayContaining([
      'Passes of naive by sequence length',
      '512',
      'softmax',
      '16.0 ms',
      'between passes',
    ]),
  );
  expect(readFileSync(`${path}.pdf`, 'latin1')).toMatch(/^%PDF-1\.\d/);
});

test('the CSV has unrounded numbers, and the JSON is JSON', async () => {
  await writeProfile(profile, comparisons, folder, ['csv', 'json', 'trace']);
  const [head, first] = readFileSync(join(folder, 'tables', 'passes.csv'), 'utf8').split('\r\n');
  expect(head).toBe(
    'case,id,pass,median_ns,low_ns,high_ns,share,flops,exps,bytes_read,bytes_written,flops_per_byte',
  );
  expect(first).toContain('scores,1000000,');
  const data: unknown = JSON.parse(readFileSync(join(folder, 'profile.json'), 'utf8'));
  expect(data).toMatchObject({ cases: { length: 4 }, comparisons: { length: 2 }, missing: [] });
  const trace: unknown = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8'));
  expect(trace).toMatchObject({ displayTimeUnit: 'ns' });
  expect(readdirSync(folder).sort()).toEqual(['.report-files.json', 'profile.json', 'tables', 'trace.json']);
  const alone = join(folder, 'alone');
  await writeProfile(profile, comparisons, alone, ['md']);
  expect(readdirSync(alone).sort()).toEqual(['.report-files.json', 'tables']);
});
