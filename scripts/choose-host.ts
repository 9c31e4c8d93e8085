/** The host and the adapter a command was asked for, or the one error that says why not. */
import { EnvironmentError, UsageError } from '../harness/errors.ts';
import { browserAdapters } from '../harness/hosts/browser-adapter.ts';
import { findBrowser, findDeno, findFirefox } from '../harness/hosts/browser.ts';
import { peerIds } from '../harness/hosts/peer-folders.ts';
import type { HostName, SessionHost } from '../harness/hosts/session-host.ts';
import { BrowserHost, denoHostOf, hostNames, nodeHostOf } from '../harness/hosts/session-host.ts';
import { unknownWord } from '../harness/nearest.ts';
import { chooseAdapter } from './choose-adapter.ts';

export const hostOption = '--host <name>';
export const hostHelp =
  'what runs WebGPU: node (Dawn in a process), chromium or firefox (a page of a headless browser), deno';
export const browserOption = '--browser <path>';
export const browserHelp =
  'this Chromium, Chrome, Edge or Firefox (default: the bundled Chromium, else one that is installed)';

/** What a command line says of where to run. */
export interface HostWords {
  /** Default: node. */
  readonly host?: string;
  readonly browser?: string;
}

/** Throws UsageError for a host nobody knows, and for a browser where none is asked for. */
export function readHost({ host = 'node', browser }: HostWords): HostName {
  const name = hostNames.find((known) => known === host);
  if (name === undefined) throw new UsageError(unknownWord('host', host, hostNames));
  if ((name === 'node' || name === 'deno') && browser !== undefined) {
    throw new UsageError(`--browser is for --host chromium and firefox; --host ${name} runs in no browser`);
  }
  return name;
}

/** Libraries are run in Node alone so far. Throws UsageError for the first of them among what is measured. */
export function refusePeersIn(words: HostWords, measured: readonly string[]): void {
  if (readHost(words) === 'node') return;
  const peer = peerIds().find((id) => measured.includes(id));
  if (peer === undefined) return;
  throw new UsageError(`peers such as ${peer} run in Node only; leave out --peers, or --host ${words.host}`);
}

/** Throws UsageError for words that nobody knows, EnvironmentError for what this machine lacks. */
export async function chooseHost(words: HostWords, adapter: string): Promise<SessionHost> {
  const host = readHost(words);
  if (host === 'node') return nodeHostOf(await chooseAdapter(adapter));
  if (host === 'deno') {
    const path = findDeno();
    if (path === null) throw new EnvironmentError('Deno is not installed: there is no deno on PATH');
    const [asked] = await browserAdapters(host, adapter);
    return denoHostOf(path, asked);
  }
  const search = { named: words.browser, prefer: 'bundled' } as const;
  const browser = host === 'firefox' ? findFirefox(search) : findBrowser(search);
  if (!browser.ok) {
    throw browser.reason === 'named'
      ? new UsageError(browser.message)
      : new EnvironmentError(browser.message);
  }
  return new BrowserHost(browser, await browserAdapters(browser.kind, adapter));
}
