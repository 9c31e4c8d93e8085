/** Why a file could not be written, in words, and who can mend it. */
import { EnvironmentError, UsageError } from './errors.ts';

/** A folder that cannot be written is a mistake in the call; a full disk is the machine's. */
const folderReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  // Node's answer where a chain of folders begins in one that takes no new folder.
  ENOENT: 'its folder cannot be made there',
  ENOTDIR: 'a file stands where a folder is needed',
  EEXIST: 'a file stands where a folder is needed',
  EISDIR: 'a folder stands where a file is needed',
};
const diskReasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/**
 * The system's error as one of ours. `what` is what could not be done, such as `runs/x cannot be written`; `instead` is what to do
 * where another place would serve.
 */
export function writeFailure(
  what: string,
  cause: unknown,
  instead = 'name another folder with --out',
): UsageError | EnvironmentError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const folder = folderReasons[code];
  if (folder !== undefined) {
    return new UsageError(`${what}: ${folder}; ${instead}`, { cause });
  }
  const why = diskReasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new EnvironmentError(`${what}: ${why}; make room or ${instead}`, { cause });
}
