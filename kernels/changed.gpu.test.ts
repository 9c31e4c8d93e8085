/** The contract tests fail when a kernel is wrong: a kernel is broken in one place at a time, on the adapter at hand. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInKernels, folderUrl, kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import { resolveParams } from '../harness/params.ts';
import { withAdapter } from '../harness/testing/with-adapter.ts';
import { verifyCase } from '../harness/verify.ts';

const adapter = withAdapter();
const folderOf = (id: string): string => join(fileURLToPath(builtInKernels), id);

it.each(kernelIds())('%s has its contract tested', (id) => {
  expect(existsSync(join(folderOf(id), 'contract.gpu.test.ts'))).toBe(true);
});

describe('a kernel that is changed', () => {
  const root = mkdtempSync(join(tmpdir(), 'attnbench-'));
  afterAll(() => rmSync(root, { recursive: true }));

  /** The copy kernel from a folder of its own, with one piece of its WGSL replaced. */
  async function changed(name: string, from: string, to: string) {
    const folder = join(root, name);
    cpSync(folderOf('copy'), folder, { recursive: true });
    const shader = join(folder, 'copy.wgsl');
    const text = readFileSync(shader, 'utf8');
    expect(text).toContain(from);
    writeFileSync(shader, text.replace(from, to));
    const { kernel } = await loadKernel('copy');
    return { id: name, kernel, folder: folderUrl(folder) };
  }
  const verify = async (loaded: Awaited<ReturnType<typeof changed>>) =>
    verifyCase(adapter().context, loaded, resolveParams(loaded.kernel.axes, { n: 100, heads: 2, d: 32 }));

  // The chunks it includes are found beside it, as in the kernels folder.
  beforeAll(() => cpSync(folderOf('lib'), join(root, 'lib'), { recursive: true }));

  it('is right when nothing is changed', async () => {
    expect(await verify(await changed('same', 'y[at]', 'y[at]'))).toMatchObject({ kind: 'right' });
  });
  it('is wrong when it reads the wrong element', async () => {
    expect(await verify(await changed('shifted', 'v[source]', 'v[(source + 1u) % u.quads]'))).toMatchObject({
      kind: 'wrong',
    });
  });
  it('is wrong when it leaves an element out', async () => {
    const verdict = await verify(await changed('partial', 'at < u.quads)', 'at < u.quads && at != 7u)'));
    expect(verdict).toMatchObject({ kind: 'wrong', message: expect.stringContaining('was never written') });
  });
  it('is wrong when it writes past the end', async () => {
    const beyond = await changed('beyond', 'y[at] =', 'y[at + select(0u, 1u, at == u.quads - 1u)] =');
    expect(await verify(beyond)).toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining('y was written past its end'),
    });
  });
  it('tells a compile error at its own line', async () => {
    await expect(verify(await changed('broken', 'v[source];', 'v[source]'))).rejects.toThrow(
      /^copy\.wgsl:23:\d+: /,
    );
  });
});
