import { expect, test } from 'vitest';
import { point } from '../testing/history.ts';
import type { Chain } from './chain.ts';
import { chainOf } from './chain.ts';

const levelsOf = ({ segments }: Chain): readonly (readonly number[])[] =>
  segments.map(({ links }) => links.map(({ level }) => Number(level.toFixed(9))));
const widthsOf = ({ segments }: Chain): readonly (readonly number[])[] =>
  segments.map(({ links }) => links.map(({ halfWidth }) => Number(halfWidth.toFixed(9))));

test('ratios are joined where the base is the head of an earlier point, and their errors add', () => {
  const chain = chainOf([
    point(1, { base: 'a', head: 'b', logRatio: 0.1, halfWidth: 0.03 }),
    point(2, { base: 'b', head: 'b', logRatio: 0 }),
    point(3, { base: 'b', head: 'c', logRatio: 0.2, halfWidth: 0.04 }),
    point(4, { base: 'a', head: 'd', logRatio: -0.1, halfWidth: 0.01 }),
  ]);
  expect(levelsOf(chain)).toEqual([[0.1, 0.1, 0.3, -0.1]]);
  expect(widthsOf(chain)).toEqual([[0.03, 0.03, 0.05, 0.01]]);
  expect(chain.segments[0].links.map(({ follows }) => follows)).toEqual([false, true, true, false]);
});

test('the same code is a ratio of 1 exactly, whatever stands in the line', () => {
  const chain = chainOf([
    point(1, { base: 'a', head: 'b', logRatio: 0.1 }),
    point(2, { base: 'b', head: 'b', logRatio: 0.4, halfWidth: 0.5 }),
  ]);
  expect(levelsOf(chain)).toEqual([[0.1, 0.1]]);
  expect(widthsOf(chain)).toEqual([[0.009, 0.009]]);
});

test('where no comparison joins two points a new segment begins', () => {
  const chain = chainOf([
    point(1, { base: 'a', head: 'b', logRatio: 0.1 }),
    point(2, { base: 'x', head: 'y', logRatio: 0.2 }),
    point(3, { base: 'y', head: 'z', logRatio: 0.2 }),
    point(4, { base: 'b', head: 'c', logRatio: 0.1 }),
  ]);
  expect(levelsOf(chain)).toEqual([
    [0.1, 0.2],
    [0.2, 0.4],
  ]);
});

test('a new kernel begins at 1; what has no ratio stands aside', () => {
  const chain = chainOf([
    point(1, { base: null, head: 'a', logRatio: null, verdict: 'NEW' }),
    point(2, { base: 'a', head: 'b', logRatio: null, verdict: 'WRONG' }),
    point(3, { base: 'a', head: 'c', logRatio: 0.3 }),
  ]);
  expect(levelsOf(chain)).toEqual([[0, 0.3]]);
  expect(chain.without.map(({ verdict }) => verdict)).toEqual(['WRONG']);
});

test('code measured several times is at the mean of what was seen, for what is built on it', () => {
  const chain = chainOf([
    point(1, { base: 'a', head: 'b', logRatio: 0.1, halfWidth: 0.02 }),
    point(2, { base: 'a', head: 'b', logRatio: 0.3, halfWidth: 0.02 }),
    point(3, { base: 'b', head: 'c', logRatio: 0, halfWidth: 0 }),
  ]);
  expect(levelsOf(chain)).toEqual([[0.1, 0.3, 0.2]]);
  expect(widthsOf(chain)[0][2]).toBeCloseTo(0.02 / Math.SQRT2, 9);
});

test('in the difference of two levels, ratios that both are built on cancel', () => {
  const [chained] = chainOf([
    point(1, { base: 'a', head: 'b', logRatio: 0, halfWidth: 0.5 }),
    point(2, { base: 'b', head: 'b', logRatio: 0 }),
    point(3, { base: 'b', head: 'c', logRatio: 0.1, halfWidth: 0.01 }),
    point(4, { base: 'c', head: 'c', logRatio: 0 }),
  ]).segments;
  expect(chained.stepHalfWidth(0, 2, 4)).toBeCloseTo(0.01, 12);
  const [pinned] = chainOf(
    ['b', 'c', 'd', 'e'].map((head, at) => point(at, { base: 'a', head, logRatio: 0, halfWidth: 0.02 })),
  ).segments;
  expect(pinned.stepHalfWidth(0, 2, 4)).toBeCloseTo(0.02, 12);
});
