import { expect, test } from 'vitest';
import { headsFirst, lengthFirst } from './layout.ts';

const shape = { batch: 2, heads: 2, length: 3, width: 2 };
const values = Float32Array.from({ length: 24 }, (_, index) => index);

test('heads and lengths change places, and back', () => {
  const moved = lengthFirst(values, shape);
  // Position 0 of both heads of the first batch element, then position 1.
  expect([...moved.subarray(0, 8)]).toEqual([0, 1, 6, 7, 2, 3, 8, 9]);
  expect([...moved.subarray(12, 16)]).toEqual([12, 13, 18, 19]);
  expect(headsFirst(moved, shape)).toEqual(values);
});
