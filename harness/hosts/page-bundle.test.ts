import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInKernels, folderUrl, kernelIds } from './kernel-folders.ts';
import type { PageFiles } from './page-bundle.ts';
import { bundlePage, typeOf } from './page-bundle.ts';

const root = mkdtempSync(join(tmpdir(), 'attnbench-page-'));
afterAll(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string): URL => {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return pathToFileURL(file);
};
const textOf = (files: PageFiles, path: string): string => {
  const file = files.get(path);
  if (file === undefined) throw new Error(`${path} is not in the bundle`);
  return new TextDecoder().decode(file.bytes);
};

describe('a page with the kernels', () => {
  let files: PageFiles;
  beforeAll(async () => {
    const entry = new URL('page/bundled-packs.ts', import.meta.url);
    files = await bundlePage({ entry, packs: { kernels: builtInKernels } });
  });

  it('holds no module of Node, and each kernel in a chunk of its own', () => {
    const scripts = [...files.keys()].filter((path) => path.endsWith('.js'));
    const main = textOf(files, 'bundled-packs.js');
    for (const path of scripts) expect(textOf(files, path)).not.toMatch(/from"node:|require\("/);
    const imported = [...main.matchAll(/import\("\.\/(kernel-[^"]+)"\)/g)].map(([, path]) => path);
    expect(new Set(imported).size).toBe(kernelIds().length);
    for (const path of imported) expect(files.has(path)).toBe(true);
  });

  it('has the WGSL and the tuning tables beside it, as they are on disk, and says which there are', () => {
    expect(files.get('kernels/naive/scores.wgsl')?.type).toBe('text/plain; charset=utf-8');
    const listed = [...files.keys()].filter((path) => path.startsWith('kernels/'));
    expect(listed).toContain('kernels/lib/matmul-tile.wgsl');
    const main = textOf(files, 'bundled-packs.js');
    for (const path of listed) expect(main).toContain(JSON.stringify(path.slice('kernels/'.length)));
  });
});

it("has the session's page without a module of Node", async () => {
  const files = await bundlePage({ entry: new URL('page/session-page.ts', import.meta.url), packs: {} });
  const main = textOf(files, 'session-page.js');
  expect(main.includes('attnbench=')).toBe(true);
  expect([...files.keys()]).toContain('arithmetic.wgsl');
  expect(/from"node:|require\("node:/.test(main)).toBe(false);
});

describe('a page of two packs', () => {
  it('keeps them apart, and leaves out what no kernel reads', async () => {
    for (const pack of ['one', 'two']) {
      write(`${pack}/copy/kernel.ts`, `export default { summary: 'of pack ${pack}' };`);
      write(`${pack}/copy/copy.wgsl`, `// ${pack}`);
      write(`${pack}/copy/README.md`, '');
      write(`${pack}/copy/tuning/swiftshader-4.json`, '{}');
    }
    const place = new URL('page/bundled-packs.ts', import.meta.url).pathname;
    const entry = write(
      'app.ts',
      `import { packs } from ${JSON.stringify(place)}; globalThis.found = packs;`,
    );
    const files = await bundlePage({
      entry,
      packs: { base: folderUrl(join(root, 'one')), 'head-2': folderUrl(join(root, 'two')) },
    });
    expect([...files.keys()].filter((path) => !/^(kernel|chunk)-/.test(path)).sort()).toEqual([
      'app.js',
      'base/copy/copy.wgsl',
      'base/copy/tuning/swiftshader-4.json',
      'head-2/copy/copy.wgsl',
      'head-2/copy/tuning/swiftshader-4.json',
    ]);
    expect(textOf(files, 'base/copy/copy.wgsl')).toBe('// one');
    const chunks = [...files.keys()].filter((path) => path.startsWith('kernel-'));
    expect(chunks.map((path) => /of pack \w+/.exec(textOf(files, path))?.[0]).sort()).toEqual([
      'of pack one',
      'of pack two',
    ]);
  });

  it('is refused when its code imports a module of Node', async () => {
    const entry = write('node.ts', `import { readFileSync } from 'node:fs'; readFileSync('x');`);
    await expect(bundlePage({ entry, packs: {} })).rejects.toThrow('node:fs');
  });
});

it('tells types by the ending', () => {
  expect(typeOf('a.b/c.css')).toBe('text/css; charset=utf-8');
  expect(typeOf('unknown')).toBe('application/octet-stream');
});
