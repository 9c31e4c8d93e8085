/** Starts a browser for one session: headless, with a profile of its own, and ended with this process at the latest. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Driven, LaunchOptions } from 'puppeteer-core';
import { EnvironmentError } from '../errors.ts';
import type { BrowserAdapter } from './browser-adapter.ts';
import { firefoxPreferences } from './browser-adapter.ts';
import type { FoundBrowser } from './browser.ts';

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
  const profile = mkdtempSync(join(tmpdir(), 'attnbench-browser-'));
  try {
    const driven = await launch({
      ...(browser.kind === 'firefox' ? firefoxOptions : chromiumOptions),
      executablePath: browser.path,
      args: [...browser.args, ...(browser.kind === 'firefox' ? [] : adapter.flags)],
      env: { ...browser.env, ...adapter.env },
      headless: true,
      userDataDir: profile,
      // Cases have a limit of their own.
      protocolTimeout: 0,
      handleSIGINT: false,
      timeout: timeoutSeconds * 1000,
    });
    removeAfter(driven, profile);
    if (browser.kind === 'firefox') endWithThisProcess(driven);
    return driven;
  } catch (error) {
    removeProfile(profile);
    throw new EnvironmentError(`the browser ${browser.path} does not start: ${firstReason(error)}`, {
      cause: error,
    });
  }
}

/** Chromium ends with the pipe, and so with this process, however that ends. */
const chromiumOptions: LaunchOptions = { browser: 'chrome', pipe: true };
const firefoxOptions: LaunchOptions = { browser: 'firefox', extraPrefsFirefox: { ...firefoxPreferences } };

/** Firefox has no such pipe: a shell holds one, and ends it when this process is gone. */
function endWithThisProcess(driven: Driven): void {
  const { pid } = driven.process() ?? {};
  if (pid === undefined || process.platform === 'win32') return;
  const watch = spawn('/bin/sh', ['-c', `read line; kill -KILL -${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  watch.on('error', () => undefined);
  driven.process()?.once('exit', () => watch.kill());
}

/** However the browser ends, and if this process ends first. */
function removeAfter(driven: Driven, profile: string): void {
  const remove = (): void => removeProfile(profile);
  process.once('exit', remove);
  driven.process()?.once('exit', () => {
    process.off('exit', remove);
    remove();
  });
}

function removeProfile(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A process of the browser still writes to it: a folder of two megabytes stays behind.
  }
}

/** A browser that does not start says why on stderr, below what its driver says. */
function firstReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Puppeteer's own words where nobody answered.
  if (message.includes('Target closed')) return 'it ended at once';
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|cannot|not found|denied/i.test(line)) ?? lines[0];
}
