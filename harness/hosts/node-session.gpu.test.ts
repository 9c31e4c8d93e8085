import { describe, expect, it } from 'vitest';
import type { CaseRecord } from '../record.ts';
import { resolveParams } from '../params.ts';
import { defaultPolicy } from '../sampling.ts';
import type { EngineCase } from '../sweep-engine.ts';
import { runCases } from '../sweep-engine.ts';
import { choiceFromEnv } from './choice.ts';
import type { SessionCase } from './session.ts';
import { openNodeSession } from './node-session.ts';

const kernels = new URL('../testing/kernels/', import.meta.url);
const params = resolveParams({}, { n: 1, heads: 1, d: 1 });
const caseOf = (kernel: string, index: number): EngineCase & SessionCase => ({
  id: `${kernel} ${index}`,
  identity: { kind: 'case', id: `${kernel} ${index}`, suite: 'test', kernel, mechanism: 'test', params },
  kernel,
  request: {
    id: `${kernel} ${index}`,
    suite: 'test',
    params,
    policy: { ...defaultPolicy, seconds: 0.1 },
    seed: 'test',
  },
});

describe('sessions in child processes', () => {
  it('lose only the cases that hang, crash or ask for too much', async () => {
    const records: CaseRecord[] = [];
    let number = 0;
    const list = ['steady', 'endless', 'steady', 'crashing', 'steady', 'enormous', 'steady'];
    await runCases<EngineCase & SessionCase>({
      cases: list.map(caseOf),
      first: null,
      open: () =>
        openNodeSession({ choice: choiceFromEnv(), number: ++number, caseTimeoutSeconds: 5, kernels }),
      sessionNumber: () => number,
      append: (record) => records.push(record),
      notify: () => undefined,
      nowNs: () => performance.now() * 1e6,
      budgetSeconds: null,
    });
    expect(records.map(({ id, status, reason }) => `${id}: ${status} ${reason?.code ?? ''}`.trim())).toEqual([
      'steady 0: ok',
      'endless 1: timeout timeout',
      'steady 2: ok',
      'crashing 3: failed crash',
      'steady 4: ok',
      'enormous 5: skipped limit',
      'steady 6: ok',
    ]);
    expect(records[3].reason?.message).toContain('SIGSEGV');
    expect(records[5].reason?.message).toContain('scratch takes 1 TiB');
    // After a hang one more process, after a crash and its second try two.
    expect(number).toBe(4);
  });
});
