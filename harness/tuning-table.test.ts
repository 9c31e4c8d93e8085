import { describe, expect, it } from 'vitest';
import { resolveParams } from './params.ts';
import { leastCaps } from './testing/caps.ts';
import type { TuningEntry, TuningTable, When } from './tuning-table.ts';
import {
  capsForTable,
  capsOfTable,
  chooseShape,
  matches,
  overlap,
  readTuningTable,
  tableText,
  updateTable,
} from './tuning-table.ts';

const entry = (when: When, shape: TuningEntry['shape']): TuningEntry => ({
  when,
  shape,
  ratio: { median: 0.8, low: 0.75, high: 0.85, pairs: 8 },
  measured: {
    case: 'one:n=8,heads=1,d=4,precision=f32',
    command: 'attnbench tune one',
    date: '2026-01-31',
    adapter: 'llvmpipe',
    version: '0.1.0',
    commit: null,
  },
});
const table = (...entries: readonly TuningEntry[]): TuningTable => ({
  schema: 'attnbench-tuning/1',
  kernel: 'one',
  adapterClass: 'lavapipe-8',
  caps: capsForTable(leastCaps({ features: new Set(['subgroups', 'shader-f16']) })),
  entries: [...entries],
});
const params = resolveParams({}, { n: 100, heads: 3, d: 32 });

describe('a tuning table', () => {
  it('is read as it was written', () => {
    const whole = table(
      entry({ precision: 'f32', causal: false, d: { least: 3, most: 64 }, rows: { least: 9 } }, { rows: 16 }),
      entry({ precision: 'f16', variant: 'tile' }, { rows: 8, keys: 'many' }),
    );
    expect(readTuningTable(tableText(whole), 'x')).toEqual({ kind: 'table', table: whole });
    expect(readTuningTable(tableText(table()), 'x')).toEqual({ kind: 'table', table: table() });
    expect(capsOfTable(whole)).toEqual(leastCaps({ features: new Set(['shader-f16', 'subgroups']) }));
  });

  it('reads as text with a line for each thing', () => {
    const text = tableText(table(entry({ precision: 'f32', d: { most: 64 } }, { rows: 16 })));
    expect(text).toContain('\n      "when": { "precision": "f32", "d": { "most": 64 } },\n');
    expect(text).toContain('\n      "shape": { "rows": 16 },\n');
  });

  it.each([
    ['{', 'x.json is not JSON; restore it or delete it'],
    ['{}', /^x\.json, field schema: /],
    [tableText(table()).replace('"kernel"', '"kernal"'), /^x\.json, field kernel: /],
    [tableText(table(entry({ d: { least: 5, most: 4 } }, {}))), /^x\.json, field entries\.0\.when\.d: /],
  ])('is refused by file and field: %s', (text, message) => {
    const read = readTuningTable(text, 'x.json');
    expect(read).toEqual({ kind: 'refused', message: expect.stringMatching(message) });
  });
});

describe('an entry', () => {
  it.each<readonly [When, boolean]>([
    [{}, true],
    [{ precision: 'f32', causal: false, d: 32 }, true],
    [{ precision: 'f16' }, false],
    [{ causal: true }, false],
    [{ rows: { least: 300, most: 300 } }, true],
    [{ rows: { least: 301 } }, false],
    [{ rows: { most: 299 } }, false],
    [{ window: 3 }, false],
  ])('with %j matches: %s', (when, expected) => expect(matches(when, params)).toBe(expected));

  it.each<readonly [When, When, boolean]>([
    [{}, { d: 3 }, true],
    [{ d: 3 }, { dv: 4 }, true],
    [{ d: 3 }, { d: 4 }, false],
    [{ d: { most: 64 } }, { d: { least: 64 } }, true],
    [{ d: { most: 64 } }, { d: { least: 65 } }, false],
    [{ d: 64 }, { d: { least: 64, most: 64 } }, true],
    [{ precision: 'f32', d: 3 }, { precision: 'f16', d: 3 }, false],
    [{ causal: true }, { causal: true }, true],
  ])('%j and %j overlap: %s', (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
    expect(overlap(b, a)).toBe(expected);
  });
});

describe('the shape of a case', () => {
  const offered = [
    { rows: 32, keys: 8 },
    { rows: 16, keys: 8 },
  ];
  const choose = (one: TuningTable | null) => chooseShape(offered, params, one, 'tuning/x.json');

  it('is the default without a table or an entry', () => {
    expect(choose(null)).toEqual({ values: offered[0], from: 'default' });
    expect(choose(table(entry({ d: 64 }, offered[1])))).toEqual({ values: offered[0], from: 'default' });
  });
  it('is that of the first entry that matches, by its number', () => {
    const three = table(
      entry({ d: 64 }, offered[0]),
      entry({ d: 32 }, { keys: 8, rows: 16 }),
      entry({}, offered[0]),
    );
    expect(choose(three)).toEqual({ values: { keys: 8, rows: 16 }, from: 'tuning/x.json#2' });
  });
  it('is the default, with the reason, where the entry names a shape that is no longer offered', () => {
    expect(choose(table(entry({}, { rows: 16 }))).from).toBe('default');
    expect(choose(table(entry({}, { rows: 64 })))).toEqual({
      values: offered[0],
      from: 'default',
      note: 'tuning/x.json#1 names rows=64, which the kernel does not offer for this case',
    });
  });
});

describe('updateTable', () => {
  const old = table(entry({ d: { most: 64 } }, { rows: 1 }), entry({ d: { least: 65 } }, { rows: 2 }));

  it('replaces the entries for the same cases and keeps the others', () => {
    const found = entry({ d: { least: 32, most: 64 } }, { rows: 3 });
    const { table: after, added, dropped } = updateTable(old, found.when, found);
    expect(after.entries).toEqual([old.entries[1], found]);
    expect({ added, dropped }).toEqual({ added: 1, dropped: 1 });
  });
  it('drops an entry that the default has beaten', () => {
    const { table: after, added, dropped } = updateTable(old, { d: 100 }, null);
    expect(after.entries).toEqual([old.entries[0]]);
    expect({ added, dropped }).toEqual({ added: 0, dropped: 1 });
  });
});
