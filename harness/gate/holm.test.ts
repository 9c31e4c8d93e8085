import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holm } from './holm.ts';

test('as p.adjust of R corrects them, in the order given', () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([])).toEqual([]);
  expect(holm([0.4, 0.6])).toEqual([0.8, 0.8]);
});

test('hypotheses of the family that are not listed count too', () => {
  expect(holm([0.01, 0.02], 5)).toEqual([0.05, 0.08]);
});

test('never below the p-value, never above 1, never above Bonferroni, in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
      const adjusted = holm(pValues);
      for (const [index, p] of pValues.entries()) {
        expect(adjusted[index]).toBeGreaterThanOrEqual(p);
        expect(adjusted[index]).toBeLessThanOrEqual(Math.min(1, p * pValues.length) + 1e-15);
        for (const [other, q] of pValues.entries()) {
          if (p < q) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[other]);
        }
      }
    }),
  );
});
