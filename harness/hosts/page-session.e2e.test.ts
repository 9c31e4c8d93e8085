/** Sessions in pages, broken in every way that a page can break. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { resolveParams } from '../params.ts';
import type { CaseRecord } from '../record.ts';
import type { EngineCase } from '../sweep-engine.ts';
import { runCases } from '../sweep-engine.ts';
import { shortCase, testKernels } from '../testing/short-case.ts';
import { browserAdapters } from './browser-adapter.ts';
import { findBrowser } from './browser.ts';
import { builtInKernels, folderUrl, loadKernel } from './kernel-folders.ts';
import type { PageSessionOptions } from './page-session.ts';
import { openPageSession } from './page-session.ts';
import type { DeviceSession, SessionCase } from './session.ts';

/** What is done to the page of a case while its kernel runs without end. */
const misdeeds: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  endless: async () => undefined,
  'page closed': (page) => page.close(),
  'renderer crash': async (page) => (await page.createCDPSession()).send('Page.crash'),
  'GPU process crash': async (page) => {
    const session = await page.browser().target().createCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    for (const { type, id } of processInfo) if (type === 'GPU') process.kill(id, 'SIGKILL');
  },
  'browser crash': async (page) => page.browser().process()?.kill('SIGKILL'),
};

async function optionsFor(adapter: string): Promise<Omit<PageSessionOptions, 'number'>> {
  const browser = findBrowser({ prefer: 'bundled' });
  if (!browser.ok) throw new Error(browser.message);
  const [first] = await browserAdapters(browser.kind, adapter);
  return { browser, adapter: first, caseTimeoutSeconds: 5, kernels: testKernels };
}

describe('sessions in pages of a browser', () => {
  it('lose only the cases that hang, crash, ask for too much or lose their device, browser or page', async () => {
    const options = await optionsFor('swiftshader');
    const records: CaseRecord[] = [];
    let number = 0;
    const open = async (): Promise<DeviceSession> => {
      const pages: Page[] = [];
      const session = await openPageSession({
        ...options,
        number: ++number,
        onPage: (page) => pages.push(page),
      });
      return {
        ...session,
        async measure(request) {
          const outcome = session.measure(request);
          const misdeed = misdeeds[request.request.id];
          // By then the kernel runs; a page that is gone refuses.
          if (misdeed !== undefined) setTimeout(() => void misdeed(pages[0]).catch(() => undefined), 300);
          return outcome;
        },
      };
    };
    await runCases<EngineCase & SessionCase>({
      cases: [
        shortCase('steady', 'first'),
        shortCase('enormous', 'enormous'),
        ...Object.keys(misdeeds).map((name) => shortCase('endless', name)),
        shortCase('steady', 'last'),
      ],
      first: null,
      open,
      sessionNumber: () => number,
      append: (record) => records.push(record),
      notify: () => undefined,
      nowNs: () => performance.now() * 1e6,
      budgetSeconds: null,
    });
    expect(
      Object.fromEntries(
        records.map(({ id, status, reason }) => [id, `${status} ${reason?.code ?? ''}`.trim()]),
      ),
    ).toEqual({
      first: 'ok',
      enormous: 'skipped limit',
      endless: 'timeout timeout',
      'page closed': 'failed crash',
      'renderer crash': 'failed crash',
      'GPU process crash': 'lost device-lost',
      'browser crash': 'failed crash',
      last: 'ok',
    });
    const reasons = Object.fromEntries(records.map(({ id, reason }) => [id, reason?.message]));
    expect(reasons['page closed']).toBe('its page was closed');
    expect(reasons['renderer crash']).toBe('its page crashed');
    expect(reasons['browser crash']).toContain('its browser ended');
    expect(reasons['enormous']).toContain('scratch takes 1 TiB');
    // After a hang one more browser, after each crash and its second try two.
    expect(number).toBe(10);
  });

  it('hold a case of one pack against that of another, on one device', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'attnbench-packs-'));
    for (const name of ['contract.ts', 'copy', 'lib']) {
      cpSync(fileURLToPath(new URL(name, builtInKernels)), join(folder, name), { recursive: true });
    }
    appendFileSync(join(folder, 'copy', 'copy.wgsl'), '// another pack\n');
    const { kernel } = await loadKernel('copy');
    const side = (root: URL) => ({
      kernels: root.href,
      kernel: 'copy',
      params: resolveParams(kernel.axes, { n: 64, heads: 1, d: 16 }),
    });
    const [base, head] = [side(folderUrl(folder)), side(builtInKernels)];
    const session = await openPageSession({
      ...(await optionsFor('swiftshader')),
      number: 1,
      caseTimeoutSeconds: 60,
    });
    try {
      const planned = await session.planPair({ base, head });
      if (planned.kind !== 'pair planned') throw new Error(JSON.stringify(planned));
      const hashes = [planned.plan.base, planned.plan.head].map(
        (plan) => plan?.kind === 'program' && plan.hash,
      );
      expect(new Set(hashes).size).toBe(2);
      expect(hashes).not.toContain(false);
      const paired = await session.pair({
        base,
        head,
        seed: 'test',
        orderSeed: 'test',
        pairs: 6,
        seconds: 1,
        check: 'full',
      });
      expect(paired).toMatchObject({ kind: 'paired', outcome: { kind: 'timed' } });
    } finally {
      await session.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('say in whose words they cannot be opened', async () => {
    const options = await optionsFor('swiftshader');
    const opened = openPageSession({
      ...options,
      number: 1,
      adapter: { ...options.adapter, name: 'lavapipe', accepts: () => false },
    });
    await expect(opened).rejects.toThrow(EnvironmentError);
    await expect(opened).rejects.toThrow(
      "the browser does not offer the adapter 'lavapipe': it has 'SwiftShader driver",
    );
    const without = openPageSession({
      ...options,
      number: 1,
      adapter: {
        ...options.adapter,
        flags: ['--disable-blink-features=WebGPU', '--disable-features=WebGPU'],
      },
    });
    await expect(without).rejects.toThrow(/this browser has no WebGPU|no adapter for it/);
  });
});
