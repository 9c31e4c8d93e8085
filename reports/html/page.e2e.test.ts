/** The page in a real Chromium, opened from disk as a reader opens it. */
import type { ElementHandle, Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import type { OpenedPage } from '../../harness/testing/opened-page.ts';
import { pagesInBrowser } from '../../harness/testing/opened-page.ts';
import { hostileRun } from '../testing/hostile.ts';
import { largeRun } from '../testing/large-runs.ts';
import { header, okCase, params, peaksWith, scalingRun, skippedCase } from '../testing/records.ts';
import { renderPage } from './page.ts';

const openPage = pagesInBrowser();

const open = async (runs: readonly Run[], width?: number): Promise<OpenedPage> =>
  openPage(await renderPage(analyse(runs)), width);

/** `scaling` over n, and another suite with precisions and both maskings. */
function variedRun(): Run {
  const cases: CaseRecord[] = [
    ...scalingRun([128, 256, 512, 1024, 4096]).cases,
    ...['flash', 'naive'].flatMap((kernel) =>
      (['f32', 'f16'] as const).flatMap((precision) =>
        [false, true].flatMap((causal) =>
          [128, 256].map((n) => okCase(kernel, params({ n, precision, causal }), { suite: 'mixed' })),
        ),
      ),
    ),
  ];
  return { header: header(), cases };
}

async function pictureOf(page: Page, figure: string): Promise<string> {
  return page.$eval(`#figure-${figure} canvas`, (canvas) =>
    canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '',
  );
}

async function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? '');
}

async function button(page: Page, scope: string, name: string): Promise<ElementHandle> {
  const found = await page.$(`${scope} ::-p-xpath(.//button[normalize-space()='${name}'])`);
  if (found === null) throw new Error(`no button '${name}' in ${scope}`);
  return found;
}

/** Brings every block of charts to the screen, as charts are drawn there. */
async function showAll(page: Page): Promise<void> {
  for (const block of await page.$$('.sweep:not([hidden])')) {
    await block.scrollIntoView();
    await block.waitForSelector('canvas');
  }
}

async function rowsOf(page: Page, table: string): Promise<readonly (readonly string[])[]> {
  return page.$$eval(`#${table} tbody tr`, (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );
}

describe('the page', () => {
  test('opens from disk without a complaint and asks for nothing but itself', async () => {
    const { page, complaints, requests } = await open([variedRun()]);
    expect(await textOf(page, 'h1')).toBe('scaling, mixed on synthetic');
    await showAll(page);
    expect(await page.$$eval('figure canvas', (canvases) => canvases.length)).toBe(4 + 3 * 4);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file://') && !url.startsWith('data:'))).toEqual([]);
    expect(requests.filter((url) => url.startsWith('file://'))).toHaveLength(1);
    await page.close();
  });

  test('a run with peaks has a roofline with a legend of its own, and its peaks in the environment', async () => {
    const run = scalingRun();
    const peaks = peaksWith({ f32: 60e12, readCold: 2e12, f16: 120e12 });
    const { page, complaints } = await open([{ ...run, header: header({ peaks }) }]);
    await showAll(page);
    const before = await pictureOf(page, 'roofline');
    const scope = 'article:has(#figure-roofline)';
    const naive = await button(page, scope, 'naive');
    const time = await pictureOf(page, 'scaling-time-by-n');
    await naive.click();
    expect(await pictureOf(page, 'roofline')).not.toBe(before);
    expect(await pictureOf(page, 'scaling-time-by-n')).toBe(time);
    await naive.click();
    expect(await pictureOf(page, 'roofline')).toBe(before);
    const environment = await textOf(page, '#environment');
    expect(environment).toContain('f32 60000 GFLOP/s (made up)');
    expect(environment).toContain('int8Dot: none, the adapter has none');
    expect(await textOf(page, '#results thead')).toContain('% of peak');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a legend button takes its series out of the picture and puts it back', async () => {
    const { page } = await open([scalingRun()]);
    const before = await pictureOf(page, 'scaling-time-by-n');
    const naive = await button(page, '.legend', 'naive');
    await naive.click();
    expect(await naive.evaluate((element) => element.getAttribute('aria-pressed'))).toBe('false');
    expect(await pictureOf(page, 'scaling-time-by-n')).not.toBe(before);
    expect(await textOf(page, '#figure-scaling-time-by-n .notes')).not.toContain('naive');
    await naive.click();
    expect(await pictureOf(page, 'scaling-time-by-n')).toBe(before);
    await page.close();
  });

  test('a legend button answers to the keyboard, and so do filters and axes', async () => {
    const { page, complaints } = await open([variedRun()]);
    const before = await pictureOf(page, 'scaling-time-by-n');
    const naive = await button(page, '.legend', 'naive');
    await naive.focus();
    await page.keyboard.press('Space');
    expect(await pictureOf(page, 'scaling-time-by-n')).not.toBe(before);
    await page.keyboard.press('Enter');
    expect(await pictureOf(page, 'scaling-time-by-n')).toBe(before);
    await page.focus('input[name="precision"]');
    await page.keyboard.press('Space');
    expect(await textOf(page, '#results .count')).toBe('8 of 51');
    await page.keyboard.press('Space');
    await page.waitForSelector('#figure-scaling-time-by-n canvas');
    await page.focus('input[name="y-scale"]:checked');
    await page.keyboard.press('ArrowRight');
    expect(await pictureOf(page, 'scaling-time-by-n')).not.toBe(before);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('axes switch between logarithmic and linear', async () => {
    const { page, complaints } = await open([scalingRun()]);
    const logarithmic = await pictureOf(page, 'scaling-time-by-n');
    await page.click('input[name="y-scale"][value="linear"] + span');
    const linear = await pictureOf(page, 'scaling-time-by-n');
    expect(linear).not.toBe(logarithmic);
    await page.click('input[name="x-scale"][value="linear"] + span');
    expect(await pictureOf(page, 'scaling-time-by-n')).not.toBe(linear);
    await page.click('input[name="y-scale"][value="logarithmic"] + span');
    await page.click('input[name="x-scale"][value="logarithmic"] + span');
    expect(await pictureOf(page, 'scaling-time-by-n')).toBe(logarithmic);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('filters reach figures and results', async () => {
    const { page } = await open([variedRun()]);
    const all = await rowsOf(page, 'results');
    expect(all).toHaveLength(35 + 16);
    await (await page.$(`fieldset ::-p-xpath(.//span[text()='f16'])`))?.click();
    const left = await rowsOf(page, 'results');
    expect(left).toHaveLength(35 + 8);
    expect(left.some((cells) => cells.includes('f16'))).toBe(false);
    expect(await textOf(page, '#results .count')).toBe('43 of 51');
    await showAll(page);
    const legends = await page.$$eval('.sweep:not([hidden]) .legend button', (buttons) =>
      buttons.map((element) => element.textContent ?? ''),
    );
    expect(legends.some((label) => label.includes('f16'))).toBe(false);
    expect(legends.some((label) => label.includes('f32'))).toBe(true);
    await (await page.$(`fieldset ::-p-xpath(.//span[text()='scaling'])`))?.click();
    expect(await rowsOf(page, 'results')).toHaveLength(8);
    await page.close();
  });

  test('a point tells its median, interval and rate', async () => {
    const run = { header: header(), cases: [128, 256, 512].map((n) => okCase('flash', params({ n }))) };
    const { page } = await open([run]);
    const row = analyse([run]).rows[1];
    const canvas = await page.$('#figure-scaling-time-by-n canvas');
    await canvas?.scrollIntoView();
    const box = await canvas?.boundingBox();
    if (!box) throw new Error('the chart has no place on the page');
    expect(await page.$eval('#figure-scaling-time-by-n .tip', (tip) => tip.hasAttribute('hidden'))).toBe(
      true,
    );
    await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.45);
    await page.waitForSelector('#figure-scaling-time-by-n .tip:not([hidden])');
    const tip = await textOf(page, '#figure-scaling-time-by-n .tip');
    expect(tip).toContain(row.id);
    expect(tip).toContain('median81.');
    expect(tip).toMatch(/95 % interval[\d.]+ – [\d.]+ µs/);
    expect(tip).toMatch(/GFLOP\/s\d+/);
    await page.close();
  });

  test('a heading sorts, sorts the other way, and gives the order of the run back', async () => {
    const { page } = await open([scalingRun([128, 256, 4096])]);
    const kernels = async (): Promise<readonly string[]> =>
      (await rowsOf(page, 'results')).map(([kernel]) => kernel);
    const medians = async (): Promise<readonly string[]> =>
      (await rowsOf(page, 'results')).map((cells) => cells[2]);
    const order = await kernels();
    const heading = await button(page, '#results thead', 'median');
    await heading.click();
    expect((await medians()).slice(0, 2)).toEqual(['3.75 µs', '4.53 µs']);
    expect((await medians()).at(-1)).toBe('–');
    await heading.click();
    expect((await kernels())[0]).toBe('flash');
    expect((await medians()).at(-1)).toBe('–');
    await heading.click();
    expect(await kernels()).toEqual(order);
    await page.close();
  });

  test('every case without a time stands there with its reason', async () => {
    const run = scalingRun();
    const { page } = await open([run]);
    const missing = await rowsOf(page, 'missing');
    const expected = run.cases.flatMap((record) =>
      record.reason === null ? [] : [[record.id, record.reason.message]],
    );
    expect(missing.map(([id, , reason]) => [id, reason])).toEqual(expected);
    await page.close();
  });

  test('fits a telephone and prints', async () => {
    const { page, complaints } = await open([variedRun()], 360);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    const pdf = await page.pdf({ format: 'A4' });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('draws its charts anew for paper, all of them and as wide as their frames', async () => {
    const { page, complaints } = await open([variedRun()]);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    const widthOf = (): Promise<number> => page.$eval('figure canvas', ({ clientWidth }) => clientWidth);
    const onScreen = await widthOf();
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await widthOf()).toBeLessThan(0.8 * onScreen);
    await page.setViewport({ width: 718, height: 900 });
    await page.emulateMediaType('print');
    const charts = await page.$$eval('.sweep:not([hidden]) canvas', (canvases) =>
      canvases.map((canvas) => {
        const frame = canvas.closest('figure')?.getBoundingClientRect();
        const { left, right } = canvas.getBoundingClientRect();
        return {
          drawn: canvas.clientHeight > 100,
          inside: left >= (frame?.left ?? 0) && right <= (frame?.right ?? 0),
        };
      }),
    );
    expect(charts).toHaveLength(4 + 3 * 4);
    expect(charts.every(({ drawn, inside }) => drawn && inside)).toBe(true);
    await page.emulateMediaType('screen');
    await page.setViewport({ width: 1200, height: 900 });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await widthOf()).toBe(onScreen);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('its tables fit a sheet of A4', async () => {
    const { page } = await open([scalingRun()], 720);
    await page.emulateMediaType('print');
    const tables = await page.$$eval('.scroll', (all) =>
      all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    );
    expect(tables.length).toBeGreaterThan(2);
    expect(Math.max(...tables)).toBeLessThanOrEqual(0);
    await page.close();
  });

  test('of two thousand cases the page shows as many as a reader sees, and turns', async () => {
    const run = largeRun(0, 2000, 6);
    const { page, complaints } = await open([run]);
    expect(await textOf(page, '#results .count')).toBe('2000');
    expect(await rowsOf(page, 'results')).toHaveLength(200);
    expect(await textOf(page, '#results .pager span')).toBe('rows 1 to 200 of 2000');
    const first = await rowsOf(page, 'results');
    await (await button(page, '#results .pager', 'Next')).click();
    expect(await textOf(page, '#results .pager span')).toBe('rows 201 to 400 of 2000');
    expect(await rowsOf(page, 'results')).not.toEqual(first);
    await (await button(page, '#results thead', 'n')).click();
    expect(new Set((await rowsOf(page, 'results')).map(([, , n]) => n))).toEqual(new Set(['128']));
    expect(await textOf(page, '#results .pager span')).toBe('rows 1 to 200 of 2000');
    const drawn = await page.$$eval('canvas', (canvases) => canvases.length);
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(40);
    await page.evaluate(() => {
      const blocks = document.querySelectorAll('.sweep:not([hidden])');
      blocks[blocks.length - 2]?.scrollIntoView();
    });
    await page.waitForSelector('.sweep:nth-last-of-type(2) canvas');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('where no case gave a time, every chart says so', async () => {
    const cases = [128, 256].map((n) => skippedCase('naive', params({ n }), 'feature', 'no shader-f16'));
    const { page, complaints } = await open([{ header: header(), cases }]);
    const notes = await page.$$eval('.notes', (all) => all.map((one) => one.textContent ?? ''));
    expect(notes).toHaveLength(4);
    for (const note of notes) expect(note).toContain('naive: skipped, feature: no shader-f16');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a run without cases opens too', async () => {
    const { page, complaints } = await open([{ header: header(), cases: [] }]);
    expect(await textOf(page, 'h1')).toBe('no cases on synthetic');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('hostile records', () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"\u2028\${alert(3)}\0\u202e]]>`;
  // Names of devices are cut behind it.
  const shown = '<script>alert(1)</script><img src=x onerror=';
  const everywhere = ['h1', '.legend', '#results', '#missing', '#environment'];

  test.each([
    ['one device', [hostileRun(attack)], [...everywhere, '.notes']],
    ['several devices', [hostileRun(attack), hostileRun(`${attack} again`)], [...everywhere, '#warnings']],
  ])('appear as text, run nothing and ask for nothing: %s', async (_devices, runs, places) => {
    const { page, complaints, requests } = await open(runs);
    await showAll(page);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.$$eval('img, a:not([href^="#"]), iframe, object', (found) => found.length)).toBe(0);
    expect(await page.$$eval('script', (scripts) => scripts.length)).toBe(2);
    for (const place of places) {
      expect(`${place}: ${await textOf(page, place)}`).toContain(shown);
    }
    const canvas = await page.$('figure canvas');
    await canvas?.scrollIntoView();
    const box = await canvas?.boundingBox();
    if (!box) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.5);
    await page.waitForSelector('.tip:not([hidden])');
    expect(await textOf(page, '.tip:not([hidden])')).toContain(shown);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
