/** Kernels are found by folder name: kernels/<id>/kernel.ts with a default export. Nothing is registered anywhere. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Kernel } from '../../kernels/contract.ts';
import { UsageError } from '../errors.ts';
import { unknownWord } from '../nearest.ts';
import type { LoadedKernel } from '../program.ts';
import { readTuningTable } from '../tuning-table.ts';

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

/** The tuning tables of a kernel, sorted. */
export function tuningFiles({ folder }: Pick<LoadedKernel, 'folder'>): readonly URL[] {
  const root = new URL('tuning/', folder);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => new URL(name, root));
}

/** Throws UsageError for the first tuning table of these kernels that cannot be read, before anything is measured by it. */
export function refuseDamagedTables(kernels: Iterable<LoadedKernel>): void {
  for (const file of [...kernels].flatMap(tuningFiles)) {
    const read = readTuningTable(readFileSync(file, 'utf8'), fileURLToPath(file));
    if (read.kind === 'refused') throw new UsageError(read.message);
  }
}

/** What kernels are made of, below a folder; tests and what only tests read are left out. */
function codeIn(root: URL): readonly string[] {
  return (existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : [])
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|wgsl)$/.test(name) && !name.endsWith('.test.ts') && !name.startsWith('testing/'))
    .sort();
}

/**
 * SHA-256 over a kernel's own files, its tuning tables and the files that it shares with the kernels beside it, tests left out: equal
 * hashes plan and run the same. For a kernel that was brought along: over its files, wherever they lie, and those of the kernel it is
 * held to.
 */
export function kernelSourceHash(loaded: Pick<LoadedKernel, 'folder' | 'source'>): string {
  const hash = createHash('sha256');
  for (const root of [loaded.folder, new URL('../lib/', loaded.folder)]) {
    for (const name of codeIn(root)) hash.update(`${name}\n`).update(readFileSync(new URL(name, root)));
  }
  for (const file of tuningFiles(loaded)) {
    hash.update(`${file.pathname.split('/').at(-1)}\n`).update(readFileSync(file));
  }
  for (const [name, text] of Object.entries(loaded.source?.texts ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    hash.update(`${name}\n`).update(text);
  }
  return hash.digest('hex');
}
