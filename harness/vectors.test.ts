import { describe, expect, test } from 'vitest';
import type { VectorCase } from '../kernels/contract.ts';
import copy from '../kernels/copy/kernel.ts';
import { resolveParams } from './params.ts';
import type { GoldenVector } from './vectors.ts';
import { compareVector, vectorError } from './vectors.ts';

const vector: GoldenVector = {
  name: 'mine',
  mechanism: 'copy',
  params: {},
  inputs: {},
  expected: {},
  f32Error: {},
};
const params = resolveParams(copy.axes, { heads: 1, n: 2, d: 1 });
const y = (...values: readonly number[]) => ({ shape: [values.length], data: Float64Array.from(values) });
const expecting = (expected: VectorCase['expected']): VectorCase => ({
  kind: 'case',
  params,
  inputs: {},
  expected,
});

describe('compareVector', () => {
  test('passes within the tolerance and fails past it', () => {
    expect(compareVector(copy, vector, expecting({ y: y(1, 2) }), { y: [1, 2 + 1e-6] }).kind).toBe('passed');
    expect(compareVector(copy, vector, expecting({ y: y(1, 2) }), { y: [1, 2.1] }).kind).toBe('failed');
  });

  test('an answer that is missing fails', () => {
    expect(compareVector(copy, vector, expecting({ y: y(1, 2) }), {}).kind).toBe('failed');
  });

  test('a vector without the main output, or with another size of it, is a mistake and never passes', () => {
    const bad: readonly VectorCase['expected'][] = [{}, { y: y(1) }, { y: y(1, 2, 3) }];
    for (const expected of bad) {
      expect(() => compareVector(copy, vector, expecting(expected), { y: [1, 2] })).toThrow(
        "vector 'mine': expected 'y' should have shape [1, 1, 2, 1]",
      );
    }
  });
});

test('equal infinities agree, other non-finite values do not', () => {
  expect(vectorError([-Infinity, 1], [-Infinity, 1])).toBe(0);
  expect(vectorError([NaN, 1], [0, 1])).toBe(Infinity);
  expect(vectorError([0, 1], [-Infinity, 1])).toBe(Infinity);
});
