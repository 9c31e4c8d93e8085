import { describe, expect, test } from 'vitest';
import { baseAxes } from '../harness/params.ts';
import { kernelIds, loadKernels } from '../harness/hosts/kernel-folders.ts';
import { loadSuite, suiteNames } from '../harness/hosts/suite-files.ts';
import { expandSuite } from '../harness/sweep.ts';
import type { PlannedCase } from '../harness/sweep.ts';

const kernels = await loadKernels(kernelIds());
const suites = await Promise.all(suiteNames().map(async (name) => ({ name, suite: await loadSuite(name) })));

async function expanded(name: string, software: boolean): Promise<readonly PlannedCase[]> {
  const suite = await loadSuite(name);
  const own = suite.kernels === 'all' ? kernels : kernels.filter(({ id }) => suite.kernels.includes(id));
  return expandSuite(name, suite, own, software);
}

describe.each(suites)('suite $name', ({ name, suite }) => {
  const ids = suite.kernels === 'all' ? kernelIds() : suite.kernels;

  test('names kernels that exist, and gives settings to its own kernels only', () => {
    expect(kernelIds()).toEqual(expect.arrayContaining([...ids]));
    for (const settings of [suite, suite.software ?? {}]) {
      expect(ids).toEqual(expect.arrayContaining(Object.keys({ ...settings.with, ...settings.only })));
    }
  });

  test('names axes that exist', () => {
    const axesOf = (id: string): readonly string[] => [
      ...baseAxes,
      ...Object.keys(kernels.find((loaded) => loaded.id === id)?.kernel.axes ?? {}),
    ];
    const some = ids.flatMap(axesOf);
    for (const { base, vary, also, with: settings, only } of [suite, suite.software ?? {}]) {
      for (const point of [base, vary, ...(also ?? [])]) {
        expect(some).toEqual(expect.arrayContaining(Object.keys(point ?? {})));
      }
      for (const [id, point] of Object.entries({ ...settings, ...only })) {
        expect(axesOf(id)).toEqual(expect.arrayContaining(Object.keys(point)));
      }
    }
  });

  test.each([true, false])('has cases for all its kernels (software: %s)', async (software) => {
    const cases = await expanded(name, software);
    expect(new Set(cases.map(({ kernel }) => kernel))).toEqual(new Set(ids));
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  test('says in one line what it asks', () => {
    expect(suite.description).toMatch(/^[^\n]{20,140}$/);
  });
});

test.each([
  ['quick', true],
  ['quick', false],
  ['scaling', true],
  ['scaling', false],
] as const)(
  '%s has four lengths or more for every kernel, enough for an exponent (software: %s)',
  async (name, software) => {
    const cases = await expanded(name, software);
    for (const id of new Set(cases.map(({ kernel }) => kernel))) {
      const lengths = cases.filter(({ kernel }) => kernel === id).map(({ params }) => params.n);
      expect(lengths.length).toBeGreaterThanOrEqual(4);
    }
  },
);

test('scaling takes every linear kernel to eight times its window or features', async () => {
  for (const software of [true, false]) {
    for (const { id } of kernels) {
      const cases = (await expanded('scaling', software)).filter(({ kernel }) => kernel === id);
      const largest = Math.max(...cases.map(({ params }) => params.n));
      for (const { params } of cases) {
        const width = Math.max(
          2 * Number(params.window ?? 0) + 1,
          Number(params.features ?? 0),
          Number(params.state ?? 0),
          Number(params.blockSize ?? 0) * (3 + 2 + Number(params.randomBlocks ?? 0)),
        );
        expect(largest).toBeGreaterThanOrEqual(8 * width);
      }
    }
  }
});
