/** A session in a page of a browser of its own: a hang, a crash, a closed page or a lost device costs the case it happened in. */
import type { Browser as Driven, Page } from 'puppeteer-core';
import { EnvironmentError } from '../errors.ts';
import type { ToChild } from '../session-messages.ts';
import type { BrowserAdapter } from './browser-adapter.ts';
import { launchBrowser } from './browser-launch.ts';
import type { BrowserKind, FoundBrowser } from './browser.ts';
import { killGroup } from './end-with-this-process.ts';
import { hostFacts, measuredVariables } from './environment.ts';
import { builtInKernels } from './kernel-folders.ts';
import { decode, encode } from './page/codec.ts';
import type { PageServer } from './page-server.ts';
import { packPlaces, pageServer } from './page-server.ts';
import type { Answer, Channel, DeviceSession } from './session.ts';
import { factsOf, sessionOn } from './session.ts';

export interface PageSessionOptions {
  readonly browser: FoundBrowser;
  readonly adapter: BrowserAdapter;
  readonly number: number;
  /** A case that does not answer within this is a timeout, and its browser is killed. */
  readonly caseTimeoutSeconds: number;
  /** Default: the kernels that come with attnbench. */
  readonly kernels?: URL;
  /** Called with the page once it is open. For tests, which break it. */
  readonly onPage?: (page: Page) => void;
}

/** Starting a browser, then compiling probes and measuring the clock. */
const openTimeoutSeconds = 90;

/** Starts a browser and waits for its device. Throws EnvironmentError when there is none. */
export async function openPageSession(options: PageSessionOptions): Promise<DeviceSession> {
  const { adapter, number, caseTimeoutSeconds, kernels = builtInKernels } = options;
  const server = await pageServer();
  const driven = await launchBrowser(options.browser, adapter, openTimeoutSeconds);
  const [page] = await driven.pages();
  const channel = new PageChannel(driven, page, server);
  try {
    const facts = factsOf(await channel.open(adapter, kernels.href), adapter.name, openTimeoutSeconds);
    if (!adapter.accepts(facts.adapter)) {
      const { description, device, architecture } = facts.adapter;
      throw new EnvironmentError(
        `the browser does not offer the adapter '${adapter.name}': it has '${description || device || architecture}' instead; ask for another with --adapter, or another browser with --browser`,
      );
    }
    const flags = [...adapter.flags, ...measuredVariables()];
    const host = { ...hostFacts(), ...browserFacts(options.browser.kind, await driven.version()) };
    options.onPage?.(page);
    return sessionOn({ channel, facts: { ...facts, flags, host }, number, caseTimeoutSeconds });
  } catch (error) {
    channel.kill();
    throw error;
  }
}

/** `HeadlessChrome/143.0.7499.0` or `firefox/153.0` as a host. Dawn's branches are named after Chromium's builds. */
export function browserFacts(
  kind: BrowserKind,
  version: string,
): { readonly name: BrowserKind; readonly runtime: string; readonly webgpu: string } {
  const [product, number = ''] = version.replace(/^Headless/, '').split('/');
  if (kind === 'firefox') {
    return { name: kind, runtime: `Firefox ${number}`, webgpu: `wgpu in Firefox ${number.split('.')[0]}` };
  }
  const build = number.split('.')[2];
  return {
    name: kind,
    runtime: `${product} ${number}`.trim(),
    webgpu: build === undefined ? `Dawn of ${product}` : `Dawn chromium/${build}`,
  };
}

class PageChannel implements Channel {
  private readonly driven: Driven;
  private readonly page: Page;
  private readonly server: PageServer;
  /** How it ended, once it has. */
  private readonly ended: Promise<string>;

  constructor(driven: Driven, page: Page, server: PageServer) {
    this.driven = driven;
    this.page = page;
    this.server = server;
    this.ended = new Promise((resolve) => {
      page.once('error', () => resolve('its page crashed'));
      page.once('close', () => resolve('its page was closed'));
      driven.once('disconnected', () => resolve(`its browser ended${endOf(driven)}`));
    });
  }

  async open({ name, words }: BrowserAdapter, kernels: string): Promise<Answer> {
    return this.answered(async () => {
      await this.page.goto(this.server.origin);
      const place = await this.server.offer(kernels);
      return this.page.evaluate(
        (name, place, words) => globalThis.attnbench.open(name, place, words),
        name,
        place,
        words,
      );
    }, openTimeoutSeconds);
  }

  ask(message: ToChild, timeoutSeconds: number): Promise<Answer> {
    return this.answered(async () => {
      const places = await packPlaces(this.server, message);
      return this.page.evaluate(
        (text, places) => globalThis.attnbench.answer(text, places),
        encode(message),
        places,
      );
    }, timeoutSeconds);
  }

  /** What comes first: the page's answer, its end, or the time running out. */
  private async answered(question: () => Promise<string>, timeoutSeconds: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timeout' }), timeoutSeconds * 1000);
    });
    const ended = this.ended.then((message): Answer => ({ kind: 'ended', message }));
    const answer = question().then(
      (text): Answer => ({ kind: 'message', message: decode(text) }),
      // A question to a page that has just ended fails before its end is told.
      (error: unknown) => Promise.race([ended, afterwards({ kind: 'ended', message: refusalOf(error) })]),
    );
    try {
      return await Promise.race([answer, ended, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    const child = this.driven.process();
    // With all its processes, which may hang each by itself.
    if (child !== null) killGroup(child);
  }

  async close(): Promise<void> {
    if (!this.driven.connected) return;
    await this.driven.close().catch(() => this.kill());
  }
}

const graceMs = 2000;
const afterwards = (answer: Answer): Promise<Answer> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(answer), graceMs).unref();
  });

const refusalOf = (error: unknown): string =>
  `its page does not answer: ${error instanceof Error ? error.message : String(error)}`;

function endOf(driven: Driven): string {
  const { exitCode = null, signalCode = null } = driven.process() ?? {};
  if (signalCode !== null) return ` with signal ${signalCode}`;
  return exitCode === null ? '' : ` with exit code ${exitCode}`;
}
