import { describe, expect, it } from 'vitest';
import type { AxisSpecs } from '../kernels/contract.ts';
import { axisValuesOf, caseId, looksLikeCaseId, parseCaseId } from './case-id.ts';
import { resolveParams } from './params.ts';

const axes = {
  window: { kind: 'integer', default: 64, min: 2, summary: '' },
  features: { kind: 'integer', default: 128, min: 1, summary: '' },
} as const satisfies AxisSpecs;
const idOf = (given: Parameters<typeof resolveParams>[1]): string =>
  caseId('scaling', 'flash', axes, resolveParams(axes, given));

describe('caseId', () => {
  it('names n, heads, d and precision always and nothing else at its default', () => {
    expect(idOf({})).toBe('scaling/flash:n=1024,heads=8,d=64,precision=f32');
  });
  it('lists what is off its default in the fixed order, whatever order it was given in', () => {
    expect(idOf({ features: 32, causal: true, dv: 16, m: 5, kvHeads: 2, batch: 3, n: 9 })).toBe(
      'scaling/flash:n=9,heads=8,d=64,precision=f32,batch=3,kvHeads=2,m=5,dv=16,causal=true,features=32',
    );
  });
  it('leaves out an axis that follows another one', () => {
    expect(idOf({ n: 9, m: 9, heads: 4, kvHeads: 4, d: 32, dv: 32 })).toBe(
      'scaling/flash:n=9,heads=4,d=32,precision=f32',
    );
  });
  it('is read back as the same parameters', () => {
    const params = resolveParams(axes, { n: 9, m: 5, causal: true, precision: 'f16s', window: 8 });
    const parsed = parseCaseId(caseId('scaling', 'flash', axes, params));
    expect([parsed.suite, parsed.kernel]).toEqual(['scaling', 'flash']);
    expect(resolveParams(axes, axisValuesOf(parsed, axes))).toEqual(params);
  });
});

describe('parseCaseId', () => {
  it('takes a kernel alone, and axes without a suite', () => {
    expect(parseCaseId('flash')).toEqual({ suite: null, kernel: 'flash', axes: {} });
    expect(parseCaseId('flash:n=4')).toEqual({ suite: null, kernel: 'flash', axes: { n: '4' } });
  });
  it.each([
    ['a/b/c:n=1', 'is not a case id'],
    [':n=1', 'is not a case id'],
    ['flash:n', "'n' in case id 'flash:n' is not axis=value"],
    ['flash:=4', 'is not axis=value'],
    ['flash:n=4=5', 'is not axis=value'],
    ['flash:n=4,n=5', "axis 'n' stands twice"],
  ])('refuses %s', (id, sentence) => {
    expect(() => parseCaseId(id)).toThrow(sentence);
  });
});

it('a suite has neither : nor /', () => {
  expect(['head-dim', 'flash:n=1', 'scaling/flash'].map(looksLikeCaseId)).toEqual([false, true, true]);
});
