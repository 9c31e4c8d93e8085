/**
 * A pack: a folder of kernels with the contract and the shared files that they were written against. `compare` loads two of them into
 * one process: from a git revision, a folder, or an installed or packed version. Nothing is built and no checkout is touched.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { Side } from '../gate/comparison.ts';
import { didYouMean } from '../nearest.ts';
import type { CacheFile } from './cache.ts';
import { cacheEntry } from './cache.ts';
import { git, gitText } from './git.ts';
import { builtInKernels, folderUrl } from './kernel-folders.ts';
import { readTar } from './tar.ts';

export interface KernelPack {
  readonly side: Side;
  /** The folder with contract.ts, lib/ and one folder a kernel. */
  readonly kernels: URL;
  /** The same folder as the repository names it: `kernels/`. */
  readonly path: string;
}

/** What every pack has: without it a folder is something else. */
const mark = 'contract.ts';
const packageSchema = z.object({ type: z.literal('module') });
const installedWord = 'npm:';

/** The kernels of a folder: its `kernels/`, or the folder itself; null where neither is a pack. */
function kernelsIn(folder: string): string | null {
  return [join(folder, 'kernels'), folder].find((root) => existsSync(join(root, mark))) ?? null;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * The pack that a word means: a folder where there is one of that name, `npm:<package>@<version>` or a packed .tgz for an installed
 * version, else a git revision in the repository that `near` lies in. Throws UsageError with a sentence.
 */
export function openPack(word: string, near: string): KernelPack {
  if (word === '' || word.startsWith('-')) {
    throw new UsageError(`'${word}' is no folder, revision or installed version`);
  }
  if (word.startsWith(installedWord)) return publishedPack(word);
  const path = resolve(near, word);
  if (isFolder(path)) return folderPack(word, path);
  if (/\.t(ar\.)?gz$/.test(word) && existsSync(path)) return archivePack(word, readFileSync(path));
  return revisionPack(word, near);
}

/** The kernels that came with this attnbench. */
export const ownPack = (): KernelPack => folderPack('.', fileURLToPath(new URL('..', builtInKernels)));

/** Where nothing is named: the kernels of the folder that the command runs in, else this attnbench's own. */
export const currentPack = (folder: string): KernelPack =>
  kernelsIn(folder) === null ? ownPack() : folderPack('.', folder);

/** The folder that revisions are looked up from: where the pack lies in a repository, else `otherwise`. */
export function repositoryOf(pack: KernelPack, otherwise: string): string {
  const folder = fileURLToPath(pack.kernels);
  return gitText(folder, 'rev-parse', '--is-inside-work-tree') === 'true' ? join(folder, '..') : otherwise;
}

function folderPack(word: string, path: string): KernelPack {
  const kernels = kernelsIn(path);
  if (kernels === null) {
    throw new UsageError(
      `${word} holds no kernels: there is no kernels/${mark} in it; name an attnbench checkout or its kernels folder`,
    );
  }
  const installed = kernels.split(/[/\\]/).includes('node_modules');
  const commit = installed ? null : gitText(kernels, 'rev-parse', '--verify', '--quiet', 'HEAD');
  const changed = commit === null ? null : gitText(kernels, 'status', '--porcelain', '--', '.');
  // A repository that merely contains an ignored copy knows nothing of it.
  const tracked =
    commit !== null && gitText(kernels, 'ls-files', '--error-unmatch', '--', mark) !== null ? commit : null;
  return {
    side: {
      label: word,
      kind: installed ? 'installed' : 'folder',
      commit: tracked,
      dirty: tracked !== null && changed !== '',
    },
    kernels: isInModulePackage(kernels) ? folderUrl(kernels) : copied(kernels, word),
    path: tracked === null ? 'kernels/' : (gitText(kernels, 'rev-parse', '--show-prefix') ?? 'kernels/'),
  };
}

function isModulePackage(text: string): boolean {
  try {
    return packageSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** Whether Node takes files in a folder for ES modules: by the nearest package.json above them. */
function isInModulePackage(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return isModulePackage(readFileSync(file, 'utf8'));
  const above = dirname(folder);
  return above !== folder && isInModulePackage(above);
}

/** A folder that says nothing of modules, as it is now, in a place that does. */
function copied(kernels: string, word: string): URL {
  const files = readdirSync(kernels, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(kernels, name)).isFile())
    .sort()
    .map((name) => ({ path: join('kernels', name), data: readFileSync(join(kernels, name)) }));
  const hash = createHash('sha256');
  for (const { path, data } of files) hash.update(`${path}\0${data.length}\0`).update(data);
  return unpacked(hash.digest('hex'), word, () => files);
}

/** Files as a pack in the cache folder. Throws UsageError where they are none, EnvironmentError where nothing can be written. */
function unpacked(key: string, word: string, read: () => readonly CacheFile[]): URL {
  const paths = [`kernels/${mark}`];
  let mistake: UsageError | null = null;
  const make = (): readonly CacheFile[] => {
    try {
      const files = read().filter(({ path }) => path.startsWith('kernels/'));
      if (files.some(({ path }) => path === paths[0])) {
        return [...files, { path: 'package.json', data: Buffer.from('{"type":"module"}\n') }];
      }
      throw new UsageError(`${word} holds no kernels: there is no ${paths[0]} in it`);
    } catch (error) {
      if (error instanceof UsageError) mistake = error;
      throw error;
    }
  };
  const entry = cacheEntry(`pack-${key}`, paths, make);
  // What is wrong with the files is no fault of the cache folder.
  if (mistake !== null) throw mistake;
  if (!entry.ok) throw new EnvironmentError(`the kernels of ${word} cannot be unpacked: ${entry.message}`);
  return folderUrl(join(entry.folder, 'kernels'));
}

function revisionPack(word: string, near: string): KernelPack {
  const commit = git(near, 'rev-parse', '--verify', '--quiet', `${word}^{commit}`);
  if (commit.kind === 'refused') throw new UsageError(unknownRevision(word, near));
  // Where the kernels stand: the top of the repository, or wherever the checkout lies in it.
  const prefix = kernelsPrefix(near);
  const tree = gitText(near, 'rev-parse', '--verify', '--quiet', `${commit.text}:${prefix}kernels`);
  if (tree === null)
    throw new UsageError(`revision '${word}' has no ${prefix}kernels folder to compare with`);
  const kernels = unpacked(tree, `revision '${word}'`, () => {
    // In a folder below the top git would look for that folder inside the tree.
    const top = gitText(near, 'rev-parse', '--show-toplevel') ?? near;
    const archive = git(top, 'archive', '--format=tar', '--prefix=kernels/', tree);
    if (archive.kind === 'refused') {
      throw new UsageError(`git does not give the kernels of revision '${word}': ${archive.message}`);
    }
    return readTar(archive.bytes).map(({ name, data }) => ({ path: name, data }));
  });
  return {
    side: { label: word, kind: 'revision', commit: commit.text, dirty: false },
    kernels,
    path: `${prefix}kernels/`,
  };
}

/** The folder of the repository that `kernels/` stands in: the one asked from where it has one, else the repository's top. */
function kernelsPrefix(near: string): string {
  return kernelsIn(near) === join(near, 'kernels') ? (gitText(near, 'rev-parse', '--show-prefix') ?? '') : '';
}

/** What to say of a word that is neither a folder nor a revision. */
export function unknownRevision(word: string, near: string): string {
  if (gitText(near, 'rev-parse', '--git-dir') === null) {
    return `'${word}' is no folder, and ${near} lies in no git repository that could know it as a revision`;
  }
  const names = gitText(
    near,
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  );
  const shallow = gitText(near, 'rev-parse', '--is-shallow-repository') === 'true';
  const hint = didYouMean(word, (names ?? '').split('\n'));
  return `'${word}' is no folder, and git knows no such revision${
    hint ||
    (shallow
      ? '; this clone is shallow: get the revision with git fetch --depth=1 origin <revision> (fetch-depth: 0 in actions/checkout)'
      : '; git branch --all and git tag list those there are')
  }`;
}

function archivePack(word: string, data: Buffer): KernelPack {
  const hash = createHash('sha256').update(data).digest('hex');
  const kernels = unpacked(hash, word, () => {
    try {
      // What npm packs lies in one folder, `package/`.
      return readTar(gunzipSync(data)).map((file) => ({
        path: file.name.replace(/^[^/]+\//, ''),
        data: file.data,
      }));
    } catch (error) {
      throw new UsageError(`${word} is no packed version of attnbench: ${messageOf(error)}`);
    }
  });
  return { side: { label: word, kind: 'installed', commit: null, dirty: false }, kernels, path: 'kernels/' };
}

/** A published version, fetched by npm as it is set up on this machine. Kernels need none of its dependencies. */
function publishedPack(word: string): KernelPack {
  const name = word.slice(installedWord.length);
  if (!/^(@[\w.-]+\/)?[\w.-]+@[\w.+-]+$/.test(name)) {
    throw new UsageError(
      `'${word}' names no version; write npm:attnbench@1.2.3, or a folder in node_modules`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'attnbench-npm-'));
  try {
    execFileSync('npm', ['pack', name, '--silent', '--ignore-scripts', '--pack-destination', folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [file] = readdirSync(folder);
    return archivePack(word, readFileSync(join(folder, file)));
  } catch (error) {
    if (error instanceof UsageError || error instanceof EnvironmentError) throw error;
    throw new UsageError(`npm does not give ${name}: ${firstLine(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function firstLine(error: unknown): string {
  const said =
    error instanceof Error && 'stderr' in error && error.stderr instanceof Uint8Array
      ? Buffer.from(error.stderr).toString('utf8')
      : messageOf(error);
  return (
    said
      .trim()
      .split('\n')[0]
      .replace(/^npm (error|ERR!) /, '') || 'it gave no reason'
  );
}
