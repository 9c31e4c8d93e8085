import { describe, expect, it } from 'vitest';
import type { AxisSpecs } from '../kernels/contract.ts';
import { UsageError } from './errors.ts';
import { axisSpec, parseAxisValue, resolveParams } from './params.ts';

const axes = {
  window: { kind: 'integer', default: 64, min: 2, max: 512, summary: '' },
  scale: { kind: 'number', default: 0.5, summary: '' },
  mode: { kind: 'choice', default: 'slow', choices: ['slow', 'fast'], summary: '' },
  wide: { kind: 'flag', default: false, summary: '' },
} as const satisfies AxisSpecs;

describe('resolveParams', () => {
  it('fills defaults in: the base axes in their order, then the own ones; kvHeads, m and dv follow', () => {
    const params = resolveParams(axes, { dv: 32, n: 7, heads: 3 });
    expect(Object.entries(params)).toEqual([
      ['batch', 1],
      ['heads', 3],
      ['kvHeads', 3],
      ['n', 7],
      ['m', 7],
      ['d', 64],
      ['dv', 32],
      ['precision', 'f32'],
      ['causal', false],
      ['window', 64],
      ['scale', 0.5],
      ['mode', 'slow'],
      ['wide', false],
    ]);
    expect(resolveParams(axes, { d: 16 }).dv).toBe(16);
  });

  it.each([
    [{ hedas: 2 }, "unknown axis 'hedas'; did you mean 'heads'?"],
    [{ n: 0 }, "axis 'n' is a whole number from 1, not '0'"],
    [{ n: 1.5 }, "axis 'n' is a whole number from 1, not '1.5'"],
    [{ window: 513 }, "axis 'window' is a whole number from 2 to 512, not '513'"],
    [{ mode: 'fats' }, "axis 'mode' is one of slow, fast, not 'fats'; did you mean 'fast'?"],
    [{ wide: 1 }, "axis 'wide' is true or false, not '1'"],
    [{ scale: Number.NaN }, "axis 'scale' is a number, not 'NaN'"],
    [{ heads: 6, kvHeads: 4 }, 'kvHeads must divide heads, and 4 does not divide 6'],
  ])('refuses %j', (given, sentence) => {
    expect(() => resolveParams(axes, given)).toThrow(UsageError);
    expect(() => resolveParams(axes, given)).toThrow(sentence);
  });
});

describe('parseAxisValue', () => {
  it.each([
    ['n', '12', 12],
    ['scale', '-0.25', -0.25],
    ['wide', 'true', true],
    ['mode', 'fast', 'fast'],
    ['precision', 'f16s', 'f16s'],
  ])('reads %s=%s', (name, text, value) => {
    expect(parseAxisValue(name, axisSpec(axes, name), text)).toBe(value);
  });

  it.each([
    ['n', ''],
    ['n', '12a'],
    ['n', '2147483648'],
    ['scale', 'much'],
    ['wide', 'yes'],
    ['precision', 'f64'],
  ])('refuses %s=%s', (name, text) => {
    expect(() => parseAxisValue(name, axisSpec(axes, name), text)).toThrow(UsageError);
  });
});
