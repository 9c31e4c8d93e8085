/** Files that are there whole or not at all. */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** The file appears by one rename, in a folder that is made where it is missing. Throws what the system throws: `writeFailure` has the words. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    makeFolder(dirname(path));
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // Where its folder is none, there is nothing to remove; the first error is the one to tell.
    }
    throw error;
  }
}

/** Keeps a value as JSON where losing it costs time and nothing else. Says why it could not. */
export function keepJson(path: string, value: unknown): string | null {
  try {
    writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
