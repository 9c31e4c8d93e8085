/** Measured peaks kept between runs: they take half a minute and change only with the adapter and what drives it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peaks, RunHeader } from '../record.ts';
import { peaksSchema } from '../record.ts';
import { cacheRoot } from './cache.ts';
import { keepJson } from './whole-file.ts';

/** What peaks depend on, as far as a run knows it. */
export type PeaksFacts = Pick<RunHeader, 'adapter' | 'flags' | 'clock'> & {
  readonly host: Pick<RunHeader['host'], 'webgpu' | 'cpu' | 'cores'>;
};

const microKernels = fileURLToPath(new URL('../peaks/', import.meta.url));

/** Over the micro-kernels themselves: a version with others measures again. */
function microKernelHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(microKernels).sort()) {
    if (name.includes('.test.')) continue;
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(microKernels, name)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Equal for runs that may share peaks. */
export function peaksKey(
  { adapter, flags, clock, host }: PeaksFacts,
  sources: string = microKernelHash(),
): string {
  const { name, vendor, architecture, device, description, features, limits } = adapter;
  const facts = [
    [name, vendor, architecture, device, description, [...features].sort(), Object.entries(limits).sort()],
    flags,
    clock.source,
    [host.webgpu, host.cpu, host.cores],
    sources,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

const fileOf = (key: string, root: string): string => join(root, 'peaks', `${key}.json`);

/** The peaks kept under a key; null where there are none, or what is there cannot be read as peaks. */
export function readPeaks(key: string, root: string = cacheRoot()): Peaks | null {
  try {
    return peaksSchema.parse(JSON.parse(readFileSync(fileOf(key, root), 'utf8')));
  } catch {
    // Whatever is wrong with it: measuring again puts it right.
    return null;
  }
}

/** Keeps peaks, by one rename. Says why it could not; that costs the next run half a minute and nothing else. */
export function keepPeaks(key: string, peaks: Peaks, root: string = cacheRoot()): string | null {
  return keepJson(fileOf(key, root), peaks);
}
