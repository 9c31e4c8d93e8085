import { expect, test } from 'vitest';
import type { Calibration } from './comparison.ts';
import { calibratedMargin, errorRate } from './error-rate.ts';

// Clopper-Pearson intervals as binom.test of R gives them.
test.each([
  [0, 10, 0, 0.3084971],
  [10, 10, 0.6915029, 1],
  [5, 100, 0.01643187, 0.1128349],
  [25, 500, 0.03262, 0.07291],
  [1, 2, 0.01257912, 0.9874209],
])('%i of %i', (found, tries, low, high) => {
  const rate = errorRate(found, tries);
  expect(rate).toMatchObject({ found, tries, rate: found / tries });
  expect(rate.low).toBeCloseTo(low, 4);
  expect(rate.high).toBeCloseTo(high, 4);
});

test('what is no count of tries is refused', () => {
  expect(() => errorRate(0, 0)).toThrow('needs 0 <= found <= tries');
  expect(() => errorRate(3, 2)).toThrow('not 3 of 2');
});

test('the margin is 2 %, or what the machine shows between a kernel and itself', () => {
  const calibration = (nullSpread: number): Calibration => ({
    measuredAt: '',
    command: '',
    adapter: '',
    falsePositives: errorRate(1, 20),
    power: [],
    nullSpread,
  });
  expect(calibratedMargin(null)).toBe(0.02);
  expect(calibratedMargin(calibration(0.004))).toBe(0.02);
  expect(calibratedMargin(calibration(0.031))).toBe(0.031);
});
