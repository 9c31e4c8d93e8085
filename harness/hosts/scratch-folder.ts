/** A folder that a process writes what it likes to, and that is gone with it. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ScratchFolder {
  readonly path: string;
  remove(): void;
  /** Removes it when the process has ended, and if this process ends first. */
  removeAfter(child: ChildProcess): void;
}

export function scratchFolder(purpose: string): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), `attnbench-${purpose}-`));
  const remove = (): void => {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A child of the process still writes to it: two megabytes stay behind.
    }
  };
  return {
    path,
    remove,
    removeAfter(child) {
      process.once('exit', remove);
      child.once('close', () => {
        process.off('exit', remove);
        remove();
      });
    },
  };
}
