/** A comparison of kernels that were brought along: each file against another, or against what it is in a revision or a folder. */
import { UsageError } from '../harness/errors.ts';
import type { KernelFileVersion } from '../harness/hosts/kernel-file-versions.ts';
import { kernelFileVersion } from '../harness/hosts/kernel-file-versions.ts';
import type { KernelFile } from '../harness/hosts/kernel-files.ts';
import { isKernelFile, loadKernelFiles } from '../harness/hosts/kernel-files.ts';
import { builtInKernels } from '../harness/hosts/kernel-folders.ts';
import type { CompareOptions } from './compare.ts';
import type { BaseKernel, Packs } from './compare-plan.ts';

type FileOptions = Pick<CompareOptions, 'kernelFiles' | 'base' | 'head' | 'kernels' | 'cwd'>;

export const isOfFiles = ({ kernelFiles = [] }: FileOptions): boolean => kernelFiles.length > 0;

/** Throws UsageError. */
export async function openFilePacks({
  kernelFiles = [],
  base,
  head: headWord,
  kernels,
  cwd,
}: FileOptions): Promise<Packs> {
  if (headWord !== null || kernels !== null) {
    throw new UsageError('--kernel says what is judged already; leave out --head and --kernels');
  }
  const heads = await loadKernelFiles(kernelFiles);
  if (isKernelFile(base) && heads.length > 1) {
    throw new UsageError(
      `--base ${base} is one kernel, and --kernel names ${heads.length}; compare one at a time`,
    );
  }
  const version = kernelFileVersion(base, cwd);
  const pack = { kernels: builtInKernels, path: 'kernels/' };
  const label = kernelFiles.join(', ');
  return {
    base: { ...pack, side: version.side },
    head: { ...pack, side: { label, kind: 'file', commit: null, dirty: false } },
    files: await Promise.all(heads.map(async (head) => ({ head, base: await baseOf(head, version) }))),
  };
}

/** A base that cannot be read as a kernel is no mistake of this call, unless it was named as a file. */
async function baseOf(head: KernelFile, { side, load }: KernelFileVersion): Promise<BaseKernel> {
  try {
    const loaded = await load(head);
    return loaded === null ? { kind: 'absent' } : { kind: 'loaded', loaded };
  } catch (error) {
    if (!(error instanceof UsageError) || side.kind === 'file') throw error;
    return { kind: 'broken', message: error.message };
  }
}
