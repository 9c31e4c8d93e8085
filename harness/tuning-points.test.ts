import { describe, expect, it } from 'vitest';
import { parseOverrides } from './axis-overrides.ts';
import { conditionsOf, regions, tuningCases } from './tuning-points.ts';
import { matches, overlap } from './tuning-table.ts';

const axes = { window: { kind: 'integer', default: 8, min: 1, summary: '' } } as const;

describe('tuningCases', () => {
  it('covers precisions, causal, head dimensions, few rows and many; smaller where software computes', () => {
    const software = tuningCases({}, true, {});
    // 3 precisions x 2 head dimensions x (2 lengths, causal or not, and one query that sees all).
    expect(software).toHaveLength(3 * 2 * (2 * 2 + 1));
    expect(software[0]).toMatchObject({ heads: 2, n: 1024, d: 64, dv: 64, precision: 'f32', causal: false });
    const longest = (cases: typeof software): number => Math.max(...cases.map(({ n, heads }) => n * heads));
    expect(longest(tuningCases({}, false, {}))).toBeGreaterThan(10 * longest(software));
  });

  it('takes the values asked for instead', () => {
    const cases = tuningCases(axes, true, parseOverrides(['d=32', 'precision=f32', 'n=7,9', 'window=2,4']));
    expect(new Set(cases.map(({ d }) => d))).toEqual(new Set([32]));
    expect(new Set(cases.map(({ n }) => n))).toEqual(new Set([7, 9]));
    expect(new Set(cases.map(({ window }) => window))).toEqual(new Set([2, 4]));
    expect(new Set(cases.map((params) => JSON.stringify(params))).size).toBe(cases.length);
  });

  it('measures one causal query where that is asked for', () => {
    const causalQuery = (words: readonly string[]) =>
      tuningCases({}, true, parseOverrides(words)).filter(({ n, causal }) => n === 1 && causal);
    expect(causalQuery([])).toEqual([]);
    expect(causalQuery(['causal=true'])).not.toEqual([]);
  });
});

describe('regions', () => {
  it('go half way to the neighbours, and an octave beyond the outermost', () => {
    expect([...regions([128, 64, 64], 'closed')]).toEqual([
      [64, { least: 32, most: 90 }],
      [128, { least: 91, most: 256 }],
    ]);
  });
  it('may be open upwards', () => {
    expect([...regions([256, 2048], 'open')]).toEqual([
      [256, { least: 128, most: 724 }],
      [2048, { least: 725 }],
    ]);
  });
});

describe('conditionsOf', () => {
  const of = (...words: readonly string[]) => {
    const overrides = parseOverrides(words);
    return conditionsOf(tuningCases(axes, true, overrides), axes, overrides);
  };

  it.each([
    [[]],
    [['d=16,24,32,64']],
    [['n=1,2,3,100', 'm=64,128']],
    [['heads=1,2,4', 'window=3,5']],
    [['causal=true']],
    [['heads=8,16', 'n=64,128']],
  ])('with %j, each holds for its own case and no two overlap', (words) => {
    const all = of(...words);
    expect(all.length).toBeGreaterThan(3);
    for (const [index, { params, when }] of all.entries()) {
      expect(matches(when, params)).toBe(true);
      for (const other of all.slice(index + 1)) expect(overlap(when, other.when)).toBe(false);
    }
  });

  it('name the head dimension, the rows, and what was asked for beyond', () => {
    expect(of('window=3', 'd=64', 'precision=f16s')[0].when).toEqual({
      precision: 'f16s',
      causal: false,
      window: 3,
      d: { least: 32, most: 128 },
      dv: { least: 32, most: 128 },
      rows: { least: 725 },
    });
  });

  it('leave causal out for one query, which sees all keys anyway', () => {
    const single = of().find(({ params }) => params.n === 1);
    expect(single?.when).not.toHaveProperty('causal');
  });
});
