import fc from 'fast-check';
import { expect, test } from 'vitest';
import { betaCdf, betaQuantile, normalTail, studentCritical, studentTail } from './distributions.ts';

// Printed tables of Student's t: two-sided 5 %, 1 % and 0.1 %.
test.each([
  [1, 12.7062, 63.6567, 636.6192],
  [5, 2.5706, 4.0321, 6.8688],
  [9, 2.2622, 3.2498, 4.7809],
  [23, 2.0687, 2.8073, 3.7676],
  [120, 1.9799, 2.6174, 3.3735],
])('critical values of t with %i degrees', (degrees, five, one, tenth) => {
  expect(studentCritical(0.05, degrees)).toBeCloseTo(five, 4);
  expect(studentCritical(0.01, degrees)).toBeCloseTo(one, 4);
  expect(studentCritical(0.001, degrees)).toBeCloseTo(tenth, 3);
});

test('tails of t where they are known in closed form', () => {
  // One degree is Cauchy's distribution.
  expect(studentTail(1, 1)).toBeCloseTo(0.25, 14);
  expect(studentTail(-1, 1)).toBeCloseTo(0.75, 14);
  // Two degrees: 1/2 - t / (2 sqrt(2 + t^2)).
  expect(studentTail(3, 2)).toBeCloseTo(0.5 - 3 / (2 * Math.sqrt(11)), 14);
  expect(studentTail(0, 7)).toBeCloseTo(0.5, 14);
  expect(studentTail(Infinity, 7)).toBe(0);
  expect(studentTail(-Infinity, 7)).toBe(1);
});

test('a critical value is exceeded with its probability', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
      fc.integer({ min: 1, max: 300 }),
      (alpha, degrees) => {
        expect((2 * studentTail(studentCritical(alpha, degrees), degrees)) / alpha).toBeCloseTo(1, 8);
      },
    ),
  );
});

test('the beta distribution where it is a polynomial, and its inverse', () => {
  // Beta(2, 3): 6x^2 - 8x^3 + 3x^4.
  expect(betaCdf(0.4, 2, 3)).toBeCloseTo(6 * 0.16 - 8 * 0.064 + 3 * 0.0256, 14);
  expect(betaCdf(0.9, 2, 3)).toBeCloseTo(6 * 0.81 - 8 * 0.729 + 3 * 0.6561, 14);
  expect(betaCdf(0, 2, 3)).toBe(0);
  expect(betaCdf(1, 2, 3)).toBe(1);
  expect(betaCdf(betaQuantile(0.2, 40, 0.5), 40, 0.5)).toBeCloseTo(0.2, 12);
});

test.each([
  [0, 0.5],
  [1, 0.15865525393145707],
  [1.959963984540054, 0.025],
  [2.999, 0.0013543365337271066],
  [3.001, 0.0013454728250849683],
  [-1.6448536269514722, 0.95],
  [6, 9.865876450376946e-10],
])('P(Z > %f) of the normal', (z, tail) => {
  expect(normalTail(z) / tail).toBeCloseTo(1, 10);
});
