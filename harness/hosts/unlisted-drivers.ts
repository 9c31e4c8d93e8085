/**
 * Driver libraries without a manifest. Containers and clusters often mount NVIDIA's libraries alone; a Vulkan loader finds a
 * driver by its manifest only, so that one is written for them.
 */
import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheEntry } from './cache.ts';

/** In the order of preference. The second needs no X libraries, which machines without a display may lack. */
const driverLibraries = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'];

/** The dynamic linker looks here by itself. */
const systemFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib/x86_64-linux-gnu',
  '/lib64',
];
/** Where containers, clusters, NixOS and WSL put the libraries of the machine's own driver. */
const unusualFolders = [
  '/usr/local/nvidia/lib64',
  '/usr/local/nvidia/lib',
  '/opt/nvidia/lib64',
  '/run/opengl-driver/lib',
  '/usr/lib/wsl/lib',
];

const folderList = (value: string | undefined): readonly string[] =>
  (value ?? '').split(':').filter((folder) => folder !== '');

/** Where driver libraries are looked for. */
export function libraryFolders(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const driverRoot = env['NVIDIA_DRIVER_ROOT'] || '/run/nvidia/driver';
  return [
    ...new Set([
      ...folderList(env['LD_LIBRARY_PATH']),
      ...systemFolders,
      ...unusualFolders,
      ...systemFolders.map((folder) => join(driverRoot, folder)),
    ]),
  ];
}

export interface UnlistedDriver {
  readonly library: string;
  /** Written for it. */
  readonly manifest: string;
  /** The folder, where the linker would not find the libraries that belong to it; else null. */
  readonly linkerFolder: string | null;
}

const manifestText = (library: string): string =>
  `${JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } }, null, 2)}\n`;

/** NVIDIA's libraries in these folders, the first of each name, with a manifest for each in the cache folder. */
export function unlistedDrivers(
  folders: readonly string[] = libraryFolders(),
  cache?: string,
): readonly UnlistedDriver[] {
  return driverLibraries.flatMap((name): readonly UnlistedDriver[] => {
    const folder = folders.find((one) => existsSync(join(one, name)));
    if (folder === undefined) return [];
    const library = join(folder, name);
    const text = manifestText(library);
    const file = `${name.split('.')[0]}_icd.json`;
    const key = `manifest-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
    const entry = cacheEntry(
      key,
      [file],
      () => [{ path: file, data: new TextEncoder().encode(text) }],
      cache,
    );
    if (!entry.ok) return [];
    const linkerFolder = systemFolders.includes(folder) ? null : folder;
    return [{ library, manifest: join(entry.folder, file), linkerFolder }];
  });
}
