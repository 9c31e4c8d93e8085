import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { resolveParams } from '../params.ts';
import { builtInKernels, folderUrl } from './kernel-folders.ts';
import { packPlaces, pageServer } from './page-server.ts';

const root = mkdtempSync(join(tmpdir(), 'attnbench-server-'));
afterAll(() => rmSync(root, { recursive: true }));

it('serves the page, isolated from other origins, to this machine alone', async () => {
  const { origin } = await pageServer();
  expect(new URL(origin).hostname).toBe('127.0.0.1');
  for (const [path, type] of [
    ['', 'text/html'],
    ['session-page.js', 'text/javascript'],
    ['arithmetic.wgsl', 'text/plain'],
  ]) {
    const response = await fetch(new URL(path, origin));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    // Both are needed for a fine clock.
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  }
});

it.each(['nothing.js', '../package.json', '%2e%2e/package.json', 'packs/9/bundled-packs.js', '/etc/passwd'])(
  'has nothing at %s',
  async (path) => {
    const { origin } = await pageServer();
    expect((await fetch(`${origin}${path}`)).status).toBe(404);
  },
);

it('serves each pack that a message names from a folder of its own, and bundles it once', async () => {
  const server = await pageServer();
  const head = join(root, 'head', 'kernels');
  mkdirSync(head, { recursive: true });
  for (const name of ['contract.ts', 'copy', 'lib']) {
    cpSync(join(fileURLToPath(builtInKernels), name), join(head, name), { recursive: true });
  }
  writeFileSync(join(head, 'copy', 'copy.wgsl'), '// of head');
  const params = resolveParams({}, { n: 1 });
  const side = (kernels: URL) => ({ kernels: kernels.href, kernel: 'copy', params });
  const paired = { base: side(builtInKernels), head: side(folderUrl(head)) } as const;
  const places = await packPlaces(server, { kind: 'pair plan', paired });
  expect(Object.keys(places)).toEqual([builtInKernels.href, folderUrl(head).href]);
  const textIn = async (kernels: URL): Promise<string> =>
    (await fetch(`${server.origin}${places[kernels.href]}kernels/copy/copy.wgsl`)).text();
  expect(await textIn(folderUrl(head))).toBe('// of head');
  expect(await textIn(builtInKernels)).toContain('fn main');
  expect(await server.offer(folderUrl(head).href)).toBe(places[folderUrl(head).href]);
  expect(await packPlaces(server, { kind: 'peaks' })).toEqual({});
});

it('lets a pack that cannot be bundled say why where it is loaded', async () => {
  const server = await pageServer();
  mkdirSync(join(root, 'broken', 'copy'), { recursive: true });
  writeFileSync(
    join(root, 'broken', 'copy', 'kernel.ts'),
    `import { readFileSync } from 'node:fs';\nexport default readFileSync('x');`,
  );
  const place = await server.offer(folderUrl(join(root, 'broken')).href);
  const module = await (await fetch(`${server.origin}${place}bundled-packs.js`)).text();
  expect(module).toMatch(/^throw new Error\(".*node:fs/s);
});
