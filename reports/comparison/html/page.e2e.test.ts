/** The page of a comparison in a real Chromium, opened from disk. */
import type { Page } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../harness/gate/comparison.ts';
import type { OpenedPage } from '../../../harness/testing/opened-page.ts';
import { pagesInBrowser } from '../../../harness/testing/opened-page.ts';
import { comparisonOf, sampleComparison } from '../../testing/comparisons.ts';
import { attackExamples, hostileComparison } from '../../testing/hostile.ts';
import { renderComparisonPage } from './page.ts';

const openPage = pagesInBrowser();

const open = async (comparison: Comparison, width?: number): Promise<OpenedPage> =>
  openPage(await renderComparisonPage(comparison), width);

const badges = (page: Page): Promise<readonly string[]> =>
  page.$$eval('.case:not([hidden]) .badge', (found) => found.map((badge) => badge.textContent ?? ''));
const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');
const click = (page: Page, selector: string): Promise<void> =>
  page.$eval(selector, (element) => {
    if (element instanceof HTMLElement) element.click();
  });

describe('the page', () => {
  test('opens from disk without a complaint, worst first, and asks for nothing but itself', async () => {
    const { page, complaints } = await open(sampleComparison());
    expect(await textOf(page, 'h1')).toContain('1 wrong, 2 regressed');
    expect(await textOf(page, '#facts')).toContain('main at 0123456789 → . at 89abcdef01, with changes');
    expect((await badges(page)).slice(0, 4)).toEqual(['WRONG', 'REGRESSED', 'REGRESSED', 'FAILED']);
    expect(await textOf(page, '#calibration')).toContain('4.2 % [2.6, 6.3] of 500');
    expect(await page.$eval('#notes', (notes) => notes.hasAttribute('hidden'))).toBe(true);
    expect(await textOf(page, '#figures')).toContain('+12.5 %');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('draws an interval where it lies, right of no change where head is slower', async () => {
    const { page } = await open(sampleComparison());
    const places = await page.$$eval('.case', (cases) =>
      cases.flatMap((one) => {
        const [zero, point] = ['.zero', '.forest .point'].map(
          (selector) => one.querySelector(selector)?.getBoundingClientRect().x,
        );
        return zero === undefined || point === undefined
          ? []
          : [[one.querySelector('.badge')?.textContent, Math.sign(point - zero)]];
      }),
    );
    expect(places.filter(([verdict]) => verdict === 'REGRESSED').map(([, side]) => side)).toEqual([1, 1]);
    expect(places.filter(([verdict]) => verdict === 'IMPROVED').map(([, side]) => side)).toEqual([-1]);
    await page.close();
  });

  test('hides the verdicts and kernels that are switched off', async () => {
    const { page } = await open(sampleComparison());
    await click(page, 'input[value="SAME"]');
    expect(await badges(page)).not.toContain('SAME');
    expect(await textOf(page, '#count')).toBe('12 of 14');
    await click(page, 'input[value="flash"]');
    expect(await textOf(page, '#count')).toBe('10 of 14');
    await click(page, 'input[value="SAME"]');
    await click(page, 'input[value="flash"]');
    expect(await textOf(page, '#count')).toBe('14');
    await page.close();
  });

  test('a case opens to its sessions, its reasons and its exact figures', async () => {
    const { page, complaints } = await open(sampleComparison());
    const regressed = '.case:nth-of-type(3)';
    expect(await page.$(`${regressed} .inside`)).toBeNull();
    await click(page, `${regressed} summary`);
    await page.waitForSelector(`${regressed} .inside`);
    expect(await page.$$eval(`${regressed} .sessions .point`, (dots) => dots.length)).toBe(10);
    expect(await page.$$eval(`${regressed} .sessions .control`, (crosses) => crosses.length)).toBe(10);
    const inside = await textOf(page, `${regressed} .inside`);
    expect(inside).toContain('the whole interval lies beyond the margin');
    expect(inside).toContain('8.00 MiB');
    await click(page, `${regressed} summary`);
    await click(page, `${regressed} summary`);
    expect(await page.$$eval(`${regressed} .inside`, (found) => found.length)).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('warns where the control shows a difference', async () => {
    const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
    const { page } = await open(sampleComparison({ control }));
    expect(await textOf(page, '#notes')).toBe(
      'the A/A arms differ: no verdict of this run is to be believed',
    );
    await page.close();
  });

  test('needs no more width than a phone has, closed or open', async () => {
    const { page } = await open(sampleComparison(), 360);
    const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(360);
    await page.$$eval('.case', (cases) => {
      for (const one of cases) if (one instanceof HTMLDetailsElement) one.open = true;
    });
    await page.waitForSelector('.inside');
    expect(await width()).toBe(360);
    await page.close();
  });

  test('of nothing says so', async () => {
    const { page, complaints } = await open(
      comparisonOf([], { adapter: null, clock: null, control: null, calibration: null }),
    );
    expect(await textOf(page, 'h1')).toContain('Nothing to compare');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test.each(attackExamples)('shows strings as text: %j', async (attack) => {
  const { page, complaints } = await open(hostileComparison(attack));
  await page.$$eval('.case', (cases) => {
    for (const one of cases) if (one instanceof HTMLDetailsElement) one.open = true;
  });
  await page.waitForSelector('.inside');
  expect(await page.$$eval('.case .id', (ids) => ids.map((id) => id.textContent))).toContain(`${attack}0`);
  expect(await page.$$eval('img, a[href^="http"]', (found) => found.length)).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
});
