/** Where runs that pages send are kept: each in a new folder, whole or not at all. Names are made here, never taken from a run. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsFile } from '../../harness/hosts/run-folder.ts';
import { makeFolder } from '../../harness/hosts/make-folder.ts';
import { writeFailure } from '../../harness/write-failure.ts';
import type { IntakeLimits } from './limits.ts';

const prefix = 'page-';
const partialPrefix = '.arriving-';

export type Kept =
  | { readonly kind: 'kept'; readonly folder: string }
  | { readonly kind: 'full' | 'failed'; readonly message: string };

/** `page-2026-01-02-030405-1a2b3c4d`: when it came, and what no other has. */
function freshName(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/:/g, '').replace('T', '-');
  return `${prefix}${stamp}-${randomUUID().slice(0, 8)}`;
}

/** Where its folder is none, there is nothing to remove; the first error is the one to tell. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Nothing of it is in the way of another run.
  }
}

export class Arrivals {
  private readonly folder: string;
  private readonly limits: Pick<IntakeLimits, 'folders' | 'diskBytes'>;
  private bytes: number;
  private folders: number;

  /** Throws UsageError or EnvironmentError where the folder cannot be written. */
  constructor(folder: string, limits: Pick<IntakeLimits, 'folders' | 'diskBytes'>) {
    this.folder = folder;
    this.limits = limits;
    const probe = join(folder, `${partialPrefix}${randomUUID()}`);
    try {
      makeFolder(folder);
      mkdirSync(probe);
      rmSync(probe, { recursive: true });
    } catch (error) {
      throw writeFailure(`${folder} cannot be written`, error);
    }
    const earlier = readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => recordsFile(join(folder, name)))
      .filter((file) => existsSync(file));
    this.folders = earlier.length;
    this.bytes = earlier.reduce((total, file) => total + statSync(file).size, 0);
  }

  /** Writes the text of a records.jsonl into a folder of its own. */
  keep(text: string): Kept {
    const { folder, limits } = this;
    const size = Buffer.byteLength(text);
    if (this.folders >= limits.folders || this.bytes + size > limits.diskBytes) {
      return {
        kind: 'full',
        message: `the serving machine keeps no more runs of pages in this folder; move some out of it and send again`,
      };
    }
    const partial = join(folder, `${partialPrefix}${randomUUID()}`);
    const kept = join(folder, freshName(new Date()));
    try {
      makeFolder(folder);
      mkdirSync(partial);
      writeFileSync(recordsFile(partial), text, { flag: 'wx', flush: true });
      renameSync(partial, kept);
    } catch (error) {
      removeIfThere(partial);
      const { message } = writeFailure('the run could not be written on the serving machine', error);
      return { kind: 'failed', message };
    }
    this.folders += 1;
    this.bytes += size;
    return { kind: 'kept', folder: kept };
  }
}
