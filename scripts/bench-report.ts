/**
 * How long a large report takes to write and to open, and whether the page stays smooth:
 *   npm run bench:report                            20 runs of 2000 cases
 *   npm run bench:report -- --runs 1 --cases 500    a smaller one
 *   npm run bench:report -- --keep DIR              leaves the runs and the report in DIR
 * Exits with 1 where a goal is missed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import type { Browser, Page } from 'puppeteer-core';
import { launchBrowser } from '../harness/testing/browser.ts';
import { largeRun } from '../reports/testing/large-runs.ts';
import { journalText } from '../reports/testing/records.ts';
import { textTable } from './text-table.ts';

/** The last is what a reader feels as a halt. */
const goals = { generationSeconds: 10, openingSeconds: 3, longestTaskSeconds: 0.25 };

const attnbench = fileURLToPath(new URL('../bin/attnbench.mjs', import.meta.url));

function writeRuns(folder: string, runs: number, cases: number): readonly string[] {
  return Array.from({ length: runs }, (_, index) => {
    const path = join(folder, `run-${index + 1}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'records.jsonl'), journalText(largeRun(index, cases)));
    return path;
  });
}

function mebibytes(path: string): string {
  const files = statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
  return `${(files.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20).toFixed(1)} MiB`;
}

interface Figure {
  readonly what: string;
  readonly seconds: number;
  readonly goal: number | null;
}

/** Tells its own processor time at its end: on a busy machine that is the truer number. */
const tellUsage =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();writeSync(3,String(user+system))})';

/** Writes the report of the default formats in a process of its own, as a user would. */
function generate(folders: readonly string[], out: string): readonly Figure[] {
  const start = performance.now();
  const { status, output } = spawnSync(
    process.execPath,
    ['--import', tellUsage, attnbench, 'report', ...folders, '--out', out],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`attnbench report ended with ${status}`);
  return [
    {
      what: 'write the report',
      seconds: (performance.now() - start) / 1000,
      goal: goals.generationSeconds,
    },
    { what: '– processor time', seconds: Number(output[3]) / 1e6, goal: null },
  ];
}

/** Waits until what was asked for is on the screen, and tells the time since. */
async function painted(page: Page, act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return (performance.now() - start) / 1000;
}

/** The longest task of the page since it was last asked. */
const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const tasks = performance.getEntriesByName('task').map(({ duration }) => duration);
    performance.clearMeasures('task');
    return Math.max(0, ...tasks) / 1000;
  });

async function clickFirst(page: Page, selector: string): Promise<void> {
  await page.$eval(selector, (found) => {
    if (found instanceof HTMLElement) found.click();
  });
}

/** Screen by screen to the end of the page. */
async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { scrollHeight } = document.documentElement;
    const steps = Math.min(200, Math.ceil(scrollHeight / window.innerHeight));
    for (let step = 1; step <= steps; step++) {
      window.scrollTo(0, (scrollHeight * step) / steps);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
    window.scrollTo(0, 0);
  });
}

async function open(browser: Browser, file: string): Promise<readonly Figure[]> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.evaluateOnNewDocument(() => {
    // Long tasks are told to observers alone; as measures they can be asked for.
    new PerformanceObserver((list) => {
      for (const { startTime: start, duration } of list.getEntries()) {
        performance.measure('task', { start, duration });
      }
    }).observe({ type: 'longtask', buffered: true });
  });
  const opening = await painted(page, async () => {
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => {
      const canvas = document.querySelector('figure canvas');
      return canvas instanceof HTMLCanvasElement && canvas.style.display === 'block';
    });
  });
  const { TaskDuration: working = 0 } = await page.metrics();
  const loading = await longestTask(page);
  const figures: Figure[] = [
    {
      what: 'open the page, until its first chart can be used',
      seconds: opening,
      goal: goals.openingSeconds,
    },
    { what: '– of that at work', seconds: working, goal: null },
    { what: '– longest task', seconds: loading, goal: null },
  ];
  const acts: readonly (readonly [string, () => Promise<void>])[] = [
    ['take a series out', () => clickFirst(page, '.legend button')],
    ['switch an axis', () => clickFirst(page, 'input[name="y-scale"][value="linear"]')],
    ['filter', () => clickFirst(page, 'fieldset input[type="checkbox"]')],
    ['sort the results', () => clickFirst(page, '#results thead button')],
    ['scroll through', () => scrollThrough(page)],
  ];
  for (const [what, act] of acts) {
    const seconds = await painted(page, act);
    figures.push(
      { what, seconds, goal: null },
      { what: '– longest task', seconds: await longestTask(page), goal: goals.longestTaskSeconds },
    );
  }
  await page.close();
  return figures;
}

const { runs, cases, keep } = new Command()
  .option('--runs <count>', 'runs of the report', Number, 20)
  .option('--cases <count>', 'cases of a run, at most 2016', Number, 2000)
  .option('--keep <folder>', 'leave the runs and the report there')
  .parse()
  .opts<{ runs: number; cases: number; keep?: string }>();

const folder = keep ?? mkdtempSync(join(tmpdir(), 'attnbench-bench-'));
try {
  const folders = writeRuns(folder, runs, cases);
  const out = join(folder, 'report');
  process.stdout.write(`${runs} runs of ${cases} cases: ${mebibytes(folder)}\n\n`);
  const written = generate(folders, out);
  const browser = await launchBrowser();
  const opened = await open(browser, join(out, 'index.html')).finally(() => browser.close());
  const figures = [...written, ...opened];
  const misses = ({ seconds, goal }: Figure): boolean => goal !== null && seconds > goal;
  const rows = figures.map((figure) => [
    figure.what,
    `${figure.seconds.toFixed(2)} s`,
    figure.goal === null ? '' : `at most ${figure.goal} s`,
    misses(figure) ? 'missed' : '',
  ]);
  process.stdout.write(
    `${textTable(['step', 'time', 'goal', ''], rows)}\nthe report ${mebibytes(out)}, its page ${mebibytes(join(out, 'index.html'))}\n`,
  );
  process.exitCode = figures.some(misses) ? 1 : 0;
} finally {
  if (keep === undefined) rmSync(folder, { recursive: true });
}
