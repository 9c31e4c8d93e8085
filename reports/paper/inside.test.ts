import { expect, test } from 'vitest';
import type { Figure } from '../figure.ts';
import type { Axis } from './axes.ts';
import { freeSpot } from './inside.ts';

const axis: Axis = { title: '', type: 'linear', min: 0, max: 10, ticks: [] };
const box = { width: 0.3, height: 0.3 };

/** A figure of one series through these points; null is a gap. */
function figure(points: readonly (readonly [number, number | null])[], stopAt: number | null = null): Figure {
  return {
    id: 'f',
    metric: 'time',
    title: '',
    subtitle: '',
    xTitle: '',
    yTitle: '',
    x: { kind: 'numeric', values: [0, 10], wide: false },
    series: [
      {
        kernel: 'flash',
        variant: 0,
        variants: 1,
        label: 'flash',
        points: points.map(([x, y]) => ({ x, y, low: null, high: null, row: 0 })),
        fit: null,
        marks: stopAt === null ? [] : [{ x: stopAt, y: null, note: 1 }],
      },
    ],
    limit: null,
    roofs: [],
    notes: [],
    message: null,
  };
}

test('a legend takes the first corner in which nothing is drawn', () => {
  expect(
    freeSpot(
      figure([
        [1, 1],
        [9, 9],
      ]),
      axis,
      axis,
      true,
      box,
    ),
  ).toEqual({ side: 'left', edge: 'top' });
  expect(
    freeSpot(
      figure([
        [1, 9],
        [9, 1],
      ]),
      axis,
      axis,
      true,
      box,
    ),
  ).toEqual({ side: 'right', edge: 'top' });
  const both = figure([
    [1, 9],
    [5, 5],
    [9, 9],
  ]);
  expect(freeSpot(both, axis, axis, true, box)).toEqual({ side: 'left', edge: 'bottom' });
});

test('a line counts between its points, and not across a gap or where none is drawn', () => {
  // Its ends lie outside of the upper corners, its middle within neither: it crosses the left one.
  const across = figure([
    [-4, 6],
    [4, 10],
  ]);
  expect(freeSpot(across, axis, axis, true, box)).toEqual({ side: 'right', edge: 'top' });
  expect(freeSpot(across, axis, axis, false, box)).toEqual({ side: 'left', edge: 'top' });
  const gap = figure([
    [-4, 6],
    [0, null],
    [4, 10],
  ]);
  expect(freeSpot(gap, axis, axis, true, box)).toEqual({ side: 'left', edge: 'top' });
});

test('a mark along the upper edge counts too, and there may be no free corner', () => {
  expect(
    freeSpot(
      figure(
        [
          [1, 1],
          [9, 9],
        ],
        1,
      ),
      axis,
      axis,
      true,
      box,
    ),
  ).toEqual({ side: 'right', edge: 'bottom' });
  const everywhere = figure([
    [1, 9],
    [1, 1],
    [9, 1],
    [9, 9],
  ]);
  expect(freeSpot(everywhere, axis, axis, true, box)).toBeNull();
});

test('places are those of the axes, logarithmic ones too', () => {
  const decades: Axis = { ...axis, type: 'logarithmic', min: 1, max: 1e4 };
  // Half way up in decades, and near the bottom by value.
  const low = figure([[1, 100]]);
  expect(freeSpot(low, axis, decades, false, { width: 0.3, height: 0.6 })).toEqual({
    side: 'right',
    edge: 'top',
  });
  expect(freeSpot(low, axis, { ...axis, max: 1e4 }, false, { width: 0.3, height: 0.6 })).toEqual({
    side: 'left',
    edge: 'top',
  });
});
