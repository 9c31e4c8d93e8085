import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledSwiftShader } from './bundled-swiftshader.ts';
import { readTar } from './tar.ts';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-test-'));
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

function tarOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.write(content);
    blocks.push(header, body);
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const archiveFiles = {
  'libEGL.so': 'not wanted',
  'libvk_swiftshader.so': 'driver'.repeat(200),
  'libvulkan.so.1': 'loader',
  'vk_swiftshader_icd.json': '{}',
};

/** A package folder as npm would leave it. */
function fakePackage(files: Readonly<Record<string, string>> = archiveFiles, version = '1.2.3'): string {
  const folder = join(work, 'package');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(folder, 'bin', 'swiftshader.tar.br'), brotliCompressSync(tarOf(files)));
  return folder;
}

const message = (found: ReturnType<typeof bundledSwiftShader>) => (found.ok ? '' : found.message);

const at = (cache: string, folder: string | null) =>
  bundledSwiftShader({ folder, cache, platform: 'linux-x64' });

describe('readTar', () => {
  test('gives the regular files in order', () => {
    expect(readTar(tarOf({ a: 'x'.repeat(513), b: '' })).map((f) => [f.name, f.data.length])).toEqual([
      ['a', 513],
      ['b', 0],
    ]);
  });

  test('refuses an archive that is cut short', () => {
    expect(() => readTar(tarOf({ a: 'x'.repeat(2000) }).subarray(0, 1024))).toThrow(/cut short/);
  });
});

describe('bundledSwiftShader', () => {
  test('unpacks the driver and, apart from it, the loader, and nothing else', () => {
    const found = at(join(work, 'cache'), fakePackage());
    if (!found.ok) throw new Error(found.message);
    expect(readFileSync(found.icdFile, 'utf8')).toBe('{}');
    expect(readFileSync(join(dirname(found.icdFile), 'libvk_swiftshader.so'), 'utf8')).toBe(
      archiveFiles['libvk_swiftshader.so'],
    );
    expect(readdirSync(found.loaderFolder)).toEqual(['libvulkan.so.1']);
    expect(readdirSync(join(work, 'cache')).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('unpacks once', () => {
    const folder = fakePackage();
    const first = at(join(work, 'cache'), folder);
    if (!first.ok) throw new Error(first.message);
    utimesSync(first.icdFile, 1, 1);
    expect(at(join(work, 'cache'), folder)).toEqual(first);
    expect(statSync(first.icdFile).mtimeMs).toBe(1000);
  });

  test('another version or another content is another entry', () => {
    const folders = [
      [archiveFiles, '1.2.3'],
      [archiveFiles, '1.2.4'],
      [{ ...archiveFiles, 'libvulkan.so.1': 'newer' }, '1.2.4'],
    ] as const;
    const found = folders.map(([files, version]) => at(join(work, 'cache'), fakePackage(files, version)));
    expect(found.map((one) => one.ok)).toEqual([true, true, true]);
    expect(new Set(found.map((one) => (one.ok ? one.icdFile : ''))).size).toBe(3);
  });

  test('repairs an entry that lost a file', () => {
    const folder = fakePackage();
    const first = at(join(work, 'cache'), folder);
    if (!first.ok) throw new Error(first.message);
    rmSync(join(first.loaderFolder, 'libvulkan.so.1'));
    expect(at(join(work, 'cache'), folder)).toEqual(first);
    expect(existsSync(join(first.loaderFolder, 'libvulkan.so.1'))).toBe(true);
  });

  test('ignores what a killed process left half written, and removes it when it is old', () => {
    const cache = join(work, 'cache');
    for (const [name, ageMs] of [
      ['swiftshader-old.partial', 7_200_000],
      ['swiftshader-new.partial', 0],
    ] as const) {
      mkdirSync(join(cache, name, 'driver'), { recursive: true });
      const then = (Date.now() - ageMs) / 1000;
      utimesSync(join(cache, name), then, then);
    }
    const found = at(cache, fakePackage());
    expect(found.ok).toBe(true);
    expect(readdirSync(cache).filter((name) => name.endsWith('.partial'))).toEqual([
      'swiftshader-new.partial',
    ]);
  });

  test('falls back to a temporary folder where the cache cannot be written', () => {
    const file = join(work, 'a-file');
    writeFileSync(file, '');
    const found = at(join(file, 'cache'), fakePackage());
    if (!found.ok) throw new Error(found.message);
    expect(found.icdFile.startsWith(tmpdir())).toBe(true);
    expect(readFileSync(found.icdFile, 'utf8')).toBe('{}');
    rmSync(dirname(found.loaderFolder), { recursive: true, force: true });
  });

  test('says what to do when the package is missing, damaged or for another machine', () => {
    expect(message(at(work, null))).toBe(
      'the optional package @sparticuz/chromium is not installed; run npm ci without --omit=optional',
    );
    expect(message(at(work, join(work, 'nowhere')))).toMatch(/damaged .*reinstall it with npm ci$/);
    expect(message(at(join(work, 'cache'), fakePackage({ 'libvulkan.so.1': 'x' })))).toMatch(
      /no longer holds libvk_swiftshader/,
    );
    expect(message(bundledSwiftShader({ platform: 'darwin-arm64' }))).toBe(
      'the bundled SwiftShader is for linux-x64, and this is darwin-arm64',
    );
  });

  test('processes that start together all get the whole', async () => {
    const cache = join(work, 'cache');
    const folder = fakePackage();
    const module = pathToFileURL(fileURLToPath(new URL('bundled-swiftshader.ts', import.meta.url))).href;
    const script = `const { bundledSwiftShader } = await import(${JSON.stringify(module)});
      const found = bundledSwiftShader({ folder: ${JSON.stringify(folder)}, cache: ${JSON.stringify(cache)}, platform: 'linux-x64' });
      const { existsSync } = await import('node:fs');
      process.exit(found.ok && existsSync(found.icdFile) && existsSync(found.loaderFolder + '/libvulkan.so.1') ? 0 : 1);`;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const codes = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise<number | null>((resolve) => {
            const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
              stdio: 'ignore',
            });
            child.on('exit', resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readdirSync(cache)).toHaveLength(1);
  }, 60_000);
});
