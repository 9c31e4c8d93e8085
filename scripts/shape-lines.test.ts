import { expect, test } from 'vitest';
import { scalingRun } from '../reports/testing/records.ts';
import { shapeLines } from './shape-lines.ts';

const [measured] = scalingRun([128]).cases.filter((record) => record.status === 'ok');
const of = (kernel: string, from: string | null, note?: string) => ({
  ...measured,
  kernel,
  ...(from === null ? {} : { shape: { values: { rows: 8 }, from, ...(note === undefined ? {} : { note }) } }),
});

test('nothing is said where no kernel had a choice', () => {
  expect(shapeLines([of('copy', null)])).toEqual([]);
});

test('each kernel with where its shapes come from, counted where that differs', () => {
  expect(
    shapeLines([
      of('copy', null),
      of('flash', 'tuning/lavapipe-8.json#1'),
      of('flash', 'tuning/lavapipe-8.json#4'),
      of('performer', 'default'),
      of('ssd', 'default'),
      of('ssd', 'tuning/lavapipe-8.json#2'),
    ]),
  ).toEqual([
    'shapes: flash from kernels/flash/tuning/lavapipe-8.json, performer default, ssd default (1) and from kernels/ssd/tuning/lavapipe-8.json (1)',
  ]);
});

test('an entry that was passed over is told once, with the reason', () => {
  const note = 'tuning/lavapipe-8.json#1 names rows=64, which the kernel does not offer for this case';
  expect(shapeLines([of('flash', 'default', note), of('flash', 'default', note)])).toEqual([
    'shapes: flash default',
    `flash: ${note}; it ran with its default`,
  ]);
});
