import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KernelError } from '../harness/errors.ts';
import { openPack } from '../harness/hosts/kernel-packs.ts';
import type { ComparisonCase } from './compare-plan.ts';
import { inOneLine, needDevice, planComparison } from './compare-plan.ts';
import type { ScratchPacks } from './testing/fake-pairs.ts';
import { scratchPacks } from './testing/fake-pairs.ts';

let packs: ScratchPacks;
beforeEach(() => {
  packs = scratchPacks(['copy', 'longformer']);
});
afterEach(() => packs.remove());

/** Replaces text in a file of a side. */
function edit(side: 'base' | 'head', path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(packs.folder, side, path), 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  packs.write(side, path, edited);
}

const plan = (...targets: readonly string[]): Promise<readonly ComparisonCase[]> =>
  planComparison(
    { targets, kernels: null, axes: [], software: true },
    { base: openPack(packs.base, packs.folder), head: openPack(packs.head, packs.folder) },
  );

it('a suite is asked of the kernels that the packs have', async () => {
  const cases = await plan('quick');
  expect([...new Set(cases.map(({ kernel }) => kernel))]).toEqual(['copy', 'longformer']);
  expect(needDevice(cases)).toEqual([]);
});

it('a changed file makes the cases of its kernel differ, a shared one those of all', async () => {
  edit('head', 'kernels/copy/copy.wgsl', /^/, '// a word\n');
  expect(needDevice(await plan('copy:n=64', 'longformer:n=64')).map(({ kernel }) => kernel)).toEqual([
    'copy',
  ]);
  edit('head', 'kernels/lib/heads.ts', /$/, '// a word\n');
  expect(needDevice(await plan('copy:n=64', 'longformer:n=64'))).toHaveLength(2);
});

it('a changed contract may change what every kernel does', async () => {
  edit('head', 'kernels/contract.ts', /$/, '// a word\n');
  expect(needDevice(await plan('copy:n=64', 'longformer:n=64'))).toHaveLength(2);
});

it('a page, a test or a README beside a kernel changes nothing', async () => {
  packs.write('head', 'kernels/copy/README.md', 'other words');
  packs.write('head', 'kernels/copy/kernel.test.ts', 'another test');
  expect(needDevice(await plan('copy:n=64'))).toEqual([]);
});

it('base gets the case in its own axes: a default that moved is not what is compared', async () => {
  edit('head', 'kernels/longformer/kernel.ts', /default: \d+/, 'default: 8');
  const [one] = await plan('longformer:n=64');
  expect(one.head?.params['window']).toBe(8);
  expect(one.base?.params['window']).toBe(8);
});

it('an axis that base lacks: its default is base as it was, another value is new', async () => {
  edit(
    'head',
    'kernels/copy/kernel.ts',
    'axes: {}',
    "axes: { lanes: { kind: 'integer', default: 1, min: 1, summary: '' } }",
  );
  const [plain, wide] = await plan('copy:n=64', 'copy:n=64,lanes=2');
  expect(plain.base?.params).not.toHaveProperty('lanes');
  expect([wide.base, wide.note?.message]).toEqual([null, "base has no axis 'lanes'"]);
});

it('a kernel that computes something else under the same name is new', async () => {
  edit('head', 'kernels/copy/kernel.ts', "mechanism: 'copy'", "mechanism: 'move'");
  const [one] = await plan('copy:n=64');
  expect([one.base, one.note]).toEqual([null, { kind: 'new', message: 'base computes copy, head move' }]);
});

it('a kernel of base that does not load fails its own cases', async () => {
  packs.write('base', 'kernels/copy/kernel.ts', "throw new Error('made for another contract');\n");
  const [copy, other] = await plan('copy:n=64', 'longformer:n=64');
  expect(copy.note).toEqual({
    kind: 'failed',
    message: 'the kernel of base cannot be loaded: made for another contract',
  });
  expect(other.note).toBeNull();
});

it('what a loader says is told with its place', () => {
  const said =
    'Transform failed with 1 error:\n/kernels/copy/kernel.ts:2:0: ERROR: Unexpected end of file\n  more';
  expect(inOneLine(new Error(said))).toBe(
    'Transform failed with 1 error: /kernels/copy/kernel.ts:2:0: ERROR: Unexpected end of file',
  );
  expect(inOneLine(new Error('first\nsecond'))).toBe('first');
});

it('a kernel of head that does not load is told before anything is opened', async () => {
  packs.write('head', 'kernels/copy/kernel.ts', "throw new Error('half a line');\n");
  await expect(plan('copy:n=64')).rejects.toThrow(
    new KernelError('the kernels of head cannot be loaded: half a line'),
  );
});
