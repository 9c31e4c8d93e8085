/** Kernels in a page: modules that were bundled, their files fetched from beside it. */
import { UsageError } from '../../errors.ts';
import type { KernelAddress } from '../../session-messages.ts';
import { kernelOfFiles } from '../../kernel-file/of-source.ts';
import { unknownWord } from '../../nearest.ts';
import type { LoadedKernel } from '../../program.ts';
import type { BundledPack } from './bundled-packs.ts';

export interface PageKernels {
  /** Addresses of the files beside the kernels. */
  readonly files: ReadonlySet<string>;
  /** Ids of the kernels of a pack, sorted. */
  ids(pack: string): readonly string[];
  /** A kernel by its id, or by its files where it was brought along. Throws UsageError where there is none. */
  load(address: KernelAddress, pack: string): Promise<LoadedKernel>;
}

/** `base`: where the bundle was put, with a trailing slash. */
export function pageKernels(packs: Readonly<Record<string, BundledPack>>, base: URL): PageKernels {
  const packOf = (name: string): BundledPack => {
    if (Object.hasOwn(packs, name)) return packs[name];
    throw new UsageError(unknownWord('pack', name, Object.keys(packs)));
  };
  const byId = async (id: string, name: string): Promise<LoadedKernel> => {
    const { kernels } = packOf(name);
    if (!Object.hasOwn(kernels, id)) throw new UsageError(unknownWord('kernel', id, Object.keys(kernels)));
    const module = await kernels[id]();
    return { id, kernel: module.default, folder: new URL(`${name}/${id}/`, base) };
  };
  return {
    files: new Set(
      Object.entries(packs).flatMap(([name, { files }]) =>
        files.map((file) => new URL(`${name}/${file}`, base).href),
      ),
    ),
    ids: (pack) => Object.keys(packOf(pack).kernels).sort(),
    async load({ kernel, source }, pack) {
      return source === undefined ? byId(kernel, pack) : kernelOfFiles(source, await byId(source.like, pack));
    },
  };
}
