import { describe, expect, test } from 'vitest';
import { editDistance, nearestWord, unknownWord } from './nearest.ts';

const adapters = ['auto', 'gpu', 'lavapipe', 'swiftshader'];

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['flash', 'flash', 0],
    ['flsh', 'flash', 1],
    ['falsh', 'flash', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s takes %i edits, both ways', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearestWord', () => {
  test.each([
    ['lavapip', 'lavapipe'],
    ['LAVAPIPE', 'lavapipe'],
    ['swfitshader', 'swiftshader'],
    ['swift', 'swiftshader'],
    ['gup', 'gpu'],
    ['autp', 'auto'],
  ])('%s is taken for %s', (word, meant) => {
    expect(nearestWord(word, adapters)).toBe(meant);
  });

  test.each(['metal', 'xyzzy', ''])('nothing is near %s', (word) => {
    expect(nearestWord(word, adapters)).toBeNull();
  });

  test('prefers the closer word, and a shared beginning to an edit', () => {
    expect(nearestWord('flsh', ['flush', 'flashes', 'flash'])).toBe('flush');
    expect(nearestWord('flas', ['flat', 'flash'])).toBe('flash');
    expect(nearestWord('f', ['flash', 'flat'])).toBe('flash');
  });
});

test('unknownWord names the nearest word, or else all of them', () => {
  expect(unknownWord('adapter', 'lavapip', adapters)).toBe(
    "unknown adapter 'lavapip'; did you mean 'lavapipe'?",
  );
  expect(unknownWord('adapter', 'metal', adapters)).toBe(
    "unknown adapter 'metal'; valid: auto, gpu, lavapipe, swiftshader",
  );
});
