/** Pages of a test file in a real Chromium, opened from disk as a reader opens them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from './browser.ts';

export interface OpenedPage {
  readonly page: Page;
  /** Errors, console messages, dialogs, and requests for anything but files. */
  readonly complaints: readonly string[];
  /** All of them, in order. */
  readonly requests: readonly string[];
}

/** Errors, console messages and dialogs of a page, and requests that it may not make: as they come. */
export function complaintsOf(page: Page, mayAskFor: (url: string) => boolean): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!mayAskFor(request.url())) complaints.push(request.url());
  });
  return complaints;
}

/** Starts a browser before the tests of a file, and ends it after them. What it gives opens a page. */
export function pagesInBrowser(): (html: string, width?: number) => Promise<OpenedPage> {
  let browser: Browser | null = null;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'attnbench-page-'));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  return async (html, width = 1200) => {
    if (browser === null) throw new Error('asked for before the tests began');
    const file = join(folder, 'index.html');
    writeFileSync(file, html);
    const page = await browser.newPage();
    await page.setViewport({ width, height: 900 });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const complaints = complaintsOf(page, (url) => /^(file|data):/.test(url));
    await page.goto(pathToFileURL(file).href);
    return { page, complaints, requests };
  };
}
