import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheEntry, cacheRoot } from './cache.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-test-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const file = (text: string) => [{ path: 'a/b', data: new TextEncoder().encode(text) }];

test('the one who comes second takes what the first has made meanwhile', () => {
  const second = cacheEntry(
    'key',
    ['a/b'],
    () => {
      cacheEntry('key', ['a/b'], () => file('first'), root);
      return file('second');
    },
    root,
  );
  expect(second).toEqual({ ok: true, folder: join(root, 'key') });
  expect(readFileSync(join(root, 'key', 'a', 'b'), 'utf8')).toBe('first');
  expect(readdirSync(root)).toEqual(['key']);
});

test('what cannot be made is an error value that says so, and leaves nothing behind', () => {
  const failed = cacheEntry(
    'key',
    ['a/b'],
    () => {
      throw new Error('out of files');
    },
    root,
  );
  expect(failed).toMatchObject({ ok: false, message: expect.stringContaining('out of files') });
  expect(readdirSync(root)).toEqual([]);
});

test('the cache lies where the user wants it', () => {
  expect(cacheRoot({ ATTNBENCH_CACHE: '/here', XDG_CACHE_HOME: '/xdg' })).toBe('/here');
  expect(cacheRoot({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/attnbench');
  expect(cacheRoot({})).toBe(join(homedir(), '.cache', 'attnbench'));
});
