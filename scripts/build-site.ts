/** npm run build:site [-- FOLDER]: the page that measures, as static files for any web host. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../harness/hosts/whole-file.ts';
import { writeFailure } from '../harness/write-failure.ts';
import { exitCodeOf } from './exit-codes.ts';
import { processIo } from './io.ts';
import { makeSite } from './serve/site.ts';

/** Writes the files into the folder and returns their paths. Throws UsageError or EnvironmentError where they cannot be written. */
export async function buildSite(folder: string): Promise<readonly string[]> {
  const files = await makeSite({ intake: null });
  return [...files].map(([name, { bytes }]) => {
    const path = join(folder, name);
    try {
      writeWhole(path, bytes);
    } catch (error) {
      throw writeFailure(`the page could not be written to ${path}`, error, 'name another folder');
    }
    return path;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const written = await buildSite(process.argv[2] ?? join('dist', 'site'));
    processIo.out(written.map((path) => `${path}\n`).join(''));
  } catch (error) {
    processIo.err(`build:site: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
