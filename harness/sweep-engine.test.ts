import { describe, expect, it } from 'vitest';
import type { CaseRecord } from './record.ts';
import type { EngineCase, EngineEvent, SessionOutcome } from './sweep-engine.ts';
import { runCases } from './sweep-engine.ts';

const identity = (id: string): EngineCase['identity'] => ({
  kind: 'case',
  id,
  suite: 's',
  kernel: 'k',
  mechanism: 'm',
  params: {
    batch: 1,
    heads: 1,
    kvHeads: 1,
    n: 1,
    m: 1,
    d: 1,
    dv: 1,
    precision: 'f32',
    causal: false,
  },
});
const cases = (...ids: string[]): EngineCase[] => ids.map((id) => ({ id, identity: identity(id) }));

/** Sessions that answer by case id and attempt; each opening is counted. */
function fakeSweep(answers: Readonly<Record<string, readonly ('ok' | 'timeout' | 'crash' | 'lost')[]>>) {
  const attempts: Record<string, number> = {};
  const log = {
    opened: 0,
    closed: 0,
    refusals: 0,
    records: [] as CaseRecord[],
    events: [] as EngineEvent[],
    nowNs: 0,
  };
  const open = async () => {
    if (log.refusals > 0) {
      log.refusals--;
      throw new Error('no device');
    }
    log.opened++;
    return {
      async measure({ id }: EngineCase): Promise<SessionOutcome> {
        log.nowNs += 1e9;
        const attempt = (attempts[id] = (attempts[id] ?? 0) + 1);
        const answer = answers[id]?.[attempt - 1] ?? 'ok';
        if (answer === 'timeout') return { kind: 'timeout', seconds: 9 };
        if (answer !== 'ok') return { kind: answer, message: `${answer} ${attempt}` };
        const reason = { code: 'unsupported', message: 'fake' } as const;
        return {
          kind: 'record',
          record: {
            ...identity(id),
            session: log.opened,
            status: 'skipped',
            reason,
            bytes: null,
            cost: null,
          },
        };
      },
      async close() {
        log.closed++;
      },
    };
  };
  return {
    log,
    run: (list: readonly EngineCase[], budgetSeconds: number | null = null) =>
      runCases({
        cases: list,
        first: null,
        open,
        sessionNumber: () => log.opened,
        append: (record) => log.records.push(record),
        notify: (event) => log.events.push(event),
        nowNs: () => log.nowNs,
        budgetSeconds,
      }),
  };
}

const statuses = (records: readonly CaseRecord[]): string[] =>
  records.map(({ id, status }) => `${id} ${status}`);

describe('runCases', () => {
  it('measures every case once in one session and closes it', async () => {
    const { log, run } = fakeSweep({});
    expect(await run(cases('a', 'b', 'c'))).toBe(0);
    expect(statuses(log.records)).toEqual(['a skipped', 'b skipped', 'c skipped']);
    expect(log.opened).toBe(1);
    expect(log.closed).toBe(1);
  });

  it('records a timeout without a second try and goes on in a new session', async () => {
    const { log, run } = fakeSweep({ b: ['timeout'] });
    await run(cases('a', 'b', 'c'));
    expect(statuses(log.records)).toEqual(['a skipped', 'b timeout', 'c skipped']);
    expect(log.records.map(({ session }) => session)).toEqual([1, 1, 2]);
  });

  it('tries a crashed case once more in a fresh session', async () => {
    const { log, run } = fakeSweep({ b: ['crash'] });
    await run(cases('a', 'b', 'c'));
    expect(statuses(log.records)).toEqual(['a skipped', 'b skipped', 'c skipped']);
    expect(log.events.filter(({ kind }) => kind === 'retrying')).toHaveLength(1);
    expect(log.opened).toBe(2);
  });

  it('records a case that crashes twice as failed, one that loses the device twice as lost', async () => {
    const { log, run } = fakeSweep({ a: ['crash', 'crash'], b: ['lost', 'lost'] });
    await run(cases('a', 'b', 'c'));
    expect(statuses(log.records)).toEqual(['a failed', 'b lost', 'c skipped']);
    expect(log.records[0].reason).toEqual({ code: 'crash', message: 'crash 2' });
  });

  it('records a case as failed whose record no reader would accept, such as one with NaN', async () => {
    const records: CaseRecord[] = [];
    const [odd] = cases('a');
    await runCases({
      cases: [odd],
      first: null,
      open: async () => ({
        measure: async (): Promise<SessionOutcome> => ({
          kind: 'record',
          record: {
            ...odd.identity,
            session: 1,
            status: 'skipped',
            reason: { code: 'limit', message: 'too large' },
            bytes: null,
            cost: { flops: Number.NaN, exps: 0, bytesRead: 0, bytesWritten: 0 },
          },
        }),
        close: async () => undefined,
      }),
      sessionNumber: () => 1,
      append: (record) => records.push(record),
      notify: () => undefined,
      nowNs: () => 0,
      budgetSeconds: null,
    });
    expect(records).toMatchObject([
      {
        id: 'a',
        status: 'failed',
        reason: { code: 'record', message: expect.stringContaining('cost.flops') },
      },
    ]);
  });

  it('opens once more where a driver does not answer at once, and gives up after that', async () => {
    const { log, run } = fakeSweep({});
    log.refusals = 1;
    await run(cases('a'));
    expect(statuses(log.records)).toEqual(['a skipped']);
    log.refusals = 2;
    await expect(run(cases('b'))).rejects.toThrow('no device');
  });

  it('starts no case after the budget and says how many are left', async () => {
    const { log, run } = fakeSweep({});
    expect(await run(cases('a', 'b', 'c', 'd'), 2)).toBe(2);
    expect(statuses(log.records)).toEqual(['a skipped', 'b skipped']);
    expect(log.events.at(-1)).toEqual({ kind: 'out of budget', remaining: 2 });
    expect(log.closed).toBe(1);
  });
});
