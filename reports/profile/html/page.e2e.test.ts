/** The page of a profile in a real Chromium, opened from disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../../harness/record.ts';
import { launchBrowser } from '../../../harness/testing/browser.ts';
import { profiledRun } from '../../testing/profiles.ts';
import { comparisonsOf } from '../compare.ts';
import { profileOf } from '../profile.ts';
import { renderProfilePage } from './page.ts';

let browser: Browser;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-page-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(run: Run): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const file = join(folder, 'index.html');
  const profile = profileOf(run);
  writeFileSync(file, await renderProfilePage(profile, comparisonsOf(profile)));
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}

test('opens from disk with its charts and tables, and asks for nothing but itself', async () => {
  const { page, complaints } = await open(profiledRun());
  expect(await page.$eval('h1', (title) => title.textContent)).toBe('Profile of 4 cases');
  const drawn = await page.$$eval('figure canvas', (canvases) =>
    canvases.map((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0;
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(data).size;
    }),
  );
  expect(drawn).toHaveLength(5);
  for (const colors of drawn) expect(colors).toBeGreaterThan(10);
  const cells = await page.$$eval('#case-1 tbody tr:first-child td:first-child', (found) =>
    found.map((cell) => cell.textContent),
  );
  expect(cells).toEqual(['scores', 'scores', 'scores', '2.10 ms']);
  expect(await page.$eval('#difference-1', (section) => section.textContent)).toContain('2.67 times as long');
  expect(await page.$eval('#environment', (section) => section.textContent)).toContain('synthetic');
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows names from a record as text', async () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
  const run = profiledRun();
  const { page, complaints } = await open({
    header: { ...run.header, adapter: { ...run.header.adapter, description: attack } },
    cases: run.cases.map((record) => ({ ...record, kernel: attack, id: `${record.id} ${attack}` })),
  });
  expect(await page.$eval('#facts', (facts) => facts.textContent)).toContain('<img src=x');
  expect(await page.$eval('#case-1', (section) => section.textContent)).toContain('<img src=x');
  expect(complaints).toEqual([]);
  await page.close();
});
