/** An installed attnbench: a folder with its own packages, whose command line is run as it is. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import type { Side } from '../gate/comparison.ts';
import { cacheRoot } from './cache.ts';
import { toolFacts } from './environment.ts';
import { makeFolder } from './make-folder.ts';

export interface Install {
  readonly side: Side;
  /** What node runs. */
  readonly launcher: string;
}

/** Where the attnbench that is running is installed. */
const projectRoot = new URL('../../', import.meta.url);

const launcherOf = (folder: string): string => join(folder, 'bin', 'attnbench.mjs');

/**
 * The install that a word means: a checkout with its packages, an installed package, or a version that npm installs (a .tgz, or
 * `npm:attnbench@1.2.3`). Throws UsageError with a sentence.
 */
export function openInstall(word: string, near: string): Install {
  const folder = resolve(near, word);
  if (existsSync(launcherOf(folder))) return installIn(folder, word);
  const isArchive = word.endsWith('.tgz') && existsSync(folder);
  if (isArchive || word.startsWith('npm:')) {
    const wanted = isArchive ? folder : word.slice('npm:'.length);
    return installIn(installed(wanted, isArchive ? readFileSync(folder) : wanted), word);
  }
  throw new UsageError(
    `${word} is no installed attnbench: there is no bin/attnbench.mjs in it; name a checkout in which npm ci was run, a packed .tgz, or npm:attnbench@1.2.3`,
  );
}

/** The one that is running. */
export const thisInstall = (): Install => installIn(fileURLToPath(projectRoot), 'this attnbench');

function installIn(folder: string, word: string): Install {
  const { version, commit } = toolFacts(folder);
  return {
    side: {
      label: `${word} (${version})`,
      kind: 'installed',
      commit: commit?.replace(/-dirty$/, '') ?? null,
      dirty: commit?.endsWith('-dirty') === true,
    },
    launcher: launcherOf(folder),
  };
}

/** npm installs it once, with the packages it asks for. */
function installed(wanted: string, identity: string | Buffer): string {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const root = join(cacheRoot(), `install-${hash}`);
  const folder = join(root, 'node_modules', 'attnbench');
  if (existsSync(launcherOf(folder))) return folder;
  try {
    makeFolder(root);
    execFileSync('npm', ['install', '--prefix', root, '--no-save', '--no-audit', '--no-fund', wanted], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    throw new UsageError(`npm does not install ${wanted}: ${said}`);
  }
  if (!existsSync(launcherOf(folder))) throw new UsageError(`${wanted} is no package of attnbench`);
  return folder;
}
