/** Kernels are found by folder name: kernels/<id>/kernel.ts with a default export. Nothing is registered anywhere. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Kernel } from '../../kernels/contract.ts';
import { UsageError } from '../errors.ts';
import { unknownWord } from '../nearest.ts';
import type { LoadedKernel } from '../program.ts';

/** The kernels that come with attnbench. */
export const builtInKernels = new URL('../../kernels/', import.meta.url);

/** Ids of the kernels in a folder, sorted. */
export function kernelIds(root: URL = builtInKernels): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/kernel.ts`, root)))
    .map(({ name }) => name)
    .sort();
}

/** Throws UsageError with the nearest id, or the ids there are, for the first that does not exist. */
export function refuseUnknownKernels(ids: readonly string[], root: URL = builtInKernels): void {
  const known = kernelIds(root);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new UsageError(unknownWord('kernel', unknown, known));
}

/** Loads a kernel by id. Throws UsageError when there is none. */
export async function loadKernel(id: string, root: URL = builtInKernels): Promise<LoadedKernel> {
  refuseUnknownKernels([id], root);
  const folder = new URL(`${id}/`, root);
  const module: { readonly default: Kernel } = await import(new URL('kernel.ts', folder).href);
  return { id, kernel: module.default, folder };
}

export async function loadKernels(
  ids: readonly string[],
  root: URL = builtInKernels,
): Promise<readonly LoadedKernel[]> {
  return Promise.all(ids.map((id) => loadKernel(id, root)));
}

/** A folder path given by a user, as a URL that file names can be resolved against. */
export const folderUrl = (path: string): URL => pathToFileURL(join(path, '/'));

/** SHA-256 over a kernel's own files and the shared ones, tests left out: equal hashes plan and run the same. */
export function kernelSourceHash({ folder }: LoadedKernel): string {
  const hash = createHash('sha256');
  for (const root of [folder, new URL('lib/', builtInKernels)]) {
    for (const name of readdirSync(root).sort()) {
      if (!/\.(ts|wgsl)$/.test(name) || name.endsWith('.test.ts')) continue;
      hash.update(`${name}\n`).update(readFileSync(new URL(name, root)));
    }
  }
  return hash.digest('hex');
}
