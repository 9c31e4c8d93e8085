import { expect, test } from 'vitest';
import type { CaseRecord } from '../harness/record.ts';
import { primarySamplesNs } from '../harness/record.ts';
import { median } from '../harness/stats.ts';
import { scalingRun } from '../reports/testing/records.ts';
import { exitCodeOfRun } from './run-exit.ts';

const measured = scalingRun([128]).cases.filter((record) => record.status === 'ok')[0];
const { kind, id, suite, kernel, mechanism, params, session, variant, check, bytes, cost, source } = measured;
const identity = { kind, id, suite, kernel, mechanism, params, session };
const because = (code: string) => ({ code, message: 'made up' });

const records = {
  ok: measured,
  skipped: {
    ...identity,
    status: 'skipped',
    reason: { code: 'limit', message: 'made up' },
    bytes: null,
    cost: null,
  },
  wrong: { ...identity, status: 'wrong', reason: because('wrong'), variant, check, bytes, cost, source },
  invalid: { ...measured, status: 'invalid', reason: because('output') },
  uncompiled: { ...identity, status: 'failed', reason: because('kernel') },
  crashed: { ...identity, status: 'failed', reason: because('crash') },
  timeout: { ...identity, status: 'timeout', reason: because('timeout') },
  lost: { ...identity, status: 'lost', reason: because('device-lost') },
} as const satisfies Readonly<Record<string, CaseRecord>>;

test.each<readonly [readonly (keyof typeof records)[], number]>([
  [['ok'], 0],
  [['ok', 'skipped'], 0],
  [['ok', 'wrong'], 3],
  [['ok', 'invalid'], 3],
  [['ok', 'uncompiled'], 3],
  [['ok', 'crashed'], 6],
  [['ok', 'timeout'], 6],
  [['ok', 'lost'], 6],
  [['lost', 'wrong', 'ok'], 3],
  [['skipped'], 5],
  [['lost', 'skipped'], 6],
  [[], 5],
])('a run of %j ends with %i', (names, code) => {
  expect(
    exitCodeOfRun(
      names.map((name) => records[name]),
      { tickNs: 1 },
    ),
  ).toBe(code);
});

test('a tick of more than one per cent of a sample is no environment to measure in', () => {
  const durationNs = median(primarySamplesNs(measured)) * measured.repeats;
  expect(exitCodeOfRun([measured], { tickNs: 0.009 * durationNs })).toBe(0);
  expect(exitCodeOfRun([measured], { tickNs: 0.011 * durationNs })).toBe(4);
});
