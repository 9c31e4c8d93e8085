/** What goes into the bundle: the project's sources, and of each package it needs at run time the files that are read there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Folders and files of the project that a user's machine needs. */
const projectParts = ['bin', 'docs', 'harness', 'kernels', 'peers', 'reports', 'scripts', 'suites'];
const projectFiles = ['package.json', 'tsconfig.json', 'README.md'];

/** Not needed to run: tests, their helpers, pictures of the docs, the bundle itself, and libraries that a user adds. */
const leftOut =
  /\.(test|e2e)\.ts$|\.test\.ts\.snap$|(^|\/)(testing|__snapshots__|images|bundle)\/|^scripts\/(vitest|write-)|^peers\/node_modules\//;

/** A browser is nothing that the bundle can bring along. */
const withoutPackages = new Set(['puppeteer-core']);
/** Of this package only the software Vulkan driver and loader are used, so none of what it depends on. */
const driverPackage = '@sparticuz/chromium';

const unreadInPackages = /\.(d\.[cm]?ts|[cm]?ts|map|md|markdown)$/i;
const unreadByPackage: Readonly<Record<string, RegExp>> = {
  webgpu: /^(build\/|dist\/(?!linux-x64\/))/,
  // The binary itself is in @esbuild/linux-x64.
  esbuild: /^bin\//,
  [driverPackage]: /^bin\/(?!swiftshader)/,
  'chart.js': /\.umd\./,
};

const manifestSchema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const readManifest = (folder: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));

/** The files below a folder, as paths with `/`, sorted, links not followed. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The installed packages that the project needs at run time, by name, sorted. */
export function runtimePackages(root: string): readonly string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    const folder = join(root, 'node_modules', name);
    if (found.has(name) || withoutPackages.has(name) || !existsSync(folder)) return;
    found.add(name);
    if (name === driverPackage) return;
    const { dependencies, optionalDependencies } = readManifest(folder);
    Object.keys({ ...dependencies, ...optionalDependencies }).forEach(add);
  };
  const { dependencies, optionalDependencies } = readManifest(root);
  Object.keys({ ...dependencies, ...optionalDependencies }).forEach(add);
  return [...found].sort();
}

/** Paths below the project's root that the bundle's `app` folder holds, sorted. */
export function bundledPaths(root: string): readonly string[] {
  const project = projectParts
    .flatMap((part) => filesBelow(join(root, part)).map((file) => `${part}/${file}`))
    .filter((path) => !leftOut.test(path));
  const packages = runtimePackages(root).flatMap((name) =>
    filesBelow(join(root, 'node_modules', name))
      .filter((file) => !file.startsWith('node_modules/'))
      .filter((file) => !unreadInPackages.test(file) && unreadByPackage[name]?.test(file) !== true)
      .map((file) => `node_modules/${name}/${file}`),
  );
  return [...projectFiles, ...project, ...packages].sort();
}
