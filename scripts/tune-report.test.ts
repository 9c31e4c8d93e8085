import { expect, test } from 'vitest';
import type { TuneResult } from './tune-report.ts';
import { exitCodeOfTuning, resultsTable, tuneSummary } from './tune-report.ts';

const about = (id: string) => ({ kernel: 'flash', id, when: {} });
const searched = { kind: 'searched', offered: 3, wrong: [] } as const;
const ratio = { median: 0.81234, low: 0.79, high: 0.834, pairs: 8 };
const results = {
  better: { ...about('a'), ...searched, verdict: { kind: 'better', shape: { rows: 8 }, ratio } },
  stays: {
    ...about('b'),
    ...searched,
    verdict: { kind: 'default', shape: { rows: 16, keys: 4 }, ratio: { ...ratio, median: 1.1, high: 1.2 } },
  },
  single: { ...about('c'), ...searched, offered: 1, verdict: { kind: 'one shape' } },
  late: { ...about('d'), ...searched, verdict: { kind: 'out of time' } },
  wrong: {
    ...about('e'),
    ...searched,
    wrong: [{ shape: { rows: 4 }, message: 'y is off' }],
    verdict: { kind: 'better', shape: { rows: 8 }, ratio },
  },
  failed: { ...about('f'), kind: 'failed', message: 'no clock' },
  crashed: { ...about('g'), kind: 'crashed', message: 'gone' },
  left: { ...about('h'), kind: 'left' },
} as const satisfies Readonly<Record<string, TuneResult>>;

test('a row for each case', () => {
  expect(resultsTable(Object.values(results))).toMatchInlineSnapshot(`
    "case  shapes  best other      its time over the default  verdict
    ────  ──────  ──────────────  ─────────────────────────  ────────────────
    a     3       rows=8          0.81 [0.79, 0.83]          better
    b     3       rows=16 keys=4  1.10 [0.79, 1.20]          default stays
    c     1                                                  one shape
    d     3                                                  out of time
    e     3       rows=8          0.81 [0.79, 0.83]          better
    f                                                        failed: no clock
    g                                                        crashed: gone
    h                                                        not reached
    "
  `);
});

test('wrong shapes, tables and what is left are told', () => {
  const changed = [{ file: 'kernels/flash/tuning/lavapipe-8.json', added: 2, dropped: 1 }];
  const options = { dryRun: false, budgetSeconds: 90 };
  expect(tuneSummary(Object.values(results), changed, options)).toEqual([
    'wrong: e in the shape rows=4: y is off',
    'kernels/flash/tuning/lavapipe-8.json: 2 new entries, 1 older replaced',
    'the 1 min 30 s ran out: 2 cases undecided, d first; give a longer --budget, or fewer cases with -a',
  ]);
  expect(tuneSummary([results.stays], [], options)).toEqual(['no table changes']);
  expect(tuneSummary([results.better], changed, { ...options, dryRun: true })[0]).toContain('(not written)');
});

test.each<readonly [readonly (keyof typeof results)[], number]>([
  [['better'], 0],
  [['stays', 'single', 'late', 'left'], 0],
  [['single'], 5],
  [['late', 'left'], 5],
  [[], 5],
  [['wrong'], 3],
  [['better', 'failed'], 3],
  [['better', 'crashed'], 6],
  [['wrong', 'crashed'], 3],
])('%j ends with %i', (names, code) => {
  expect(exitCodeOfTuning(names.map((name) => results[name]))).toBe(code);
});
