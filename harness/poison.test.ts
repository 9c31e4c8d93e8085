import { describe, expect, test } from 'vitest';
import { halfTable } from './float16.ts';
import { holdsPoison, poisonWord } from './poison.ts';
import { seededRandom } from './random.ts';

const many = (kind: 'nan' | 'huge'): readonly number[] => {
  const random = seededRandom(kind);
  return Array.from({ length: 2000 }, () => poisonWord(kind, random));
};
const asSingle = (word: number): number => new Float32Array(new Uint32Array([word]).buffer)[0];
const asHalves = (word: number): readonly number[] =>
  [word & 0xffff, word >>> 16].map((bits) => halfTable()[bits]);

describe('poisonWord', () => {
  test('nan is NaN as one f32 and as two f16', () => {
    for (const word of many('nan')) expect([asSingle(word), ...asHalves(word)]).toEqual([NaN, NaN, NaN]);
  });

  test('huge is finite, and far beyond any output', () => {
    for (const word of many('huge')) {
      const values = [asSingle(word), ...asHalves(word)].map(Math.abs);
      expect(values.every((value) => Number.isFinite(value) && value > 32768)).toBe(true);
    }
  });

  test.each(['nan', 'huge'] as const)('%s is seldom the same twice', (kind) => {
    expect(new Set(many(kind)).size).toBeGreaterThan(1900);
  });
});

test('holdsPoison knows an f16 element by the half of the word that lies there', () => {
  expect(holdsPoison(0x7801_7c02, 0x7801_7c02, 4, 1)).toBe(true);
  expect(holdsPoison(0x7801_7c02, 0x7801_7c03, 4, 1)).toBe(false);
  expect([0, 1].map((index) => holdsPoison(0x7801_7c02, 0x7c02, 2, index))).toEqual([true, false]);
  expect([0, 1].map((index) => holdsPoison(0x7801_7c02, 0x7801, 2, index))).toEqual([false, true]);
});
