/** Hosts that are brought along by nobody: tested where they are installed. */
import { describe, expect, it } from 'vitest';
import type { CaseRecord } from '../record.ts';
import type { EngineCase } from '../sweep-engine.ts';
import { runCases } from '../sweep-engine.ts';
import { shortCase, testKernels } from '../testing/short-case.ts';
import { browserAdapters } from './browser-adapter.ts';
import { findDeno, findFirefox } from './browser.ts';
import type { SessionHost } from './session-host.ts';
import { BrowserHost, denoHostOf } from './session-host.ts';
import type { SessionCase } from './session.ts';

const firefox = findFirefox();
const deno = findDeno();

/** A sweep with a kernel that never ends and one that throws, and the facts of its last session. */
async function sweepIn(host: SessionHost) {
  const records: CaseRecord[] = [];
  let number = 0;
  let facts = null;
  await runCases<EngineCase & SessionCase>({
    cases: [
      shortCase('steady', 'first'),
      shortCase('endless', 'endless'),
      shortCase('crashing', 'crashing'),
      shortCase('steady', 'last'),
    ],
    first: null,
    async open() {
      const session = await host.open({ number: ++number, caseTimeoutSeconds: 8, kernels: testKernels });
      ({ facts } = session);
      return session;
    },
    sessionNumber: () => number,
    append: (record) => records.push(record),
    notify: () => undefined,
    nowNs: () => performance.now() * 1e6,
    budgetSeconds: null,
  });
  return { facts, statuses: records.map(({ id, status }) => `${id}: ${status}`) };
}

const expected = ['first: ok', 'endless: timeout', 'crashing: failed', 'last: ok'];

describe('Firefox', () => {
  it.skipIf(!firefox.ok)('loses only the cases that hang or fail, and says what it is', async () => {
    if (!firefox.ok) return;
    const adapters = await browserAdapters('firefox', 'swiftshader');
    const { facts, statuses } = await sweepIn(new BrowserHost(firefox, adapters));
    expect(statuses).toEqual(expected);
    expect(facts).toMatchObject({
      host: { name: 'firefox', runtime: expect.stringMatching(/^Firefox \d/) },
      // It tells pages nothing of it: these are the words of the driver that it was given.
      adapter: { name: 'swiftshader', vendor: 'google', software: true },
      flags: ['dom.webgpu.enabled=true', 'gfx.webgpu.ignore-blocklist=true'],
    });
  });
});

describe('Deno', () => {
  it.skipIf(deno === null)('loses only the cases that hang or fail, and says what it is', async () => {
    if (deno === null) return;
    const [adapter] = await browserAdapters('deno', 'swiftshader');
    const { facts, statuses } = await sweepIn(denoHostOf(deno, adapter));
    expect(statuses).toEqual(expected);
    expect(facts).toMatchObject({
      host: { name: 'deno', runtime: expect.stringMatching(/^Deno \d/) },
      adapter: { name: 'swiftshader', vendor: 'google', software: true },
      flags: ['--unstable-webgpu'],
    });
  });
});
