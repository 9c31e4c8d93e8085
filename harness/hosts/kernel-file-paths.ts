/** Where the files of brought kernels are, as a run folder records it: from the folder, so that both may move together. */
import { join, relative, resolve, sep } from 'node:path';
import type { RunHeader } from '../record.ts';
import type { KernelFile } from './kernel-files.ts';

type KernelFiles = NonNullable<RunHeader['kernelFiles']>;

const fromFolder = (folder: string, path: string): string =>
  relative(resolve(folder), path).split(sep).join('/');

/** The files, as a run in `folder` records them. */
export const filesFrom = (files: readonly KernelFile[], folder: string): KernelFiles =>
  Object.fromEntries(files.map(({ id, source }) => [id, fromFolder(folder, resolve(source.path))]));

/** A recorded file as a path that can be opened from here. */
export const resolvedIn = (folder: string, file: string): string => relative('', join(resolve(folder), file));

/** What a run in one folder recorded, for a run in another. */
export const movedFiles = (files: KernelFiles, from: string, to: string): KernelFiles =>
  Object.fromEntries(
    Object.entries(files).map(([id, file]) => [id, fromFolder(to, join(resolve(from), file))]),
  );
