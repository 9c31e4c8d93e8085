import { expect, test } from 'vitest';
import { resolveParams } from '../params.ts';
import { defaultPolicy } from '../sampling.ts';
import { hostFacts } from './environment.ts';
import { adapterInfo } from '../testing/adapter-info.ts';
import { leastCaps } from '../testing/caps.ts';
import type { SessionCase, DeviceSession } from './session.ts';
import { SessionPool } from './session-pool.ts';

const caseOf = (kernel: string): SessionCase => ({
  kernel,
  request: {
    id: kernel,
    suite: 'test',
    params: resolveParams({}, { n: 1, heads: 1, d: 1 }),
    policy: defaultPolicy,
    seed: 'test',
  },
});

function fakePool() {
  const log: string[] = [];
  let number = 0;
  const session = (name: string): DeviceSession => {
    const own = ++number;
    const refuse = async (): Promise<never> => {
      throw new Error('not asked for');
    };
    return {
      number: own,
      facts: {
        adapter: adapterInfo(),
        caps: leastCaps(),
        clock: { source: 'wall', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
        compiler: { loopVariablesReinitialised: true },
        flags: [],
        host: hostFacts(),
      },
      async measure({ kernel }) {
        log.push(`${name}${own} measures ${kernel}`);
        return kernel === 'crashing' ? { kind: 'crash', message: 'gone' } : { kind: 'timeout', seconds: 1 };
      },
      verify: refuse,
      compare: refuse,
      peaks: refuse,
      tune: refuse,
      program: refuse,
      planPair: refuse,
      pair: refuse,
      close: async () => {
        log.push(`${name}${own} closes`);
      },
    };
  };
  let failures = 0;
  const pool = new SessionPool({
    first: session('kernels'),
    open: async (peer) => {
      log.push(`open ${peer ?? 'kernels'}`);
      if (failures-- > 0) throw new Error('driver');
      return session(peer ?? 'kernels');
    },
    isPeer: (kernel) => kernel.startsWith('peer'),
  });
  return { pool, log, failNext: () => (failures = 1) };
}

test('a peer has its own process, and the end of one leaves the others', async () => {
  const { pool, log } = fakePool();
  await pool.measure(caseOf('peer-a'));
  expect(pool.lastSession).toBe(2);
  await pool.measure(caseOf('peer-a'));
  await pool.measure(caseOf('crashing'));
  expect(pool.lastSession).toBe(1);
  await pool.measure(caseOf('flash'));
  expect(pool.lastSession).toBe(4);
  expect(log).toEqual([
    'open peer-a',
    'peer-a2 measures peer-a',
    'open peer-a',
    'peer-a3 measures peer-a',
    'kernels1 measures crashing',
    'open kernels',
    'kernels4 measures flash',
  ]);
  await pool.close();
});

test('a driver that has just crashed may open at the second try', async () => {
  const { pool, log, failNext } = fakePool();
  failNext();
  await pool.measure(caseOf('peer-a'));
  expect(log.slice(0, 2)).toEqual(['open peer-a', 'open peer-a']);
  await pool.close();
  expect(log.filter((line) => line.includes('closes'))).toEqual(['kernels1 closes']);
});
