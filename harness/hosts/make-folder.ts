/** Folders, made one by one: where a chain of them cannot be made, Node's own `recursive` may never come back (below /proc). */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Makes the folder and those above it that are missing. Throws what the system throws: `writeFailure` has the words. */
export function makeFolder(folder: string, mode?: number): void {
  const path = resolve(folder);
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const parent = dirname(path);
  if (!existsSync(parent)) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error;
  }
}
