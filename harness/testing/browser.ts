/** The Chromium that page tests run in. */
import type { Browser } from 'puppeteer-core';
import { launch } from 'puppeteer-core';
import { findBrowser } from '../hosts/browser.ts';

/** Throws where there is none. */
export async function launchBrowser(): Promise<Browser> {
  const found = findBrowser();
  if (!found.ok) throw new Error(found.message);
  return launch({
    executablePath: found.path,
    args: [...found.args],
    env: { ...found.env },
    headless: 'shell',
  });
}
