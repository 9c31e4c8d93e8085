/** The folder where files derived from packages are kept between runs. */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

export interface CacheFile {
  /** Relative to the entry's folder. */
  readonly path: string;
  readonly data: Uint8Array;
}

export type CacheEntry =
  { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly message: string };

const abandonedAfterMs = 3_600_000;

/** ATTNBENCH_CACHE, else the user's cache folder. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env['ATTNBENCH_CACHE']) return env['ATTNBENCH_CACHE'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'attnbench');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A folder under the system's temporary one that nobody else can have prepared: libraries are loaded from it, so one that
 * another user owns or may write to is not taken.
 */
function privateTemporaryRoot(): string {
  const user = process.getuid?.() ?? 0;
  const shared = join(tmpdir(), `attnbench-${user}`);
  try {
    makeFolder(shared, 0o700);
    const found = lstatSync(shared);
    if (found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0) return shared;
  } catch {
    // Somebody's file is in the way: a fresh folder serves as well, for this run only.
  }
  return mkdtempSync(join(tmpdir(), 'attnbench-'));
}

function isComplete(folder: string, paths: readonly string[]): boolean {
  return paths.every((path) => existsSync(join(folder, path)));
}

/** What killed processes left half written. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (!name.endsWith('.partial')) continue;
    if (Date.now() - statSync(path).mtimeMs > abandonedAfterMs)
      rmSync(path, { recursive: true, force: true });
  }
}

function fill(root: string, key: string, paths: readonly string[], make: () => readonly CacheFile[]): string {
  const folder = join(root, key);
  if (isComplete(folder, paths)) return folder;
  makeFolder(root);
  removeAbandoned(root);
  const partial = join(root, `${key}.${randomUUID()}.partial`);
  try {
    for (const file of make()) {
      const path = join(partial, file.path);
      makeFolder(dirname(path));
      writeFileSync(path, file.data, { mode: 0o755 });
    }
    // A folder that lost a file (a cleaner of old files) is in the way of the rename.
    if (existsSync(folder) && !isComplete(folder, paths)) rmSync(folder, { recursive: true, force: true });
    try {
      renameSync(partial, folder);
    } catch (error) {
      // Another process was first: its folder is as good as ours.
      if (!isComplete(folder, paths)) throw error;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/**
 * The folder `key` with the files `paths`, made by `make` the first time. It appears by one rename, so that processes that
 * start together or are killed midway never see half of it. Where the cache folder cannot be written, a temporary one serves.
 */
export function cacheEntry(
  key: string,
  paths: readonly string[],
  make: () => readonly CacheFile[],
  root: string = cacheRoot(),
): CacheEntry {
  try {
    return { ok: true, folder: fill(root, key, paths, make) };
  } catch (first) {
    try {
      return { ok: true, folder: fill(privateTemporaryRoot(), key, paths, make) };
    } catch (second) {
      return {
        ok: false,
        message: `neither ${root} (${reason(first)}) nor ${tmpdir()} (${reason(second)}) can be written; set ATTNBENCH_CACHE to a folder that can`,
      };
    }
  }
}
