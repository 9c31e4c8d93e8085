import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-folder-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('makes what is missing, and has nothing to do the second time', () => {
  const folder = join(root, 'a', 'b', 'c');
  makeFolder(folder, 0o700);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
  expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
});

test('refuses to go through a file', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(root, 'file', 'x'))).toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')('comes back from a place that takes no folder', () => {
  expect(() => makeFolder('/proc/attnbench')).toThrow(/ENOENT/);
  expect(() => makeFolder('/proc/attnbench/runs/x')).toThrow(/ENOENT/);
});
