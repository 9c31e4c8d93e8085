import { expect, test } from 'vitest';
import { resolveParams } from '../../../harness/params.ts';
import kernel from './kernel.ts';

const params = resolveParams(kernel.axes, { heads: 1, n: 3, d: 1, dv: 1 });
const inputs = { v: { shape: [1, 1, 3, 1], data: Float64Array.of(3, 5, 10) } };

test('the reference gives the mean of the visible keys', () => {
  expect([...kernel.reference(params, inputs, [0, 2]).y]).toEqual([6, 6]);
  const causal = resolveParams(kernel.axes, { ...params, causal: true });
  expect([...kernel.reference(causal, inputs, [0, 1, 2]).y]).toEqual([3, 4, 6]);
});

test('the cost charges visible pairs only', () => {
  expect(kernel.cost(params).flops).toBe(3 * 3 + 3);
  expect(kernel.cost(resolveParams(kernel.axes, { ...params, causal: true })).flops).toBe(1 + 2 + 3 + 3);
});
