/** From the files that a user brought along to the kernel that they are: the same in every host, once the files have been read. */
import type { LoadedKernel } from '../program.ts';
import { UsageError } from '../errors.ts';
import { kernelOfManifest } from './kernel.ts';
import type { ManifestFile } from './manifest-text.ts';
import { manifestComment, readManifest } from './manifest-text.ts';
import type { KernelSource } from './source.ts';

/** A kernel with the files it was read from. */
export type KernelFile = LoadedKernel & { readonly source: KernelSource };

const docs = 'docs/bring-your-own-kernel.md';

const nameOf = (path: string): string => path.replace(/^.*[/\\]/, '');
/** The name of a kernel's file without its ending. */
export const stemOf = (path: string): string => nameOf(path).replace(/\.(wgsl|json)$/, '');
export const defaultShader = (path: string): string => `${stemOf(path)}.wgsl`;

export const noManifest = (path: string): string =>
  `${path} has no manifest: begin it with /* attnbench { "mechanism": ... } */, or put ${stemOf(path)}.json beside it; ${docs} says what it holds`;

/** The manifest among the files: the JSON, or the comment at the top of the WGSL. */
export function manifestOf({ path, manifest, texts }: Omit<KernelSource, 'like'>): ManifestFile {
  const file = `${path.slice(0, path.length - nameOf(path).length)}${manifest}`;
  const text = texts[manifest];
  const comment = manifest.endsWith('.json') ? { file, text, linesAbove: 0 } : manifestComment(file, text);
  if (comment === null) throw new UsageError(noManifest(path));
  return readManifest(comment);
}

/** The kernel that these files are; `like` is the one of that id, which it is held to. Throws UsageError. */
export function kernelOfFiles(source: KernelSource, like: LoadedKernel): KernelFile {
  const file = manifestOf(source);
  const id = file.manifest.id ?? stemOf(source.path);
  const kernel = kernelOfManifest({
    id,
    file,
    like: like.kernel,
    shader: defaultShader(source.path),
    texts: source.texts,
  });
  return { id, kernel, folder: like.folder, source };
}
