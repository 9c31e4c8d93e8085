import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrowser } from './browser.ts';

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

  test('refuses a named browser that is not there, instead of taking another', () => {
    expect(findBrowser({ env: { PATH: folder, ATTNBENCH_BROWSER: '/nowhere/chrome' } })).toEqual({
      ok: false,
      reason: 'named',
      message: "ATTNBENCH_BROWSER is '/nowhere/chrome', which is not an executable file",
    });
  });
});
