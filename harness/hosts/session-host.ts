/** Where the sessions of a command run: in processes of Node, or in pages of a browser. What a command asks of either is the same. */
import { EnvironmentError } from '../errors.ts';
import type { FoundBrowser } from './browser.ts';
import type { BrowserAdapter } from './browser-adapter.ts';
import type { AdapterChoice } from './choice.ts';

import { openDenoSession } from './deno-session.ts';
import { openNodeSession } from './node-session.ts';
import { openPageSession } from './page-session.ts';
import type { DeviceSession } from './session.ts';

export const hostNames = ['node', 'chromium', 'firefox', 'deno'] as const;
export type HostName = (typeof hostNames)[number];

export interface OpenRequest {
  readonly number: number;
  /** A case that does not answer within this is a timeout, and what it runs in is killed. */
  readonly caseTimeoutSeconds: number;
  /** The peer that the session is for; none: kernels. Only in Node. */
  readonly peer?: string;
  /** Default: the kernels that come with attnbench. */
  readonly kernels?: URL;
}

export interface SessionHost {
  readonly name: HostName;
  /** The adapter by the name it is asked for. */
  readonly adapter: string;
  /** Opens a device in a process of its own. Throws EnvironmentError when there is none. */
  open(request: OpenRequest): Promise<DeviceSession>;
}

export const nodeHostOf = (choice: AdapterChoice): SessionHost => ({
  name: 'node',
  adapter: choice.name,
  open: (request) => openNodeSession({ choice, ...request }),
});

export const denoHostOf = (path: string, adapter: BrowserAdapter): SessionHost => ({
  name: 'deno',
  adapter: adapter.name,
  open: ({ peer: _peer, ...request }) => openDenoSession({ path, adapter, ...request }),
});

/** `adapters`: what to ask the browser for, in order; the first that it gives serves all sessions. */
export class BrowserHost implements SessionHost {
  private readonly browser: FoundBrowser;
  private adapters: readonly BrowserAdapter[];

  constructor(browser: FoundBrowser, adapters: readonly BrowserAdapter[]) {
    this.browser = browser;
    this.adapters = adapters;
  }

  get name(): HostName {
    return this.browser.kind;
  }

  get adapter(): string {
    return this.adapters[0].name;
  }

  async open({ peer: _peer, ...request }: OpenRequest): Promise<DeviceSession> {
    const { browser } = this;
    for (const adapter of this.adapters.slice(0, -1)) {
      const session = await openPageSession({ browser, adapter, ...request }).catch(orNothing);
      if (session === null) continue;
      this.adapters = [adapter];
      return session;
    }
    const last = this.adapters[this.adapters.length - 1];
    const session = await openPageSession({ browser, adapter: last, ...request });
    this.adapters = [last];
    return session;
  }
}

function orNothing(error: unknown): null {
  if (error instanceof EnvironmentError) return null;
  throw error;
}
