/** What a comparison of brought kernels is made of: their cases, and what base makes of each. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFilePacks } from './compare-files.ts';
import type { ComparisonCase } from './compare-plan.ts';
import { planComparison } from './compare-plan.ts';

const examples = fileURLToPath(new URL('../docs/examples/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'attnbench-files-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const example = readFileSync(join(examples, 'my-flash.wgsl'), 'utf8');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  cpSync(examples, folder, { recursive: true });
  writeFileSync(at('old.wgsl'), example.replace('"KEYS": 16', '"KEYS": 8'));
  mkdirSync(at('same'));
  writeFileSync(at('same', 'my-flash.wgsl'), example);
  mkdirSync(at('none'));
  mkdirSync(at('broken'));
  writeFileSync(at('broken', 'my-flash.wgsl'), example.replace('"passes"', '"pases"'));
});

type Asked = Parameters<typeof openFilePacks>[0];
const sides = (changes: Partial<Asked> & Pick<Asked, 'base'>): ReturnType<typeof openFilePacks> =>
  openFilePacks({ head: null, kernelFiles: [at('my-flash.wgsl')], kernels: null, cwd: folder, ...changes });

async function planned(base: string, targets = ['my-flash:n=8']): Promise<readonly ComparisonCase[]> {
  const packs = await sides({ base });
  return planComparison({ targets, kernels: null, axes: [], software: true }, packs);
}

describe('a comparison of a brought kernel', () => {
  it('pairs it with the other file, under its own name', async () => {
    const [one, ...others] = await planned('old.wgsl');
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      id: 'adhoc/my-flash:n=8,heads=8,d=64,precision=f32',
      mechanism: 'sdpa',
      file: at('my-flash.wgsl'),
      sameSource: false,
      note: null,
    });
    expect([one.base?.kernel, one.head?.kernel]).toEqual(['old', 'my-flash']);
    expect(one.base?.source?.texts['old.wgsl']).toContain('"KEYS": 8');
    expect(one.head?.source?.texts['my-flash.wgsl']).toBe(example);
  });

  it('takes a suite for it alone', async () => {
    const cases = await planned('old.wgsl', ['smoke']);
    expect(cases.length).toBeGreaterThan(0);
    expect(new Set(cases.map(({ kernel }) => kernel))).toEqual(new Set(['my-flash']));
  });

  it('times nothing where the files are the same, and says what base does not have or cannot load', async () => {
    expect(await planned('same')).toMatchObject([{ sameSource: true, note: null }]);
    expect(await planned('none')).toMatchObject([{ base: null, note: null }]);
    const [broken] = await planned('broken');
    expect(broken.base).toBeNull();
    expect(broken.note?.kind).toBe('failed');
    expect(broken.note?.message).toContain("pases: there is no key 'pases' here; did you mean 'passes'?");
  });

  it.each<readonly [string, Partial<Asked>, string]>([
    ['a head', { head: '.' }, 'leave out --head and --kernels'],
    ['kernels', { kernels: ['flash'] }, 'leave out --head and --kernels'],
    [
      'two files and one base',
      { kernelFiles: [at('my-flash.wgsl'), at('two-passes.json')] },
      '--base old.wgsl is one kernel, and --kernel names 2; compare one at a time',
    ],
    ['no such revision', { base: 'nowhere' }, "'nowhere' is no folder, and"],
  ])('is refused with %s', async (_, changes, message) => {
    await expect(sides({ base: 'old.wgsl', ...changes })).rejects.toThrow(message);
  });
});
