/**
 * SwiftShader, a Vulkan driver that computes on the CPU, from the optional package @sparticuz/chromium: what makes a machine
 * without GPU, driver or Vulkan loader able to run everything. Unpacked once into the cache folder.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheEntry, type CacheFile } from './cache.ts';
import { readTar } from './tar.ts';

const packageName = '@sparticuz/chromium';

/**
 * Where each file of the archive goes. The loader lies apart from the driver, because its folder may enter LD_LIBRARY_PATH and
 * must not offer anything else there. The archive's OpenGL libraries are not needed.
 */
const layout: Readonly<Record<string, string>> = {
  'libvk_swiftshader.so': 'driver/libvk_swiftshader.so',
  'vk_swiftshader_icd.json': 'driver/vk_swiftshader_icd.json',
  'libvulkan.so.1': 'loader/libvulkan.so.1',
};

export type BundledSwiftShader =
  | {
      readonly ok: true;
      readonly icdFile: string;
      /** Holds libvulkan.so.1, for machines without one. */
      readonly loaderFolder: string;
      readonly packageVersion: string;
    }
  | { readonly ok: false; readonly message: string };

/** Where @sparticuz/chromium is installed; null when it is not. */
export function packageFolder(): string | null {
  const require = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = dirname(require.resolve(packageName));
  } catch {
    return null;
  }
  // The package does not export its package.json, so that its root is found by walking up from the entry point.
  while (dirname(folder) !== folder) {
    if (basename(folder) === 'chromium' && basename(dirname(folder)) === '@sparticuz') return folder;
    folder = dirname(folder);
  }
  return null;
}

function unpack(archive: Uint8Array): readonly CacheFile[] {
  const files = readTar(brotliDecompressSync(archive));
  return Object.entries(layout).map(([name, path]) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined) throw new Error(`${packageName} no longer holds ${name}`);
    return { path, data: file.data };
  });
}

/** Unpacks the bundled SwiftShader if that has not been done yet, and says where it is. */
export function bundledSwiftShader(
  options: {
    readonly folder?: string | null;
    readonly cache?: string;
    readonly platform?: string;
  } = {},
): BundledSwiftShader {
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64') {
    return { ok: false, message: `the bundled SwiftShader is for linux-x64, and this is ${platform}` };
  }
  const folder = options.folder === undefined ? packageFolder() : options.folder;
  if (folder === null) {
    return {
      ok: false,
      message: `the optional package ${packageName} is not installed; run npm ci without --omit=optional`,
    };
  }
  let archive: Uint8Array;
  let packageVersion: string;
  try {
    archive = readFileSync(join(folder, 'bin', 'swiftshader.tar.br'));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    packageVersion =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest
        ? String(manifest.version)
        : '0';
  } catch (error) {
    return {
      ok: false,
      message: `${packageName} is damaged (${error instanceof Error ? error.message : String(error)}); reinstall it with npm ci`,
    };
  }
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 12);
  const key = `swiftshader-${packageVersion}-${hash}`;
  const entry = cacheEntry(key, Object.values(layout), () => unpack(archive), options.cache);
  if (!entry.ok) return { ok: false, message: `SwiftShader could not be unpacked: ${entry.message}` };
  return {
    ok: true,
    icdFile: join(entry.folder, 'driver', 'vk_swiftshader_icd.json'),
    loaderFolder: join(entry.folder, 'loader'),
    packageVersion,
  };
}
