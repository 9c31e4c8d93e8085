/** The trend page in a real Chromium, opened from disk. */
import type { Page } from 'puppeteer-core';
import { expect, test } from 'vitest';
import type { Acceptance, Point } from '../../harness/history/entry.ts';
import { trendsOf } from '../../harness/history/trend.ts';
import type { OpenedPage } from '../../harness/testing/opened-page.ts';
import { pagesInBrowser } from '../../harness/testing/opened-page.ts';
import { commitName, environment, levels, pinnedPoints, point } from '../../harness/testing/history.ts';
import { hostileHistory } from '../testing/hostile.ts';
import { renderHistoryPage } from './page.ts';

const openPage = pagesInBrowser();

const otherEnvironment = { ...environment, adapter: { ...environment.adapter, name: 'another' } };

async function open(
  points: Readonly<Record<string, readonly Point[]>>,
  acceptances: readonly Acceptance[] = [],
): Promise<OpenedPage> {
  const trends = Object.entries(points).flatMap(([id, some]) => trendsOf(id, some, acceptances));
  const environments = [
    { id: 'one', environment },
    { id: 'two', environment: otherEnvironment },
  ];
  return openPage(await renderHistoryPage(environments, trends));
}

const textOf = (page: Page, selector: string): Promise<string | null> =>
  page.$eval(selector, (element) => element.textContent);

/** Of each chart that is shown, how many colours its pixels have. */
const colors = (page: Page): Promise<readonly number[]> =>
  page.$$eval('figure:not([hidden]) canvas', (canvases) =>
    canvases.map((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0;
      const { width, height } = canvas;
      return new Set(canvas.getContext('2d')?.getImageData(0, 0, width, height).data).size;
    }),
  );

const naive = 'scaling/naive:n=1024,heads=8,d=64,precision=f32';
const flash = pinnedPoints(levels([12, 0], [12, 0.06], [12, 0.12]));
const broken = [
  ...flash.map((one) => ({ ...one, case: naive, kernel: 'naive' })),
  point(50, { case: naive, kernel: 'naive', base: 'x', head: 'y', logRatio: 0.01 }),
  point(51, { case: naive, kernel: 'naive', base: 'y', head: 'z', logRatio: null, verdict: 'WRONG' }),
];
const acceptance = {
  schema: 'attnbench-history/1',
  kind: 'acceptance',
  target: 'flash',
  commit: commitName(13),
  note: 'exact softmax',
} as const;

test('opens from disk with a chart for each case, steps, breaks and notes, and asks for nothing but itself', async () => {
  const { page, complaints } = await open({ one: [...flash, ...broken], two: flash.slice(0, 5) }, [
    acceptance,
  ]);
  const drawn = await colors(page);
  expect(drawn).toHaveLength(3);
  for (const count of drawn) expect(count).toBeGreaterThan(10);
  expect(await textOf(page, '#facts')).toBe('3 trends · 78 points · 2026-01-02 to 2026-02-20');
  // naive has two open slow-downs, flash one: the other is accepted.
  const cases = await page.$$eval('figcaption', (all) => all.map((one) => one.textContent));
  expect(cases[0]).toBe(naive);
  expect(await page.$$eval('#alarms li', (all) => all.length)).toBe(3);
  const notes = await page.$$eval('figure .notes', (all) => all.map((one) => one.textContent));
  expect(notes[0]).toContain('break: no comparison joins');
  expect(notes[0]).toContain('WRONG, no ratio');
  expect(notes[1]).toMatch(/2026-01-14, 000cc+\.\.000dc+: \+\d\.\d %, accepted: exact softmax/);
  expect(await page.$$eval('#steps tbody tr', (rows) => rows.length)).toBe(4);
  expect(await textOf(page, '#environments')).toContain('synthetic driver 1.0');
  expect(complaints).toEqual([]);
  await page.close();
});

test('filters by kernel and by environment', async () => {
  const { page, complaints } = await open({ one: [...flash, ...broken], two: flash.slice(0, 5) });
  const shown = (): Promise<readonly (string | null)[]> =>
    page.$$eval('figure:not([hidden]) figcaption', (all) => all.map((one) => one.textContent));
  const toggle = (label: string): Promise<void> =>
    page.$$eval(
      '#controls label',
      (labels, wanted) => {
        const found = labels.find((one) => one.textContent === wanted);
        if (found instanceof HTMLElement) found.click();
      },
      label,
    );
  expect(await shown()).toHaveLength(3);
  await toggle('naive');
  expect(await shown()).toEqual([flash[0].case, flash[0].case]);
  await toggle('another, synthetic cpu');
  expect(await shown()).toEqual([flash[0].case]);
  await toggle('naive');
  expect(await shown()).toHaveLength(2);
  expect(await colors(page)).toHaveLength(2);
  expect(complaints).toEqual([]);
  await page.close();
});

test('says when and how much where it is pointed at', async () => {
  const { page } = await open({ one: flash });
  const tip = await page.evaluate(async () => {
    const canvas = document.querySelector('canvas');
    if (canvas === null) return [];
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const before = canvas.toDataURL();
    canvas.dispatchEvent(
      new MouseEvent('mousemove', { clientX: left + width / 2, clientY: top + height / 2, bubbles: true }),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [before === canvas.toDataURL()];
  });
  expect(tip).toEqual([false]);
  await page.close();
});

test.each([0, 1])('works with %d points', async (count) => {
  const { page, complaints } = await open({ one: flash.slice(0, count) });
  expect(await colors(page)).toHaveLength(count);
  expect(await page.$eval('#empty', (empty) => empty.hasAttribute('hidden'))).toBe(count > 0);
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows names and notes as text', async () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">`;
  const named = flash.map((one) => ({ ...one, case: attack, kernel: attack }));
  const { page, complaints } = await open({ [attack]: named }, [
    { ...acceptance, target: attack, note: attack },
  ]);
  expect(await textOf(page, 'figcaption')).toBe(attack);
  expect(await textOf(page, 'figure .notes')).toContain(`accepted: ${attack}`);
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows every string of an entry as text', async () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">]]>\u202e`;
  const stepped = pinnedPoints(levels([12, 0], [12, 0.06]));
  const { environments, trends } = hostileHistory(attack, stepped, environment);
  const { page, complaints, requests } = await openPage(await renderHistoryPage(environments, trends));
  for (const place of ['figcaption', '#steps', '#environments']) {
    expect(await textOf(page, place)).toContain('<img src=x');
  }
  expect(await page.$$eval('img, a:not([href^="#"])', (found) => found.length)).toBe(0);
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
  await page.close();
});
