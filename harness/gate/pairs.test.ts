import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import type { Pair } from './pairs.ts';
import { pairOrder, summarisePairs } from './pairs.ts';

test('half start with base, shuffled, and the same for the same seed', () => {
  const order = pairOrder(50, seededRandom('orders'));
  expect(order.filter((which) => which === 'base first')).toHaveLength(25);
  expect(order).toEqual(pairOrder(50, seededRandom('orders')));
  const alternating = order.every((which, index) => index === 0 || which !== order[index - 1]);
  expect(alternating).toBe(false);
});

test('of an odd number, the one left over is drawn', () => {
  const firsts = Array.from(
    { length: 40 },
    (_, seed) => pairOrder(3, seededRandom(seed)).filter((which) => which === 'base first').length,
  );
  expect(new Set(firsts)).toEqual(new Set([1, 2]));
});

test('every place in the session starts with base as often as with head', () => {
  const random = seededRandom('places');
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < 2000; draw++) {
    for (const [place, order] of pairOrder(4, random).entries()) if (order === 'base first') counts[place]++;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
});

const pair = (order: Pair['order'], baseNs: number, headNs: number): Pair => ({ order, baseNs, headNs });

test('whatever goes first takes longer: it shows as the order effect, not as a difference', () => {
  const pairs = [1, 2, 3, 4].flatMap((scale) => [
    pair('base first', 120 * scale, 100 * scale),
    pair('head first', 100 * scale, 120 * scale),
  ]);
  const summary = summarisePairs(pairs, []);
  expect(summary.logRatio).toBeCloseTo(0, 12);
  expect(summary.orderEffect).toBeCloseTo(2 * Math.log(100 / 120), 12);
  expect(summary.controlLogRatio).toBeNull();
  expect(summary.pairs).toBe(8);
});

test('the ratio is of the pair: a process that slows down meanwhile changes nothing, nor does one bad pair', () => {
  const pairs = Array.from({ length: 20 }, (_, index) =>
    pair(index % 2 === 0 ? 'base first' : 'head first', 100 * (1 + index), 105 * (1 + index)),
  );
  const spoilt = [...pairs, pair('base first', 100, 9000)];
  expect(summarisePairs(pairs, []).logRatio).toBeCloseTo(Math.log(1.05), 12);
  expect(summarisePairs(spoilt, []).logRatio).toBeCloseTo(Math.log(1.05), 12);
});

test('the control arm is summarised alike', () => {
  const pairs = [pair('base first', 100, 100), pair('head first', 100, 100)];
  const control = [pair('base first', 100, 102), pair('head first', 100, 102)];
  const summary = summarisePairs(pairs, control);
  expect(summary.controlLogRatio).toBeCloseTo(Math.log(1.02), 12);
  expect(summary).toMatchObject({ baseNs: 100, headNs: 100, logRatio: 0 });
});

test('pairs of one order only still count', () => {
  expect(summarisePairs([pair('base first', 100, 110)], [])).toMatchObject({ orderEffect: 0 });
  expect(summarisePairs([pair('base first', 100, 110)], []).logRatio).toBeCloseTo(Math.log(1.1), 12);
});

test('a session without pairs is refused', () => {
  expect(() => summarisePairs([], [])).toThrow('without pairs');
});
