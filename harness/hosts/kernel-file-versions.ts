/** What a brought kernel is held against: another file, or the same file in a folder or a git revision. */
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Side } from '../gate/comparison.ts';
import { git, gitText } from './git.ts';
import type { KernelFile } from './kernel-files.ts';
import { findKernelFile, isKernelFile, loadKernelFile } from './kernel-files.ts';
import { unknownRevision } from './kernel-packs.ts';

export interface KernelFileVersion {
  readonly side: Side;
  /** Null where that version has no such file. Throws UsageError where it has one that cannot be read as a kernel. */
  readonly load: (file: KernelFile) => Promise<KernelFile | null>;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Throws UsageError where the word names nothing. */
export function kernelFileVersion(word: string, cwd: string): KernelFileVersion {
  if (isKernelFile(word)) {
    return {
      side: { label: word, kind: 'file', commit: null, dirty: false },
      load: () => loadKernelFile(resolve(cwd, word)),
    };
  }
  const folder = resolve(cwd, word);
  if (isFolder(folder)) {
    return {
      side: { label: word, kind: 'folder', commit: null, dirty: false },
      load: ({ source }) => findKernelFile(join(folder, relative(cwd, resolve(source.path)))),
    };
  }
  const commit = gitText(cwd, 'rev-parse', '--verify', '--quiet', `${word}^{commit}`);
  if (word.startsWith('-') || commit === null) throw new UsageError(unknownRevision(word, cwd));
  return {
    side: { label: word, kind: 'revision', commit, dirty: false },
    load: ({ source }) => findKernelFile(source.path, (path) => textIn(commit, resolve(path))),
  };
}

/** A file as a revision has it: of the repository that the file lies in. */
function textIn(commit: string, path: string): string | null {
  const folder = dirname(path);
  const answer = git(folder, 'show', `${commit}:./${relative(folder, path)}`);
  return answer.kind === 'done' ? answer.bytes.toString('utf8') : null;
}
