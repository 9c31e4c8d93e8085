/**
 * A Chromium to drive: the one that is installed, else the one inside the optional package @sparticuz/chromium, unpacked once
 * into the cache folder together with the system libraries and the fonts that a bare machine lacks.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { packageFolder } from './bundled-swiftshader.ts';
import { cacheEntry, type CacheFile } from './cache.ts';
import { readTar } from './tar.ts';

/** Chromium stands for Chrome and Edge too. */
export type BrowserKind = 'chromium' | 'firefox';

export interface FoundBrowser {
  readonly ok: true;
  readonly kind: BrowserKind;
  readonly path: string;
  /** What it needs to start headless here; what a page needs (WebGPU) is its caller's business. */
  readonly args: readonly string[];
  /** The whole environment to start it with. */
  readonly env: Readonly<Record<string, string>>;
  readonly source: 'named' | 'installed' | 'bundled';
}

export type Browser =
  | FoundBrowser
  /** named: what was named is no browser. missing: there is none. */
  | { readonly ok: false; readonly reason: 'named' | 'missing'; readonly message: string };

/** Programs on PATH, and where browsers are installed that are on none. */
const installedNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const installedPaths: Paths = {
  linux: ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium'],
  darwin: ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ['Program Files', 'Program Files (x86)'].flatMap((folder) => [
    `C:\\${folder}\\Google\\Chrome\\Application\\chrome.exe`,
    `C:\\${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ]),
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(names: readonly string[], path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

type Paths = Readonly<Record<string, readonly string[]>>;

const installed = (names: readonly string[], paths: Paths, env: NodeJS.ProcessEnv): string | null =>
  onPath(names, env['PATH'] ?? '') ?? paths[process.platform]?.find(isExecutable) ?? null;

function environment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The sandbox needs a user that is not root, and small containers have next to no /dev/shm. */
function startArguments(): readonly string[] {
  return ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
}

const archives = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'] as const;

/** What must be there for an unpacked browser to count as whole. */
const unpackedFiles = [
  'chromium',
  'libvk_swiftshader.so',
  'lib/libnss3.so',
  'fonts/Open_Sans/OpenSans-Regular.ttf',
];

function unpack(read: (archive: (typeof archives)[number]) => Uint8Array): readonly CacheFile[] {
  const tarred = (['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'] as const).flatMap((archive) =>
    readTar(brotliDecompressSync(read(archive))),
  );
  return [
    { path: 'chromium', data: brotliDecompressSync(read('chromium.br')) },
    // The archive's own fonts.conf names folders of another system.
    ...tarred
      .filter((file) => file.name !== 'fonts.conf')
      .map((file) => ({ path: file.name, data: file.data })),
    { path: 'fonts.conf', data: new TextEncoder().encode(fontsConfiguration) },
  ];
}

/** `prefix="relative"`: beside this file. The system's own folders come along where there are any. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

function bundledBrowser(env: NodeJS.ProcessEnv, cache: string | undefined): Browser {
  const platform = `${process.platform}-${process.arch}`;
  const folder = platform === 'linux-x64' ? packageFolder() : null;
  if (folder === null) {
    const why =
      platform === 'linux-x64'
        ? 'the optional package @sparticuz/chromium is not installed'
        : `the bundled one is for linux-x64, and this is ${platform}`;
    return {
      ok: false,
      reason: 'missing',
      message: `no Chromium, Chrome or Edge is installed and ${why}: install a browser or set ATTNBENCH_BROWSER to one`,
    };
  }
  const read = (archive: string): Uint8Array => readFileSync(join(folder, 'bin', archive));
  try {
    const hash = createHash('sha256').update(read('chromium.br')).digest('hex').slice(0, 12);
    const entry = cacheEntry(`chromium-${hash}`, unpackedFiles, () => unpack(read), cache);
    if (!entry.ok)
      return { ok: false, reason: 'missing', message: `Chromium could not be unpacked: ${entry.message}` };
    const libraries = [join(entry.folder, 'lib'), env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
    return {
      ok: true,
      kind: 'chromium',
      path: join(entry.folder, 'chromium'),
      args: [...startArguments(), '--font-render-hinting=none'],
      env: {
        ...environment(env),
        LD_LIBRARY_PATH: libraries,
        FONTCONFIG_FILE: join(entry.folder, 'fonts.conf'),
      },
      source: 'bundled',
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      reason: 'missing',
      message: `@sparticuz/chromium is damaged (${why}); reinstall it with npm ci`,
    };
  }
}

export interface BrowserSearch {
  /** This one and no other. Default: ATTNBENCH_BROWSER, where it is set. */
  readonly named?: string;
  /** Which of the others is better. Default: installed. */
  readonly prefer?: 'installed' | 'bundled';
  readonly env?: NodeJS.ProcessEnv;
  readonly cache?: string;
}

/** The browser named, else one that is installed (Chromium, Chrome, Edge) or the bundled one. */
export function findBrowser({
  named,
  prefer = 'installed',
  env = process.env,
  cache,
}: BrowserSearch = {}): Browser {
  const variable = env['ATTNBENCH_BROWSER'];
  const given = (path: string, source: 'named' | 'installed'): Browser => ({
    ok: true,
    kind: 'chromium',
    path,
    args: startArguments(),
    env: environment(env),
    source,
  });
  const path = named ?? variable;
  if (path !== undefined && path !== '') {
    if (isExecutable(path)) return given(path, 'named');
    const where = named === undefined ? 'ATTNBENCH_BROWSER' : '--browser';
    return { ok: false, reason: 'named', message: `${where} is '${path}', which is not an executable file` };
  }
  const bundled = prefer === 'bundled' ? bundledBrowser(env, cache) : null;
  if (bundled?.ok === true) return bundled;
  const found = installed(installedNames, installedPaths, env);
  if (found !== null) return given(found, 'installed');
  return bundled ?? bundledBrowser(env, cache);
}

const firefoxNames = ['firefox', 'firefox-esr'];
const firefoxPaths: Paths = {
  linux: ['/snap/bin/firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
};

/** The Deno that is installed. */
export const findDeno = (env: NodeJS.ProcessEnv = process.env): string | null =>
  onPath(['deno'], env['PATH'] ?? '');

/** The Firefox named, else one that is installed; none is bundled. */
export function findFirefox({ named, env = process.env }: BrowserSearch = {}): Browser {
  if (named !== undefined && !isExecutable(named)) {
    return {
      ok: false,
      reason: 'named',
      message: `--browser is '${named}', which is not an executable file`,
    };
  }
  const path = named ?? installed(firefoxNames, firefoxPaths, env);
  if (path === null) {
    return {
      ok: false,
      reason: 'missing',
      message: 'no Firefox is installed: install one, or name it with --browser',
    };
  }
  const source = named === undefined ? 'installed' : 'named';
  return { ok: true, kind: 'firefox', path, args: [], env: environment(env), source };
}
