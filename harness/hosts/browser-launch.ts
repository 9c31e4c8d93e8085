/** Starts a browser for one session: headless, with a profile of its own, and ended with this process at the latest. */
import type { Browser as Driven, LaunchOptions } from 'puppeteer-core';
import { EnvironmentError } from '../errors.ts';
import type { BrowserAdapter } from './browser-adapter.ts';
import { firefoxPreferences } from './browser-adapter.ts';
import { endWithThisProcess } from './end-with-this-process.ts';
import type { FoundBrowser } from './browser.ts';
import { scratchFolder } from './scratch-folder.ts';

/** Throws EnvironmentError where it does not start. */
export async function launchBrowser(
  browser: FoundBrowser,
  adapter: BrowserAdapter,
  timeoutSeconds: number,
): Promise<Driven> {
  const { launch } = await import('puppeteer-core').catch((error: unknown) => {
    const message = 'the package puppeteer-core, which drives browsers, is not part of this install';
    throw new EnvironmentError(message, { cause: error });
  });
  const profile = scratchFolder('browser');
  try {
    const driven = await launch({
      ...(browser.kind === 'firefox' ? firefoxOptions : chromiumOptions),
      executablePath: browser.path,
      args: [...browser.args, ...(browser.kind === 'firefox' ? [] : adapter.flags)],
      env: { ...browser.env, ...adapter.env },
      headless: true,
      userDataDir: profile.path,
      // Cases have a limit of their own.
      protocolTimeout: 0,
      handleSIGINT: false,
      timeout: timeoutSeconds * 1000,
    });
    const child = driven.process();
    if (child !== null) profile.removeAfter(child);
    // Firefox has no pipe to end with.
    if (browser.kind === 'firefox' && child !== null) endWithThisProcess(child);
    return driven;
  } catch (error) {
    profile.remove();
    throw new EnvironmentError(`the browser ${browser.path} does not start: ${firstReason(error)}`, {
      cause: error,
    });
  }
}

/** Chromium ends with the pipe, and so with this process, however that ends. */
const chromiumOptions: LaunchOptions = { browser: 'chrome', pipe: true };
const firefoxOptions: LaunchOptions = { browser: 'firefox', extraPrefsFirefox: { ...firefoxPreferences } };

/** A browser that does not start says why on stderr, below what its driver says. */
function firstReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Puppeteer's own words where nobody answered.
  if (message.includes('Target closed')) return 'it ended at once';
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|cannot|not found|denied/i.test(line)) ?? lines[0];
}
