import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { median } from '../stats.ts';
import { pottsFit } from './potts.ts';

const distance = (values: readonly number[]): number => {
  const middle = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - middle), 0);
};

/** Every way to cut, tried. */
function cheapest(values: readonly number[], penalty: number, shortest: number): number {
  if (values.length < shortest) return Infinity;
  let best = distance(values);
  for (let cut = shortest; cut <= values.length - shortest; cut++) {
    const rest = cheapest(values.slice(cut), penalty, shortest);
    best = Math.min(best, distance(values.slice(0, cut)) + penalty + rest);
  }
  return best;
}

test('no other cuts are cheaper', () => {
  const random = seededRandom('potts');
  for (let round = 0; round < 60; round++) {
    const values = Array.from({ length: 2 + random.integer(11) }, () => random.normal() + random.integer(3));
    const [penalty, shortest] = [3 * random.uniform(), 1 + random.integer(3)];
    const { cuts, cost } = pottsFit(values, penalty, shortest);
    const bounds = [0, ...cuts, values.length];
    const pieces = bounds.slice(1).map((end, index) => values.slice(bounds[index], end));
    const paid = pieces.reduce((sum, piece) => sum + distance(piece), 0) + penalty * cuts.length;
    if (values.length >= shortest) {
      expect(cost).toBeCloseTo(cheapest(values, penalty, shortest), 9);
      expect(paid).toBeCloseTo(cost, 9);
    }
    if (cuts.length > 0) {
      expect(Math.min(...pieces.map(({ length }) => length))).toBeGreaterThanOrEqual(shortest);
    }
  }
});

test('a lone outlier is not worth two cuts, a level is', () => {
  const flat = Array.from({ length: 12 }, (_, at) => (at % 2) / 100);
  expect(pottsFit(flat.with(5, 1), 0.6, 1).cuts).toEqual([]);
  expect(pottsFit([...flat, ...flat.map((value) => value + 1)], 0.6, 1).cuts).toEqual([12]);
  expect(pottsFit([], 1, 3)).toEqual({ cuts: [], cost: 0 });
  expect(pottsFit([1, 2], 1, 3).cuts).toEqual([]);
});
