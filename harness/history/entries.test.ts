import { expect, test } from 'vitest';
import { point } from '../testing/history.ts';
import { inOrder, readEntries } from './entries.ts';

const first = point(1, { base: 'a', head: 'b', logRatio: 0.01 });
const second = point(2, { base: 'b', head: 'c', logRatio: 0.02 });
const lines = (...values: readonly object[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

test('a damaged line is named and left out, the rest is kept', () => {
  const text = [
    JSON.stringify(first),
    '{"schema":"attnbench-hist',
    '<<<<<<< HEAD',
    JSON.stringify({ ...second, committedAt: 'yesterday' }),
    '',
    JSON.stringify(second),
  ].join('\n');
  const { points, complaints } = readEntries(text, 'flash.jsonl');
  expect(points).toEqual([first, second]);
  expect(complaints).toEqual([
    'flash.jsonl line 2 is not JSON; it was left out: restore or delete it',
    'flash.jsonl line 3 is not JSON; it was left out: restore or delete it',
    expect.stringMatching(/^flash\.jsonl line 4 committedAt: .*; it was left out: restore or delete it$/),
  ]);
});

test('a line of a newer version is refused by name', () => {
  expect(() =>
    readEntries(lines(first, { schema: 'attnbench-history/2', kind: 'new' }), 'flash.jsonl'),
  ).toThrow(
    'flash.jsonl line 2 was written as attnbench-history/2 and this attnbench reads up to attnbench-history/1: update attnbench to read it',
  );
});

test('the order of the lines and doubles do not matter', () => {
  const again = { ...second, commit: 'f'.repeat(40) };
  const otherBase = { ...second, hashes: { base: 'z', head: 'c' } };
  const sorted = inOrder([first, second, otherBase]);
  expect(sorted).toHaveLength(3);
  expect(sorted[0]).toBe(first);
  for (const order of [
    [otherBase, second, first, second],
    [second, first, otherBase, first],
  ]) {
    expect(inOrder(order)).toEqual(sorted);
  }
  expect(inOrder([second, again])).toEqual(inOrder([again, second]));
  expect(inOrder([second, again])).toHaveLength(1);
});
