import { describe, expect, it } from 'vitest';
import { compare, faultsOf, judge, randomRows, rowsToCheck, someRows } from './check.ts';
import { resolveParams } from './params.ts';
import copy from '../kernels/copy/kernel.ts';
import { createInputs } from './inputs.ts';
import { seededRandom } from './random.ts';

const params = resolveParams(copy.axes, { n: 4, heads: 2, d: 3 });
const inputs = createInputs(copy, params, 'seed', 0);
const rows = rowsToCheck(copy, params, 'seed');
const verdictOf = (data: Float32Array, faults: readonly string[] = []) =>
  judge(copy, params, inputs, { y: { shape: [1, 2, 4, 3], data } }, faults, rows);

describe('judge', () => {
  it('accepts the right numbers', () => {
    expect(verdictOf(inputs.v.data.slice() as Float32Array)).toMatchObject({
      kind: 'right',
      check: { nmse: 0, rowsChecked: 8, rowsTotal: 8 },
    });
  });
  it('refuses one wrong element', () => {
    const data = inputs.v.data.slice() as Float32Array;
    data[7] += 1e-3;
    expect(verdictOf(data).kind).toBe('wrong');
  });
  it('refuses an element that was never written', () => {
    const data = inputs.v.data.slice() as Float32Array;
    data[23] = Number.NaN;
    const verdict = verdictOf(data);
    expect(verdict).toMatchObject({ kind: 'wrong', check: { nmse: null } });
    expect(verdict.kind === 'wrong' && verdict.message).toContain('y[23] was never written or is NaN');
  });
  it('refuses what else went wrong even when the numbers are right', () => {
    const faults = faultsOf({ brokenGuards: ['y'], unwritten: ['y[3]'] }, ['q']);
    expect(verdictOf(inputs.v.data.slice() as Float32Array, faults)).toMatchObject({
      kind: 'wrong',
      message: 'y[3] was never written; y was written past its end; the input q was written to',
    });
  });
});

describe('compare', () => {
  it('lets equal infinities agree and no others', () => {
    expect(compare([-Infinity, 1], [-Infinity, 1]).nmse).toBe(0);
    expect(compare([-Infinity, 1], [0, 1]).firstNotFinite).toBe(0);
    expect(compare([Number.NaN], [1]).nmse).toBe(Infinity);
  });
  it('is relative to the size of the expected numbers', () => {
    expect(compare([101, 0], [100, 0]).nmse).toBeCloseTo(1e-4, 10);
  });
});

describe('rows', () => {
  it('are sampled where the reference would be slow: ends and heads included', () => {
    const expensive = { ...copy, cost: () => ({ flops: 1e12, exps: 0, bytesRead: 0, bytesWritten: 0 }) };
    const large = resolveParams(copy.axes, { n: 1000, heads: 4, d: 3 });
    const sampled = rowsToCheck(expensive, large, 'seed');
    expect(sampled.length).toBeLessThan(100);
    expect(sampled).toContain(0);
    expect(sampled).toContain(3999);
    expect(sampled).toEqual([...sampled].sort((a, b) => a - b));
  });
  it('are drawn anywhere for the comparisons between timed calls', () => {
    const expensive = { ...copy, cost: () => ({ flops: 1e12, exps: 0, bytesRead: 0, bytesWritten: 0 }) };
    const large = resolveParams(copy.axes, { n: 1000, heads: 64, d: 3 });
    const drawn = Array.from({ length: 40 }, (_, seed) =>
      randomRows(expensive, large, 3, seededRandom(seed)),
    );
    for (const rows of drawn) {
      expect(rows.length).toBeLessThanOrEqual(36);
      expect(new Set(rows.map((row) => Math.floor(row / 1000))).size).toBeLessThanOrEqual(3);
    }
    const heads = new Set(drawn.flat().map((row) => Math.floor(row / 1000)));
    expect(heads.size).toBeGreaterThan(40);
    // Where it costs nothing, all of them.
    expect(randomRows(copy, params, 1, seededRandom('few'))).toEqual(rows);
  });
  it('are chosen without repeats', () => {
    expect(someRows([1, 2, 3], 16, 's')).toEqual([1, 2, 3]);
    expect(
      new Set(
        someRows(
          Array.from({ length: 100 }, (_, i) => i),
          16,
          's',
        ),
      ).size,
    ).toBe(16);
  });
});
