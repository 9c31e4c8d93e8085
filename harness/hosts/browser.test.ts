import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrowser, findDeno, findFirefox, unpackedSandbox } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'attnbench-browser-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

describe('findBrowser', () => {
  test('prefers the named browser, then Chromium on PATH, then Chrome', () => {
    const chrome = program('google-chrome');
    expect(findBrowser({ env: { PATH: folder } })).toMatchObject({ path: chrome, source: 'installed' });
    const chromium = program('chromium');
    expect(findBrowser({ env: { PATH: folder } })).toMatchObject({ path: chromium, source: 'installed' });
    expect(findBrowser({ env: { PATH: folder, ATTNBENCH_BROWSER: chrome } })).toMatchObject({
      path: chrome,
      source: 'named',
    });
  });

  test('prefers the bundled one for measuring, where there is one', () => {
    program('google-chrome');
    const found = findBrowser({
      prefer: 'bundled',
      env: { ...process.env, PATH: folder, ATTNBENCH_BROWSER: '' },
    });
    expect(found).toMatchObject({
      ok: true,
      source: process.platform === 'linux' && process.arch === 'x64' ? 'bundled' : 'installed',
    });
  });

  test('refuses a named browser that is not there, instead of taking another', () => {
    expect(findBrowser({ env: { PATH: folder, ATTNBENCH_BROWSER: '/nowhere/chrome' } })).toEqual({
      ok: false,
      reason: 'named',
      message: "ATTNBENCH_BROWSER is '/nowhere/chrome', which is not an executable file",
    });
  });
});

test('an unpacked browser goes without a sandbox where the system lets it have none', () => {
  expect(unpackedSandbox(() => '1\n')).toEqual(['--no-sandbox']);
  expect(unpackedSandbox(() => '0\n')).toEqual([]);
  expect(
    unpackedSandbox(() => {
      throw new Error('ENOENT');
    }),
  ).toEqual([]);
});

describe('what is not Chromium', () => {
  test('is found on PATH, or named', () => {
    const elsewhere = { env: { PATH: '/nowhere' } };
    expect(findFirefox(elsewhere)).toMatchObject({ ok: false, reason: 'missing' });
    expect(findDeno({ PATH: '/nowhere' })).toBeNull();
    const firefox = program('firefox-esr');
    const deno = program('deno');
    expect(findFirefox({ env: { PATH: folder } })).toMatchObject({ kind: 'firefox', path: firefox });
    expect(findFirefox({ ...elsewhere, named: firefox })).toMatchObject({ path: firefox, source: 'named' });
    expect(findFirefox({ named: '/nowhere/firefox' })).toMatchObject({
      ok: false,
      reason: 'named',
      message: "--browser is '/nowhere/firefox', which is not an executable file",
    });
    expect(findDeno({ PATH: folder })).toBe(deno);
  });
});
