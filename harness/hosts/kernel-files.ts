/** Kernels that a user brings: a WGSL file, and a manifest at its top or beside it. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { manifestComment } from '../kernel-file/manifest-text.ts';
import type { ManifestFile } from '../kernel-file/manifest-text.ts';
import type { KernelFile } from '../kernel-file/of-source.ts';
import { defaultShader, kernelOfFiles, manifestOf, noManifest, stemOf } from '../kernel-file/of-source.ts';
import type { KernelSource } from '../kernel-file/source.ts';
import { unknownWord } from '../nearest.ts';
import type { LoadedKernel } from '../program.ts';
import { builtInKernels, kernelIds, loadKernel, loadKernels } from './kernel-folders.ts';
import { peerIds } from './peer-folders.ts';

export type { KernelFile } from '../kernel-file/of-source.ts';

/** The text of a file; null where there is none. */
export type ReadText = (path: string) => string | null;

const fromDisk: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A word that means a kernel's file rather than a folder or a revision. */
export const isKernelFile = (word: string): boolean => /\.(wgsl|json)$/.test(word);

/** Reads the files that a kernel is made of; null where there is no file at all. Throws UsageError. */
async function readSource(path: string, read: ReadText, root: URL): Promise<KernelSource | null> {
  if (!isKernelFile(path)) {
    throw new UsageError(`--kernel takes a .wgsl file, or its manifest in JSON, not '${path}'`);
  }
  const folder = dirname(path);
  const given = read(path);
  if (given === null) return null;
  const beside = `${stemOf(path)}.json`;
  const inComment = path.endsWith('.wgsl') && manifestComment(path, given) !== null;
  const manifest = inComment ? basename(path) : beside;
  const manifestText = inComment ? given : read(join(folder, beside));
  if (manifestText === null) throw new UsageError(noManifest(path));
  const texts: Record<string, string> = { [basename(path)]: given, [manifest]: manifestText };
  const file = manifestOf({ path, manifest, texts });
  file.manifest.passes.forEach((pass, at) => {
    const name = pass.file ?? defaultShader(path);
    const place = pass.file === undefined ? ['passes', at] : ['passes', at, 'file'];
    if (basename(name) !== name) {
      throw file.problem(place, `'${name}' is not in the folder of the manifest; name a file there`);
    }
    if (Object.hasOwn(texts, name)) return;
    const text = read(join(folder, name));
    if (text === null) throw file.problem(place, `there is no file ${join(folder, name)}`);
    texts[name] = text;
  });
  return { path, like: await plainestKernel(file, root), manifest, texts };
}

/** The kernel of the mechanism with the fewest axes of its own, the first by name: the one that adds least to the definition. */
async function plainestKernel({ manifest, problem }: ManifestFile, root: URL): Promise<string> {
  const kernels = await loadKernels(kernelIds(root), root);
  const [plainest] = kernels
    .filter(({ kernel }) => kernel.mechanism === manifest.mechanism)
    .sort((a, b) => Object.keys(a.kernel.axes).length - Object.keys(b.kernel.axes).length);
  if (plainest !== undefined) return plainest.id;
  const known = [...new Set(kernels.map(({ kernel }) => kernel.mechanism))].sort();
  throw problem(['mechanism'], unknownWord('mechanism', manifest.mechanism, known));
}

/** The kernel that these files are. Throws UsageError. */
export async function kernelOfSource(source: KernelSource, root: URL = builtInKernels): Promise<KernelFile> {
  return kernelOfFiles(source, await loadKernel(source.like, root));
}

/** Loads a kernel from its file; null where there is no file. Throws UsageError, also where its id is taken. */
export async function findKernelFile(
  path: string,
  read: ReadText = fromDisk,
  root: URL = builtInKernels,
): Promise<KernelFile | null> {
  const source = await readSource(path, read, root);
  if (source === null) return null;
  const loaded = await kernelOfSource(source, root);
  const { id } = loaded;
  if ([...kernelIds(root), ...peerIds()].includes(id)) {
    throw new UsageError(
      `${path}: '${id}' is the id of a kernel that is here already; give another id in the manifest`,
    );
  }
  if (!/^[a-z0-9][\w-]*$/i.test(id)) {
    throw new UsageError(
      `${path}: a kernel cannot be called '${id}'; give an id of letters and digits in the manifest`,
    );
  }
  return loaded;
}

/** The same, where there must be a file. */
export async function loadKernelFile(path: string, root: URL = builtInKernels): Promise<KernelFile> {
  const loaded = await findKernelFile(path, fromDisk, root);
  if (loaded === null) {
    throw new UsageError(`there is no file ${path}; --kernel takes a WGSL file with a manifest`);
  }
  return loaded;
}

/** Loads several, each with an id of its own. Throws UsageError. */
export async function loadKernelFiles(
  paths: readonly string[],
  root: URL = builtInKernels,
): Promise<readonly KernelFile[]> {
  const loaded = await Promise.all(paths.map((path) => loadKernelFile(path, root)));
  loaded.forEach(({ id, source }, at) => {
    const first = loaded.findIndex((one) => one.id === id);
    if (first !== at) {
      throw new UsageError(
        `${loaded[first].source.path} and ${source.path} are both called '${id}'; give one another id in its manifest`,
      );
    }
  });
  return loaded;
}

/** A kernel by its files, where it was brought along, else by its id. */
export const kernelAt = (
  { kernel, source }: { readonly kernel: string; readonly source?: KernelSource },
  root: URL,
): Promise<LoadedKernel> => (source === undefined ? loadKernel(kernel, root) : kernelOfSource(source, root));
