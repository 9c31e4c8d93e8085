import { expect, test } from 'vitest';
import { flatThreshold, mannWhitney, mannWhitneyVerdict } from './foils.ts';

test('medians against a flat threshold', () => {
  expect(flatThreshold([100, 101, 99], [106, 105.5, 900])).toBe('REGRESSED');
  expect(flatThreshold([100, 101, 99], [104, 105, 104])).toBe('SAME');
  expect(flatThreshold([106, 105.5, 900], [100, 101, 99])).toBe('IMPROVED');
});

test('exact for small sets', () => {
  // wilcox.test(c(0.80,0.83,1.89,1.04,1.45,1.38,1.91,1.64,0.73,1.46), c(1.15,0.88,0.90,0.74,1.21)): W = 35, p = 0.2544
  const first = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const second = [1.15, 0.88, 0.9, 0.74, 1.21];
  const { u, pValue } = mannWhitney(second, first);
  expect(u).toBe(35);
  expect(pValue).toBeCloseTo(0.2544, 4);
  expect(mannWhitney(first, second)).toMatchObject({ u: 15, pValue });
  expect(mannWhitney([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])).toMatchObject({ u: 23 });
  expect(mannWhitney([1, 2, 3, 4, 7], [5, 6, 8, 9, 10]).pValue).toBeCloseTo(8 / 252, 12);
  expect(mannWhitney([1, 2, 3], [4, 5, 6]).pValue).toBeCloseTo(2 / 20, 12);
});

test('ties take the normal approximation with its corrections', () => {
  // mannwhitneyu([2, 4, 5, 6, 7], [1, 2, 2, 3, 5], method='asymptotic') of SciPy
  const { u, pValue } = mannWhitney([1, 2, 2, 3, 5], [2, 4, 5, 6, 7]);
  expect(u).toBe(20.5);
  expect(pValue).toBeCloseTo(0.11161176829829224, 12);
  expect(mannWhitney([1, 1], [1, 1]).pValue).toBe(1);
});

test('large sets, as SciPy finds them: exact with 49 values each, approximate with 50', () => {
  const first = Array.from({ length: 49 }, (_, index) => index * 2);
  const second = Array.from({ length: 49 }, (_, index) => index * 2 + 11);
  const exact = mannWhitney(first, second);
  expect(exact.u).toBe(1455);
  expect(exact.pValue).toBeCloseTo(0.0710044972165608, 10);
  const approximate = mannWhitney([...first, 101], [...second, 103]);
  expect(approximate.u).toBe(1508.5);
  expect(approximate.pValue).toBeCloseTo(0.07530270620972526, 10);
});

test('the verdict says which way', () => {
  const low = [1, 2, 3, 4, 5, 6];
  const high = [11, 12, 13, 14, 15, 16];
  expect(mannWhitneyVerdict(low, high)).toBe('REGRESSED');
  expect(mannWhitneyVerdict(high, low)).toBe('IMPROVED');
  expect(mannWhitneyVerdict(low, [1.5, 2.5, 3.5, 4.5, 5.5, 6.5])).toBe('SAME');
});
