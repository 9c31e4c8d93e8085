/** The tuning tables that come with the kernels: each entry says something true and possible. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { kernelIds, loadKernel, tuningFiles } from '../harness/hosts/kernel-folders.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { oneTable } from '../harness/testing/tuning.ts';
import { shapedKernel } from '../harness/testing/kernels/shaped.ts';
import { tableProblems } from '../harness/tuning-problems.ts';
import { readTuningTable } from '../harness/tuning-table.ts';

/** What is wrong with the text of a table that lies at `file`. */
function problems(loaded: LoadedKernel, file: string, text: string): readonly string[] {
  const read = readTuningTable(text, file);
  return read.kind === 'refused'
    ? [read.message]
    : tableProblems(loaded, basename(file, '.json'), read.table);
}

it.each(kernelIds())('the tuning tables of %s are valid', async (id) => {
  const loaded = await loadKernel(id);
  const found = tuningFiles(loaded).map((file) => fileURLToPath(file));
  expect(found.flatMap((file) => problems(loaded, file, readFileSync(file, 'utf8')))).toEqual([]);
});

const shaped = { id: 'shaped', kernel: shapedKernel(), folder: new URL(import.meta.url) };
const good = oneTable('shaped', { when: { precision: 'f32', d: 64 }, shape: { rounds: 10, adds: 1 } });

it('finds nothing wrong with a table that is right', () => {
  expect(tableProblems(shaped, 'lavapipe-8', good)).toEqual([]);
});

it.each([
  ['another kernel', { ...good, kernel: 'flash' }, /is for kernel 'flash'/],
  ['another class', { ...good, adapterClass: 'nvidia-ampere' }, /is for 'nvidia-ampere'/],
  ['overlap', { ...good, entries: [good.entries[0], good.entries[0]] }, /#1 and #2 overlap/],
  [
    'a shape that is not offered',
    oneTable('shaped', { when: { precision: 'f32' }, shape: { rounds: 3, adds: 1 } }),
    /#1: shape rounds=3 adds=1 is not offered/,
  ],
  [
    'a case of another precision',
    oneTable('shaped', { when: { precision: 'f16' }, shape: { rounds: 10, adds: 1 } }),
    /#1: the case it was measured on does not match/,
  ],
  [
    'an axis that there is not',
    oneTable('shaped', { when: { hedas: 3 }, shape: { rounds: 10, adds: 1 } }),
    /#1: unknown axis 'hedas'; did you mean 'heads'/,
  ],
])('finds %s', (_, table, message) => {
  expect(tableProblems(shaped, 'lavapipe-8', table)).toContainEqual(expect.stringMatching(message));
});

it('finds a table for a kernel with one shape', async () => {
  const naive = await loadKernel('naive');
  const table = { ...good, kernel: 'naive' };
  expect(tableProblems(naive, 'lavapipe-8', table)[0]).toMatch(/has one shape only/);
});
