/** The page over several devices in a real Chromium, opened from disk. */
import type { Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../../harness/record.ts';
import type { OpenedPage } from '../../harness/testing/opened-page.ts';
import { pagesInBrowser } from '../../harness/testing/opened-page.ts';
import { analyse } from '../analysis.ts';
import { renderPage } from '../html/page.ts';
import { fewCases, runOn, slowed } from '../testing/devices.ts';
import { okCase, params, peaksWith } from '../testing/records.ts';

const openPage = pagesInBrowser();
const open = async (runs: readonly Run[], width?: number): Promise<OpenedPage> =>
  openPage(await renderPage(analyse(runs)), width);

const cases: readonly CaseRecord[] = [
  ...fewCases(['naive', 'flash', 'mamba'], [128, 512, 2048]),
  ...[128, 512].map((n) => okCase('flash', params({ n, precision: 'f16s' }))),
];
const peaks = peaksWith({ f32: 60e12, readCold: 2e12 });
const desk = runOn({ name: 'desk', header: { peaks } }, 1, cases);
const lap = runOn(
  { name: 'lap', header: { peaks } },
  4,
  cases.map((record) => (record.kernel === 'mamba' ? slowed(record, 0.05) : record)),
);
const phone = runOn({ name: 'phone' }, 9, cases.slice(0, 6));

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');
/** Rows of the table with this caption. */
const rowsOf = (page: Page, caption: string): Promise<readonly (readonly string[])[]> =>
  page.$$eval(
    '.captioned',
    (all, wanted) =>
      all
        .filter((one) => one.querySelector('p')?.textContent?.startsWith(wanted) === true)
        .flatMap((one) =>
          [...one.querySelectorAll('tbody tr')].map((row) =>
            [...row.children].map((cell) => cell.textContent ?? ''),
          ),
        ),
    caption,
  );
const titlesOf = (page: Page): Promise<readonly string[]> =>
  page.$$eval('#panels figcaption', (all) => all.map((one) => one.textContent ?? ''));
const pictures = (page: Page): Promise<readonly string[]> =>
  page.$$eval('#panels canvas', (all) =>
    all.map((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '')),
  );

describe('the comparison', () => {
  test('opens without a complaint, and follows what the reader chooses', async () => {
    const { page, complaints } = await open([desk, lap, phone]);
    expect(await textOf(page, 'h1')).toBe('scaling on desk, lap, phone');
    expect(await titlesOf(page)).toEqual(['naive', 'flash', 'mamba']);
    const [, , ofPhone] = await rowsOf(page, 'Time over that of desk: geometric');
    expect(ofPhone[1]).toMatch(/^9\.00× \[/);
    expect(await textOf(page, '#comparability')).toContain('phone: no measured peaks');

    await page.select('select[name="reference"]', '1');
    const [ofDesk] = await rowsOf(page, 'Time over that of lap: geometric');
    expect(ofDesk[0]).toBe('desk');
    expect(ofDesk[1]).toMatch(/^0\.5/);
    expect(await rowsOf(page, 'Time over that of desk')).toEqual([]);

    const times = await pictures(page);
    await page.select('select[name="metric"]', '1');
    expect(await pictures(page)).not.toEqual(times);
    expect(await textOf(page, '#panels h3')).toBe('Time over that of lap, by kernel');
    await page.select('select[name="side"]', '1');
    expect(await titlesOf(page)).toEqual(['desk', 'phone']);
    await page.select('select[name="setting"]', '1');
    expect(await rowsOf(page, 'Time over that of lap, case by case')).toEqual([
      ['flash', '128', '0.25×', '–'],
      ['flash', '512', '0.25×', '–'],
    ]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('filters reach every part of it, by keyboard alone', async () => {
    const { page, complaints } = await open([desk, lap, phone]);
    const switchOff = async (name: string, label: string): Promise<void> => {
      const input = await page.$(
        `#devices fieldset ::-p-xpath(.//label[span[text()='${label}']]/input[@name='${name}'])`,
      );
      await input?.focus();
      await page.keyboard.press('Space');
    };
    await switchOff('run', 'phone');
    const legend = await page.$$eval('#panels .legend button', (all) => all.map((one) => one.textContent));
    expect(legend).toEqual(['desk', 'lap']);
    expect((await rowsOf(page, 'Time over that of desk: geometric')).map(([name]) => name)).toEqual([
      'desk',
      'lap',
    ]);
    await switchOff('kernel', 'mamba');
    expect(await titlesOf(page)).toEqual(['naive', 'flash']);
    expect((await rowsOf(page, 'Time over that of desk: geometric'))[1][1]).toMatch(/^4\.00× /);
    expect(await textOf(page, '#best')).not.toContain('mamba');
    expect(await textOf(page, '#side-by-side')).not.toContain('mamba');
    await switchOff('n', '2048');
    expect((await rowsOf(page, 'Time over that of desk, case')).map(([, n]) => n)).not.toContain('2048');
    await switchOff('mechanism', 'sdpa');
    expect(await titlesOf(page)).toEqual([]);
    // The choice of a reference needs no mouse either.
    await page.focus('select[name="reference"]');
    await page.keyboard.press('ArrowDown');
    expect(
      await page.$eval('select[name="reference"]', (select) => (select as HTMLSelectElement).value),
    ).toBe('1');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a line goes and comes with its button, and a point tells its ratio', async () => {
    const { page } = await open([desk, lap]);
    const before = await pictures(page);
    const button = await page.$(`#panels .legend ::-p-xpath(.//button[normalize-space()='lap'])`);
    await button?.click();
    expect(await pictures(page)).not.toEqual(before);
    await button?.click();
    expect(await pictures(page)).toEqual(before);
    await page.select('select[name="metric"]', '1');
    const canvas = await page.$('#panels canvas');
    await canvas?.scrollIntoView();
    const box = await canvas?.boundingBox();
    if (!box) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4);
    await page.waitForSelector('#panels .tip:not([hidden])');
    expect(await textOf(page, '#panels .tip:not([hidden])')).toMatch(/time ratio4\.00× \[/);
    await page.close();
  });

  test('twenty devices fit a telephone and a sheet of paper', async () => {
    const runs = Array.from({ length: 20 }, (_, index) =>
      runOn({ name: `a device of a longer name, number ${index + 1}` }, 1 + index, cases),
    );
    const { page, complaints } = await open(runs, 360);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(await textOf(page, 'h1')).toBe('scaling on 20 devices');
    expect(await textOf(page, '#panels')).toContain('The first 12 devices; not drawn:');
    // Of many, few are picked from none.
    const pick = async (what: string): Promise<void> => {
      const found = await page.$(`fieldset:has(input[name='run']) ::-p-xpath(.//*[text()='${what}'])`);
      await found?.click();
    };
    await pick('none');
    expect(await titlesOf(page)).toEqual([]);
    await pick('a device of a longer name, number 20');
    expect(await page.$$eval('#panels .legend button', (all) => all.map((one) => one.textContent))).toEqual([
      'a device of a longer name, number 20',
    ]);
    await pick('all');
    await page.emulateMediaType('print');
    await page.setViewport({ width: 720, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(720);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('names from records are text', async () => {
    const attack = '</script><img src=x onerror="alert(1)">';
    const attacked = (factor: number): Run => {
      const own = runOn({ name: `${attack}${factor}`, host: { cpu: attack } }, factor, cases);
      return {
        ...own,
        cases: own.cases.map((record) => ({
          ...record,
          kernel: `${attack}${record.kernel}`,
          mechanism: attack,
        })),
      };
    };
    const { page, complaints } = await open([attacked(1), attacked(2)]);
    expect(complaints).toEqual([]);
    expect(await page.$$eval('img', (images) => images.length)).toBe(0);
    for (const place of ['#devices', '#panels', '#best', '#ratios']) {
      expect(await textOf(page, place)).toContain(attack);
    }
    await page.close();
  });
});
