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

export type Browser =
  | {
      readonly ok: true;
      readonly path: string;
      /** What it needs to start headless here; what a page needs (WebGPU) is its caller's business. */
      readonly args: readonly string[];
      /** The whole environment to start it with. */
      readonly env: Readonly<Record<string, string>>;
      readonly source: 'named' | 'installed' | 'bundled';
    }
  | { readonly ok: false; readonly message: string };

const installedNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function installedBrowser(path: string): string | null {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  for (const name of installedNames) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

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
      message: `no Chromium, Chrome or Edge on PATH and ${why}: install a browser or set ATTNBENCH_BROWSER to one`,
    };
  }
  const read = (archive: string): Uint8Array => readFileSync(join(folder, 'bin', archive));
  try {
    const hash = createHash('sha256').update(read('chromium.br')).digest('hex').slice(0, 12);
    const entry = cacheEntry(`chromium-${hash}`, unpackedFiles, () => unpack(read), cache);
    if (!entry.ok) return { ok: false, message: `Chromium could not be unpacked: ${entry.message}` };
    const libraries = [join(entry.folder, 'lib'), env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
    return {
      ok: true,
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
    return { ok: false, message: `@sparticuz/chromium is damaged (${why}); reinstall it with npm ci` };
  }
}

/** ATTNBENCH_BROWSER if set, else a Chromium, Chrome or Edge on PATH, else the bundled one. */
export function findBrowser(
  options: { readonly env?: NodeJS.ProcessEnv; readonly cache?: string } = {},
): Browser {
  const env = options.env ?? process.env;
  const named = env['ATTNBENCH_BROWSER'];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) {
      return { ok: false, message: `ATTNBENCH_BROWSER is '${named}', which is not an executable file` };
    }
    return { ok: true, path: named, args: startArguments(), env: environment(env), source: 'named' };
  }
  const installed = installedBrowser(env['PATH'] ?? '');
  if (installed !== null) {
    return {
      ok: true,
      path: installed,
      args: startArguments(),
      env: environment(env),
      source: 'installed',
    };
  }
  return bundledBrowser(env, options.cache);
}
