import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = readFileSync(new URL('iterator-helpers.ts', import.meta.url), 'utf8');

test('iterators get what they lack, and nothing enumerable', () => {
  // A context of its own: the helpers change every iterator of the one they run in.
  const { code } = transformSync(source, { loader: 'ts', format: 'iife', globalName: 'helpers' });
  const answer: unknown = runInNewContext(`
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
    for (const name of ['map', 'filter', 'toArray', 'some', 'every']) delete prototype[name];
    ${code}
    helpers.addIteratorHelpers();
    JSON.stringify([
      [...'a1b2'.matchAll(/\\d/g).map(([digit], index) => digit + index)],
      new Set([1, 2, 3]).values().filter((value) => value !== 2).toArray(),
      [1, 2].values().some((value) => value === 2),
      [1, 2].values().every((value) => value === 2),
      Object.keys(prototype),
    ]);
  `);
  expect(JSON.parse(String(answer))).toEqual([['10', '21'], [1, 3], true, false, []]);
});
