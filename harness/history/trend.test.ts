import { expect, test } from 'vitest';
import type { Acceptance, Point } from './entry.ts';
import { commitName, levels, pinnedPoints, point } from '../testing/history.ts';
import { alarmsOf, trendsOf } from './trend.ts';
import type { Trend } from './trend.ts';

const slower = Math.log(1.06);
const points = pinnedPoints(levels([12, 0], [12, slower]));
const accept = (number: number, target = 'flash'): Acceptance => ({
  schema: 'attnbench-history/1',
  kind: 'acceptance',
  target,
  commit: commitName(number),
  note: 'worth it',
});
const trendOf = (
  ...words: Parameters<typeof trendsOf> extends [string, ...infer Rest] ? Rest : never
): Trend => trendsOf('here', ...words)[0];

test('a slow-down is told with its commits, dates and size', () => {
  const trend = trendOf(points, []);
  const [step, ...more] = alarmsOf(trend);
  expect(more).toEqual([]);
  expect(step).toMatchObject({
    after: { commit: commitName(12), committedAt: points[11].committedAt },
    upTo: { commit: commitName(13), committedAt: points[12].committedAt },
    foundBy: 'series',
    accepted: null,
    stands: true,
  });
  expect(step.ratio).toBeCloseTo(1.06, 1);
});

test('the order of the lines does not matter: same points, same bytes', () => {
  expect(JSON.stringify(trendOf(points.toReversed(), []))).toBe(JSON.stringify(trendOf(points, [])));
});

test('accepted near its commit, by case or kernel, it no longer alarms', () => {
  for (const acceptance of [accept(13), accept(12), accept(15), accept(13, points[0].case)]) {
    const trend = trendOf(points, [acceptance]);
    expect(alarmsOf(trend)).toEqual([]);
    expect(trend.segments[0].steps).toMatchObject([{ accepted: 'worth it' }]);
  }
  for (const acceptance of [accept(3), accept(20), accept(99), accept(13, 'naive')]) {
    expect(alarmsOf(trendOf(points, [acceptance]))).toHaveLength(1);
  }
});

test('accepting one step leaves the next', () => {
  const twice = pinnedPoints(levels([12, 0], [12, slower], [12, 2 * slower]));
  const alarms = alarmsOf(trendOf(twice, [accept(13)]));
  expect(alarms).toMatchObject([{ upTo: { commit: commitName(25) } }]);
});

test('what was made up for since, and what became faster, does not alarm', () => {
  const mended = trendOf(pinnedPoints(levels([12, 0], [12, slower], [12, 0])), []);
  expect(mended.segments[0].steps.map(({ stands }) => stands)).toEqual([false, false]);
  expect(alarmsOf(mended)).toEqual([]);
  const faster = trendOf(pinnedPoints(levels([12, 0], [12, -slower])), []);
  expect(faster.segments[0].steps).toHaveLength(1);
  expect(alarmsOf(faster)).toEqual([]);
});

test('a step that the errors of its ratios explain is none', () => {
  const moved = (halfWidth: number): readonly Point[] => [
    ...pinnedPoints(levels([10, 0])),
    point(11, { base: 'base', head: 'new base', logRatio: slower, halfWidth }),
    ...pinnedPoints(levels([10, 0])).map((one, at) =>
      point(12 + at, { base: 'new base', head: `later-${at}`, logRatio: one.logRatio?.value ?? 0 }),
    ),
  ];
  expect(alarmsOf(trendOf(moved(0.01), []))).toMatchObject([{ upTo: { commit: commitName(11) } }]);
  expect(alarmsOf(trendOf(moved(0.06), []))).toEqual([]);
});

/** Each compared with the commit before. */
const chained = (verdict: Point['verdict'], after: number): readonly Point[] => [
  ...Array.from({ length: 10 }, (_, at) => point(at, { base: 'a', head: 'a', logRatio: 0 })),
  point(10, { base: 'a', head: 'b', logRatio: 0.04, verdict }),
  ...Array.from({ length: after }, (_, at) => point(11 + at, { base: 'b', head: 'b', logRatio: 0 })),
];

test.each([0, 1, 10])(
  'compared with the commit before, the verdict is the answer, at once and %d points later',
  (after) => {
    expect(alarmsOf(trendOf(chained('REGRESSED', after), []))).toMatchObject([
      { foundBy: 'comparison', after: { commit: commitName(9) }, upTo: { commit: commitName(10) } },
    ]);
    for (const verdict of ['UNKNOWN', 'SAME'] as const) {
      expect(alarmsOf(trendOf(chained(verdict, after), []))).toEqual([]);
    }
  },
);

test('against a pinned base every later comparison says the same: the step is one', () => {
  const pinned = points.map((one, at) => (at < 12 ? one : ({ ...one, verdict: 'REGRESSED' } as const)));
  expect(trendOf(pinned, []).segments[0].steps).toMatchObject([{ foundBy: 'series' }]);
});

test('each case has its trend, and a broken chain is two segments without a step between them', () => {
  const other = point(1, { base: 'a', head: 'b', logRatio: 0.1, case: 'scaling/naive:n=1', kernel: 'naive' });
  const far = pinnedPoints(levels([12, 1]), 0.006, 'far').map((one, at) => ({
    ...one,
    committedAt: new Date(Date.UTC(2026, 5, at + 1)).toISOString(),
    hashes: { base: 'elsewhere', head: `far-${at}` },
    comparisonId: `far-${at}`,
  }));
  const trends = trendsOf('here', [...points, other, ...far], []);
  expect(trends.map(({ kernel }) => kernel)).toEqual(['flash', 'naive']);
  expect(trends[0].segments.map((segment) => segment.points.length)).toEqual([24, 12]);
  expect(trends[0].segments[1].steps).toEqual([]);
  expect(trendsOf('here', [], [])).toEqual([]);
});
