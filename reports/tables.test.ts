import { describe, expect, test } from 'vitest';
import type { CaseRecord } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { toCsv, toLatex, toMarkdown } from './table.ts';
import {
  allTables,
  crossoverSentence,
  exponentsTable,
  missingTable,
  peersTable,
  resultsTable,
} from './tables.ts';
import { terminalSummary } from './terminal.ts';
import { header, okCase, params, scalingRun } from './testing/records.ts';

const analysis = analyse([scalingRun([256, 1024, 2048, 4096, 8192])]);

describe('what people read', () => {
  test('the terminal', () => {
    expect(terminalSummary(analysis)).toMatchSnapshot();
  });

  test('results as csv', () => {
    expect(toCsv(resultsTable(analysis)).split('\r\n').slice(0, 12).join('\n')).toMatchSnapshot();
  });

  test('exponents as markdown', () => {
    expect(toMarkdown(exponentsTable(analysis))).toMatchSnapshot();
  });

  test('results as latex', () => {
    expect(toLatex(resultsTable(analysis))).toMatchSnapshot();
  });

  test('cases without a time as markdown', () => {
    expect(toMarkdown(missingTable(analysis))).toMatchSnapshot();
  });
});

test('axes that vary become columns for people; programs get all', () => {
  const cases: CaseRecord[] = [1, 2].map((heads) => okCase('flash', params({ n: 256, heads })));
  const table = resultsTable(analyse([{ header: header(), cases }]));
  const titles = table.columns.flatMap(({ title }) => title ?? []);
  expect(titles).toEqual([
    'kernel',
    'heads',
    'n',
    'median',
    '95 % interval',
    'GFLOP/s',
    'GB/s',
    'memory',
    'status',
  ]);
  expect(table.columns.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['batch', 'kvHeads', 'dv', 'causal', 'id']),
  );
});

test('a table without rows is left out, and results never are', () => {
  expect(allTables(analyse([{ header: header(), cases: [] }])).map((table) => table.id)).toEqual(['results']);
});

describe('a crossover in a sentence', () => {
  const pair = { run: 0, suite: 'scaling', first: 'naive', second: 'flash', axes: {} };

  test('a crossing, with its interval', () => {
    expect(
      crossoverSentence({
        ...pair,
        crossover: {
          kind: 'crossing',
          n: 512.4,
          fasterAbove: 'second',
          low: 480.2,
          high: null,
          all: [130.2, 512.4],
        },
      }),
    ).toBe('flash is faster than naive from n = 512 [at least 480] on (the order also changes at 130)');
  });

  test('no crossing', () => {
    const crossover = {
      kind: 'none in range',
      faster: 'first',
      from: 128,
      to: 4096,
      agreement: 0.6,
    } as const;
    expect(crossoverSentence({ ...pair, crossover })).toBe(
      'naive is faster than flash at every n from 128 to 4096, though not by more than the noise',
    );
    expect(crossoverSentence({ ...pair, crossover: { ...crossover, agreement: 1 } })).not.toContain('noise');
  });
});

test('libraries stand with their version, the way they took and what was repaired', () => {
  const peer = {
    package: 'onnxruntime-web',
    version: '1.30.0',
    path: ['CopyKVCache', 'FlashAttention'],
    repairs: ['FlashAttention: initialisers for qk_1 in loops'],
    device: 'shared' as const,
  };
  const cases = [256, 512].map((n) => ({
    ...okCase('flash', params({ n })),
    kernel: 'onnxruntime-web+fix',
    variant: 'MultiHeadAttention: CopyKVCache, FlashAttention',
    peer,
  }));
  const table = peersTable(
    analyse([{ header: header(), cases: [...cases, okCase('naive', params({ n: 256 }))] }]),
  );
  expect(table.rows.map((row) => row.map(({ text }) => text))).toEqual([
    [
      'onnxruntime-web+fix',
      'onnxruntime-web',
      '1.30.0',
      'MultiHeadAttention: CopyKVCache, FlashAttention',
      'shared',
      'FlashAttention: initialisers for qk_1 in loops',
    ],
  ]);
});
