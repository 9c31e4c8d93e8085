import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { icdFolders } from './icd.ts';
import { libraryFolders, unlistedDrivers } from './unlisted-drivers.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-drivers-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder with these libraries. */
function folder(name: string, ...libraries: readonly string[]): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const library of libraries) writeFileSync(join(path, library), '');
  return path;
}

describe('unlistedDrivers', () => {
  const find = (...folders: readonly string[]) => unlistedDrivers(folders, join(root, 'cache'));

  it('finds nothing where there is nothing', () => {
    expect(find(join(root, 'absent'), folder('a', 'libGL.so.1'))).toEqual([]);
  });

  it('writes a manifest for each library, the first of each name', () => {
    const [a, b] = [
      folder('a', 'libEGL_nvidia.so.0'),
      folder('b', 'libEGL_nvidia.so.0', 'libGLX_nvidia.so.0'),
    ];
    const found = find(a, b);
    expect(found.map(({ library }) => library)).toEqual([
      join(b, 'libGLX_nvidia.so.0'),
      join(a, 'libEGL_nvidia.so.0'),
    ]);
    expect(found.map(({ linkerFolder }) => linkerFolder)).toEqual([b, a]);
    for (const { library, manifest } of found) {
      expect(JSON.parse(readFileSync(manifest, 'utf8'))).toEqual({
        file_format_version: '1.0.0',
        ICD: { library_path: library, api_version: '1.3.0' },
      });
    }
    expect(find(a, b)).toEqual(found);
  });
});

describe('where drivers are looked for', () => {
  it('is where the user says first, then the system, then where containers and clusters put them', () => {
    const libraries = libraryFolders({ LD_LIBRARY_PATH: '/mine::/yours', NVIDIA_DRIVER_ROOT: '/driver' });
    expect(libraries.slice(0, 3)).toEqual(['/mine', '/yours', '/usr/lib/x86_64-linux-gnu']);
    expect(libraries).toEqual(
      expect.arrayContaining(['/usr/local/nvidia/lib64', '/run/opengl-driver/lib', '/driver/usr/lib64']),
    );
    const manifests = icdFolders({ CONDA_PREFIX: '/conda', NVIDIA_DRIVER_ROOT: '/driver' }, '/home/me');
    expect(manifests).toEqual(
      expect.arrayContaining([
        '/etc/vulkan/icd.d',
        '/run/opengl-driver/share/vulkan/icd.d',
        '/usr/local/nvidia/vulkan/icd.d',
        '/conda/share/vulkan/icd.d',
        '/driver/etc/vulkan/icd.d',
      ]),
    );
    expect(manifests.indexOf('/usr/share/vulkan/icd.d')).toBeLessThan(
      manifests.indexOf('/usr/local/nvidia/vulkan/icd.d'),
    );
  });
});
