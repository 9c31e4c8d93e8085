/** Bundles a page: a browser module with all it imports, and the kernels of given folders, each loaded when it is asked for. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { kernelIds } from './kernel-folders.ts';

export interface PageFile {
  /** Its media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** By path from where the page is put, without a leading slash. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export interface PageBundleOptions {
  /** The page's module: `app.ts` becomes `app.js`. Styles that it imports become `app.css`. */
  readonly entry: URL;
  /** By the name of the folder that the page finds them in: folders of kernels. */
  readonly packs: Readonly<Record<string, URL>>;
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  wgsl: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** The media type of a file by the ending of its name. */
export const typeOf = (path: string): string =>
  types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** What kernels of a folder read while they run, as paths with `/`, sorted. */
export function packFiles(root: URL): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.wgsl') || /^[^/]+\/tuning\/[^/]+\.json$/.test(name))
    .filter((name) => !name.split('/').includes('node_modules'))
    .sort();
}

/** The module that stands for page/bundled-packs.ts. */
function packsModule(packs: PageBundleOptions['packs']): string {
  const entries = Object.entries(packs).map(([name, root]) => {
    const kernels = kernelIds(root).map((id) => {
      const module = fileURLToPath(new URL(`${id}/kernel.ts`, root));
      return `${JSON.stringify(id)}: () => import(${JSON.stringify(module)})`;
    });
    return `${JSON.stringify(name)}: { kernels: { ${kernels.join(', ')} }, files: ${JSON.stringify(packFiles(root))} }`;
  });
  return `export const packs = { ${entries.join(', ')} };`;
}

const place = fileURLToPath(new URL('page/bundled-packs.ts', import.meta.url));
const harness = fileURLToPath(new URL('../', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));

/** Puts the kernels of these folders into what is bundled. */
export function packsPlugin(packs: PageBundleOptions['packs']): Plugin {
  return {
    name: 'bundled-packs',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]bundled-packs\.ts$/ }, ({ path }) =>
        path === place ? { contents: packsModule(packs), loader: 'js', resolveDir: folder } : null,
      );
    },
  };
}

/** WGSL of the harness's own, in the folders of its modules. esbuild names these from the current folder. */
function besideModules(inputs: readonly string[]): readonly string[] {
  const folders = new Set(inputs.map((path) => dirname(resolve(path))));
  return [...folders]
    .filter((path) => path.startsWith(harness))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .filter((path) => path.endsWith('.wgsl'));
}

/** The files of a page. Whatever a page cannot have, such as a module of Node, is an error of the bundler. */
export async function bundlePage({ entry, packs }: PageBundleOptions): Promise<PageFiles> {
  const outdir = join(folder, 'bundle');
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    outdir,
    // All in one folder: a module finds its own files there, whichever chunk it is in.
    chunkNames: '[name]-[hash]',
    metafile: true,
    plugins: [packsPlugin(packs)],
    logLevel: 'silent',
  });
  const files = new Map<string, PageFile>();
  const add = (path: string, bytes: Uint8Array): void => {
    files.set(path, { type: typeOf(path), bytes });
  };
  for (const file of besideModules(Object.keys(metafile.inputs))) add(basename(file), readFileSync(file));
  for (const { path, contents } of outputFiles) add(relative(outdir, path).replaceAll('\\', '/'), contents);
  for (const [name, root] of Object.entries(packs)) {
    for (const file of packFiles(root)) add(`${name}/${file}`, readFileSync(new URL(file, root)));
  }
  return files;
}
