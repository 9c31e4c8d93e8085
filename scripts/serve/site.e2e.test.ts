/** The page that measures, in a real Chromium on its software adapter: as a person uses it, with one browser for all. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import type { Browser, Page, SerializedAXNode } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../harness/hosts/browser.ts';
import { browserAdapters } from '../../harness/hosts/browser-adapter.ts';
import { builtInKernels, kernelSourceHash } from '../../harness/hosts/kernel-folders.ts';
import { readRun } from '../../harness/hosts/run-folder.ts';
import { complaintsOf } from '../../harness/testing/opened-page.ts';
import { captured } from '../testing/captured-io.ts';
import { planSweep } from '../plan-sweep.ts';
import { Arrivals } from './arrivals.ts';
import { selfSigned } from './certificate.ts';
import { intakeLimits, patienceLimits } from './limits.ts';
import { intakePath, pageFile } from './page-headers.ts';
import type { SiteFiles } from './page-headers.ts';
import type { Arrival, RunningServer } from './server.ts';
import { startServer } from './server.ts';
import { makeSite } from './site.ts';

const suites = new URL('testing/suites/', import.meta.url);

let folder: string;
let browser: Browser;
let site: SiteFiles;
const arrivals: Arrival[] = [];

const serverOf = (files: SiteFiles, lan = false): Promise<RunningServer> =>
  startServer({
    files,
    port: 0,
    lan: lan ? selfSigned(['localhost', '127.0.0.1']) : null,
    names: [],
    arrivals: new Arrivals(join(folder, 'runs'), intakeLimits),
    limits: intakeLimits,
    patience: patienceLimits,
    arrived: (arrival) => arrivals.push(arrival),
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-site-'));
  const found = findBrowser();
  if (!found.ok) throw new Error(found.message);
  const [adapter] = await browserAdapters('chromium', 'swiftshader');
  [browser, site] = await Promise.all([
    launch({
      executablePath: found.path,
      args: [...found.args, ...adapter.flags],
      env: { ...found.env, ...adapter.env },
      headless: 'shell',
      acceptInsecureCerts: true,
    }),
    makeSite({ intake: intakePath, suites }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface Visit {
  readonly page: Page;
  /** Errors, console messages, dialogs, and requests to any other origin. */
  readonly complaints: string[];
}

/** A page with storage of its own. */
async function visit(url: string, prepare?: (page: Page) => Promise<unknown>): Promise<Visit> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const { origin } = new URL(url);
  const complaints = complaintsOf(
    page,
    (asked) => asked.startsWith(`${origin}/`) || /^(data:|blob:)/.test(asked),
  );
  await prepare?.(page);
  await page.goto(url);
  return { page, complaints };
}

const ready = (page: Page): Promise<unknown> =>
  page.waitForSelector('#choices button[type=submit]:not([disabled])');
const shown = (page: Page, id: string): Promise<unknown> => page.waitForSelector(`#${id}:not([hidden])`);
const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');
const press = async (page: Page, scope: string, words: string): Promise<void> => {
  const found = await page.waitForSelector(`${scope} ::-p-xpath(.//button[normalize-space()='${words}'])`);
  await found?.click();
};
const withoutPeaks = (page: Page): Promise<void> => page.click('input[name=peaks]');
const noWider = async (page: Page): Promise<void> => {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
};

test('start, progress, stop, reload, continue, result, download, send: each case measured once', async () => {
  const server = await serverOf(site);
  const url = `http://localhost:${server.port}/`;
  const { page, complaints } = await visit(url);
  await page.setViewport({ width: 360, height: 740 });
  await ready(page);
  expect(await page.evaluate(() => [globalThis.isSecureContext, globalThis.crossOriginIsolated])).toEqual([
    true,
    true,
  ]);
  expect(await textOf(page, '#device-facts')).toMatch(/swiftshader.*software.*GPU timeryes.*largest buffer/i);
  expect(await textOf(page, '.card')).toMatch(/10 cases, about \d+ s/);
  await noWider(page);
  await withoutPeaks(page);

  // By keyboard alone: from the last box to the button, and on.
  await page.focus('input[name=send]');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  // In one go: the run does not wait for questions.
  const seen = await page.waitForFunction(() => {
    const bar = document.querySelector('progress');
    if (!/^[1-9]\d* ok/.test(document.querySelector('#progress .fixed')?.textContent ?? '')) return null;
    return {
      charts: document.querySelectorAll('#progress canvas').length,
      value: bar?.value,
      max: bar?.max,
      spoken: document.querySelector('#progress [role=status]')?.textContent,
      width: document.documentElement.scrollWidth,
    };
  });
  // The button that matters has the focus.
  await page.keyboard.press('Enter');
  await shown(page, 'result');
  expect(await seen.jsonValue()).toEqual({
    charts: 1,
    value: expect.any(Number),
    max: 10,
    spoken: expect.stringMatching(/of 10 cases measured, about/),
    width: 360,
  });
  const stoppedAt = /^(\d+) of 10 cases: stopped/.exec(await textOf(page, '#result .facts'));
  expect(Number(stoppedAt?.[1])).toBeGreaterThan(0);
  expect(Number(stoppedAt?.[1])).toBeLessThan(10);

  await page.reload();
  await ready(page);
  await shown(page, 'result');
  expect(await textOf(page, '#result .facts')).toBe(stoppedAt?.input);
  await press(page, '#result', 'Continue');
  await page.waitForFunction(() =>
    document.querySelector('#result .facts')?.textContent?.startsWith('10 cases'),
  );
  expect(await textOf(page, '#result-title')).toMatch(/^Quick on /);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('result-title');
  expect(await page.$$eval('#result figure canvas', (canvases) => canvases.length)).toBeGreaterThanOrEqual(4);
  expect(await page.$$eval('#result tbody tr', (rows) => rows.length)).toBeGreaterThanOrEqual(10);
  expect(await textOf(page, '#result')).toContain('Growth');
  await noWider(page);

  await press(page, '#result', 'Send to the serving machine');
  await page.waitForFunction(() =>
    document.querySelector('#result .message')?.textContent?.includes('written'),
  );
  expect(arrivals).toHaveLength(1);
  const [{ folder: arrived }] = arrivals;
  expect(await textOf(page, '#result .message')).toContain(`in ${arrived};`);
  const { run } = readRun(arrived);
  const plan = await planSweep(
    { targets: ['quick'], kernels: null, axes: [], shard: null, software: true },
    { kernels: builtInKernels, suites },
  );
  expect(run.cases.map(({ id }) => id)).toEqual(plan.planned.map(({ id }) => id));
  expect(run.cases.every(({ status }) => status === 'ok')).toBe(true);
  expect(new Set(run.cases.map(({ session }) => session)).size).toBe(2);
  expect(run.header.kernelSources).toEqual(
    Object.fromEntries([...plan.kernels.values()].map((kernel) => [kernel.id, kernelSourceHash(kernel)])),
  );
  expect(run.header.host.name).toBe('chromium');
  expect((await captured('report', arrived, '--format', 'html,csv,json')).code).toBe(0);

  const downloads = join(folder, 'downloads');
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: downloads,
    browserContextId: page.browserContext().id,
  });
  await press(page, '#result', 'Download records.jsonl');
  await expect.poll(() => existsSync(join(downloads, 'records.jsonl')), { timeout: 10_000 }).toBe(true);
  expect(readRun(downloads).run).toEqual(run);

  await press(page, '#kept', 'Delete');
  await page.waitForSelector('#kept[hidden]');
  await page.reload();
  await ready(page);
  expect(await page.$('#kept[hidden]')).not.toBeNull();
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  await server.close();
});

test('once loaded it needs no network: a run begins and ends with the server gone', async () => {
  const server = await serverOf(site);
  const { page, complaints } = await visit(`http://localhost:${server.port}/`);
  await ready(page);
  await server.close();
  await withoutPeaks(page);
  await press(page, '#choices', 'Start');
  await page.waitForFunction(() =>
    document.querySelector('#result .message')?.textContent?.includes('cannot be reached'),
  );
  expect(await textOf(page, '#result .facts')).toContain('10 cases · 10 timed');
  // The browser's own word for the one request that was made.
  expect(complaints).toEqual([expect.stringContaining('net::ERR_CONNECTION_REFUSED')]);
  await page.browserContext().close();
});

/** Any web host: files below a folder, and no header but the type. */
async function hostOf(
  files: SiteFiles,
  below: string,
): Promise<{ readonly host: Server; readonly url: string }> {
  const host = createServer((request, response) => {
    const name = (request.url ?? '').slice(below.length) || pageFile;
    const file = request.url?.startsWith(below) ? files.get(name) : undefined;
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.bytes);
  });
  await new Promise<void>((resolve) => {
    host.listen(0, '127.0.0.1', () => resolve());
  });
  const address = host.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host, url: `http://localhost:${port}${below}` };
}

test('as static files in a subfolder it measures too, says what its host lacks, and offers no sending', async () => {
  const { host, url } = await hostOf(await makeSite({ intake: null, suites }), '/lab/attention/');
  const { page, complaints } = await visit(url);
  await ready(page);
  expect(await page.$('input[name=send]')).toBeNull();
  expect(await textOf(page, '#device-notes')).toContain('Cross-Origin-Opener-Policy');
  await withoutPeaks(page);
  await press(page, '#choices', 'Start');
  await page.waitForFunction(() =>
    /^[1-9]\d* ok/.test(document.querySelector('#progress .fixed')?.textContent ?? ''),
  );
  await press(page, '#progress', 'Stop');
  await shown(page, 'result');
  expect(await textOf(page, '#result .actions')).not.toContain('Send');
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  host.close();
});

// A dispatch that hangs is for the browser's watchdog to end, which headless ones have not.
test('a case that hangs costs that case, and the page stays alive', async () => {
  const files = await makeSite({
    intake: null,
    kernels: new URL('../../harness/testing/kernels/', import.meta.url),
    suites: new URL('testing/hanging/', import.meta.url),
    caseTimeoutSeconds: 3,
  });
  const { host, url } = await hostOf(files, '/');
  const { page, complaints } = await visit(url);
  await ready(page);
  await withoutPeaks(page);
  await press(page, '#choices', 'Start');
  await shown(page, 'result');
  const missing = await page.$$eval('#result tbody tr', (rows) =>
    rows
      .map((row) => [...row.children].map((cell) => cell.textContent))
      .filter((cells) => cells[1] === 'timeout'),
  );
  expect(missing).toEqual([
    [expect.stringContaining('stuck'), 'timeout', expect.stringContaining('no answer within 3 s')],
  ]);
  expect(await textOf(page, '#result .facts')).toContain('2 cases · 1 timed');
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  host.close();
});

test('a graphics process that crashes costs no case: the one at hand is measured anew', async () => {
  const server = await serverOf(site);
  const { page, complaints } = await visit(`http://localhost:${server.port}/`);
  await ready(page);
  await withoutPeaks(page);
  await press(page, '#choices', 'Start');
  await page.waitForFunction(() =>
    /^[1-9]\d* ok/.test(document.querySelector('#progress .fixed')?.textContent ?? ''),
  );
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const graphics = processInfo.find(({ type }) => type === 'GPU');
  if (graphics === undefined) throw new Error('this browser has no graphics process');
  process.kill(graphics.id, 'SIGKILL');
  await page.waitForFunction(() =>
    document.querySelector('#result .message')?.textContent?.includes('written'),
  );
  const { cases } = arrivals[arrivals.length - 1].run;
  expect(cases.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'ok'));
  expect(new Set(cases.map(({ session }) => session)).size).toBeGreaterThan(1);
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  await server.close();
});

test('by https with a certificate of its own making it measures, isolated as on localhost', async () => {
  const server = await serverOf(site, true);
  const { page, complaints } = await visit(`https://127.0.0.1:${server.port}/`);
  await ready(page);
  expect(await page.evaluate(() => [globalThis.isSecureContext, globalThis.crossOriginIsolated])).toEqual([
    true,
    true,
  ]);
  // What comes before the cases can be stopped too.
  await press(page, '#choices', 'Start');
  await shown(page, 'progress');
  await page.waitForFunction(() => document.querySelector('.now')?.textContent?.includes('at most'));
  await press(page, '#progress', 'Stop');
  await ready(page);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Start');
  expect(await page.$('#kept[hidden]')).not.toBeNull();
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  await server.close();
});

test('where there is no WebGPU it says in a sentence what to do', async () => {
  const server = await serverOf(site);
  const { page, complaints } = await visit(`http://localhost:${server.port}/`, (page) =>
    page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(Navigator.prototype, 'gpu');
    }),
  );
  await shown(page, 'problem');
  expect(await textOf(page, '#problem')).toMatch(/^This browser has no WebGPU: open this page in .*\.$/);
  expect(await page.$('#choices button[type=submit][disabled]')).not.toBeNull();
  expect(complaints).toEqual([]);
  await page.browserContext().close();
  await server.close();
});

/** Roles and names, all of the tree. */
function nodesOf(node: SerializedAXNode | null): readonly (readonly [string, string])[] {
  if (node === null) return [];
  return [[node.role, node.name ?? ''], ...(node.children ?? []).flatMap(nodesOf)];
}

test('a screen reader finds its way', async () => {
  const server = await serverOf(site);
  const { page } = await visit(`http://localhost:${server.port}/`);
  await ready(page);
  const nodes = nodesOf(await page.accessibility.snapshot({ interestingOnly: false }));
  for (const [role, name] of [
    ['banner', ''],
    ['main', ''],
    ['heading', 'Attention on this device'],
    ['region', 'This device'],
    ['region', 'Measure'],
    ['group', 'What to measure'],
    ['radio', 'Quick'],
    ['checkbox', 'Send the result'],
    ['status', ''],
    ['button', 'Start'],
  ]) {
    expect(nodes).toContainEqual([role, expect.stringMatching(new RegExp(`^${name}`))]);
  }
  await page.browserContext().close();
  await server.close();
});
