import { expect, test } from 'vitest';
import { ceilingNames } from '../record.ts';
import { leastCaps } from '../testing/caps.ts';
import { chainTotal, wordsTotal } from './expected.ts';
import { ceilingPlans, sizesFor } from './micro-kernels.ts';

const plansOf = (caps = leastCaps()) => ceilingPlans(caps, sizesFor(caps));
const planOf = (name: string, caps = leastCaps()) => plansOf(caps).find((plan) => plan.name === name);

test('every ceiling of the record is planned once, in its order', () => {
  expect(plansOf().map(({ name }) => name)).toEqual(ceilingNames);
});

test('what the adapter lacks has a reason and no micro-kernels', () => {
  expect(planOf('f16')).toMatchObject({ kernels: [], reason: 'the adapter lacks shader-f16' });
  expect(planOf('subgroupMatrix')).toMatchObject({
    kernels: [],
    reason: 'the adapter lists no subgroup matrices',
  });
  const features = new Set(['shader-f16']);
  expect(planOf('f16', leastCaps({ features }))?.kernels).not.toEqual([]);
});

test('each shape of the matrix units in f16 or f32 has its micro-kernel', () => {
  const shape = { rows: 16, columns: 8, depth: 16 };
  const caps = leastCaps({
    software: false,
    subgroupMaxSize: 32,
    subgroupMatrices: [
      { componentType: 'f16', resultComponentType: 'f32', ...shape },
      { componentType: 'i8', resultComponentType: 'i32', ...shape },
    ],
  });
  const [kernel, ...others] = planOf('subgroupMatrix', caps)?.kernels ?? [];
  expect(others).toEqual([]);
  expect(kernel).toMatchObject({
    by: 'f16 in, f32 out, 16 x 8 x 16',
    pass: { constants: { ROWS: 16, COLUMNS: 8, DEPTH: 16, WORKGROUP: 32 } },
  });
  // Four chains of two products, each of 2 x 16 x 8 x 16 FLOPs.
  expect(kernel.unitsPerRound / kernel.pass.workgroups).toBe(4 * 2 * 2 * 16 * 8 * 16);
});

test('cold buffers are as large as the adapter binds, a power of two, and far larger than warm ones', () => {
  for (const software of [true, false]) {
    const caps = leastCaps({ software, limits: { maxStorageBufferBindingSize: 2 ** 28 - 4 } });
    const { coldWords, warmWords } = sizesFor(caps);
    expect(coldWords * 4).toBe(2 ** 27);
    expect(Math.max(...warmWords) * 8).toBeLessThanOrEqual(coldWords);
  }
});

test('a walk takes each word as often as another', () => {
  for (const { kernels } of plansOf().filter(
    ({ unit, name }) => unit === 'byte' && name !== 'workgroupRead',
  )) {
    expect(kernels.length).toBeGreaterThan(0);
    for (const { check, unitsPerRound, roundsStep, pass } of kernels) {
      if (check.kind === 'each') throw new Error('walks are checked by their sums');
      const perWord = pass.name === 'copy' ? 8 : 4;
      expect(unitsPerRound * roundsStep).toBe(check.words * perWord);
    }
  }
});

test('expected sums', () => {
  // 0 + 1 + 2 + 3, each plus 1, taken twice.
  expect(wordsTotal(4, 1, 2)).toBe(20);
  expect(wordsTotal(2 ** 25, 0, 1)).toBe(Number(((2n ** 25n * (2n ** 25n - 1n)) / 2n) % 2n ** 32n));
  expect(chainTotal('fma', 'f32', { start: 5, width: 4, chains: 2, steps: 100 })).toBe(
    105 + 106 + 107 + 108 + 106 + 107 + 108 + 109,
  );
  expect(chainTotal('fma', 'f16', { start: 0, width: 1, chains: 1, steps: 5000 })).toBe(2048);
  // 7 in the lowest byte, times 3, plus 7.
  expect(chainTotal('dot', 'packed', { start: 7, width: 1, chains: 1, steps: 1 })).toBe(28);
});
