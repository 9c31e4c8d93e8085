/** What is asked of git: facts of a repository, and files of a revision. No checkout is touched. */
import { spawnSync } from 'node:child_process';
import { UsageError } from '../errors.ts';

export type GitAnswer =
  | { readonly kind: 'done'; readonly bytes: Buffer; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string };

/** The largest archive that is read: far above what text files come to. */
const mostBytes = 512 * 2 ** 20;

/** Runs git in a folder. Throws UsageError where git itself is missing. */
export function git(folder: string, ...words: readonly string[]): GitAnswer {
  const { error, status, stdout, stderr } = spawnSync('git', ['-C', folder, ...words], {
    maxBuffer: mostBytes,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    const missing = 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      missing
        ? 'git is not installed, and it is what reads a revision; install it, or name a folder instead'
        : `git could not be run: ${error.message}`,
    );
  }
  if (status === 0) return { kind: 'done', bytes: stdout, text: stdout.toString('utf8').trim() };
  const [first] = stderr.toString('utf8').trim().split('\n');
  return { kind: 'refused', message: first.replace(/^(fatal|error): /, '') };
}

/** git's answer as text; null where it refuses, or is not installed. */
export function gitText(folder: string, ...words: readonly string[]): string | null {
  try {
    const answer = git(folder, ...words);
    return answer.kind === 'done' ? answer.text : null;
  } catch {
    return null;
  }
}
