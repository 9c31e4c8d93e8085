/**
 * `npm run bundle`: one archive that runs attnbench on a Linux x64 machine without network, npm or Node. The same sources and
 * packages give the same bytes.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolFacts } from '../harness/hosts/environment.ts';
import { formatBytes } from '../harness/format.ts';
import { bundledPaths, runtimePackages } from './bundle/contents.ts';
import { makeFolder } from '../harness/hosts/make-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const largestBytes = 60e6;

/** Newer than what some systems with a GPU have; the launcher takes them only where the system's own are older. */
const systemLibraries = ['libstdc++.so.6', 'libgcc_s.so.1'];
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'];

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

function systemLibrary(name: string): string {
  const file = libraryFolders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`this machine has no ${name} to put into the bundle`);
  return realpathSync(file);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.trim()}`);
}

function put(from: string, to: string): void {
  makeFolder(dirname(to));
  copyFileSync(from, to);
}

/** Packs everything into `folder`. `preset`: how hard xz tries, 0 to 9. Throws an Error with a sentence. */
export function makeBundle(folder: string, preset = 6): Bundle {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the bundle is made on linux-x64, and this is ${process.platform}-${process.arch}`);
  }
  const { version, commit } = toolFacts();
  const name = `attnbench-${version}-linux-x64`;
  const staging = mkdtempSync(join(tmpdir(), 'attnbench-bundle-'));
  try {
    const top = join(staging, name);
    for (const path of bundledPaths(root)) put(join(root, path), join(top, 'app', path));
    // Outside git the commit is known from here, by npm's own name for it.
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const stamped = typeof manifest === 'object' ? { ...manifest, gitHead: commit } : manifest;
    writeFileSync(join(top, 'app', 'package.json'), `${JSON.stringify(stamped, null, 2)}\n`);
    put(process.execPath, join(top, 'bin', 'node'));
    for (const library of systemLibraries) put(systemLibrary(library), join(top, 'lib', library));
    put(join(root, 'scripts', 'bundle', 'launcher.sh'), join(top, 'attnbench'));
    chmodSync(join(top, 'attnbench'), 0o755);
    chmodSync(join(top, 'bin', 'node'), 0o755);
    makeFolder(folder);
    const tar = join(staging, 'bundle.tar');
    const same = [
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u+rw,go=rX',
    ];
    run('tar', ['--create', ...same, '--format=ustar', '--file', tar, '--directory', staging, name]);
    // One thread: several would cut the file by their number, and give other bytes.
    run('xz', ['--threads=1', `-${preset}`, tar]);
    const file = join(folder, `${name}.tar.xz`);
    copyFileSync(`${tar}.xz`, file);
    return { file, bytes: statSync(file).size };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { file, bytes } = makeBundle(join(root, 'dist'));
  console.log(`${file}: ${formatBytes(bytes)}`);
  console.log(`Node ${process.version}, ${runtimePackages(root).join(', ')}`);
  if (bytes > largestBytes) {
    console.error(
      `it is larger than ${formatBytes(largestBytes)}: see what scripts/bundle/contents.ts leaves out`,
    );
    process.exitCode = 1;
  }
}
