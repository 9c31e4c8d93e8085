/** Suites are found by file name: suites/<name>.ts with a default export. Nothing is registered anywhere. */
import { readdirSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { unknownWord } from '../nearest.ts';
import type { Suite } from '../sweep.ts';

/** The suites that come with attnbench. */
export const builtInSuites = new URL('../../suites/', import.meta.url);

/** Names of the suites in a folder, sorted. */
export function suiteNames(root: URL = builtInSuites): readonly string[] {
  return readdirSync(root)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Loads a suite by name. Throws UsageError with the nearest name, or the names there are. */
export async function loadSuite(name: string, root: URL = builtInSuites): Promise<Suite> {
  const names = suiteNames(root);
  if (!names.includes(name)) {
    throw new UsageError(unknownWord('suite', name, names));
  }
  const module: { readonly default: Suite } = await import(new URL(`${name}.ts`, root).href);
  return module.default;
}
