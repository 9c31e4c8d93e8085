import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, nearestWord } from './nearest.ts';

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

test('didYouMean ends a sentence, or adds nothing', () => {
  expect(didYouMean('lavapip', adapters)).toBe("; did you mean 'lavapipe'?");
  expect(didYouMean('metal', adapters)).toBe('');
});
