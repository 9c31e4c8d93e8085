/** The page of a profile in a real Chromium, opened from disk. */
import { expect, test } from 'vitest';
import type { Run } from '../../../harness/record.ts';
import type { OpenedPage } from '../../../harness/testing/opened-page.ts';
import { pagesInBrowser } from '../../../harness/testing/opened-page.ts';
import { hostileProfile } from '../../testing/hostile.ts';
import { profiledRun } from '../../testing/profiles.ts';
import { comparisonsOf } from '../compare.ts';
import { profileOf } from '../profile.ts';
import { renderProfilePage } from './page.ts';

const openPage = pagesInBrowser();

async function open(run: Run): Promise<OpenedPage> {
  const profile = profileOf(run);
  return openPage(await renderProfilePage(profile, comparisonsOf(profile)));
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

test('shows every string of a record as text', async () => {
  const attack = `</script><script>alert(1)</script><img src=x onerror="alert(2)">]]>\u202e`;
  const { page, complaints, requests } = await open(hostileProfile(attack));
  for (const place of ['#facts', '#case-1', '#environment', '#contents']) {
    expect(await page.$eval(place, (section) => section.textContent)).toContain('<img src=x');
  }
  expect(await page.$$eval('img, a:not([href^="#"])', (found) => found.length)).toBe(0);
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
  await page.close();
});
