/**
 * What an earlier report left in a folder: a figure of records that have changed since would mislead. A report lists its files beside
 * them, and only what such a list names is ever removed.
 */
import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFailure } from '../harness/write-failure.ts';

export const listFile = '.report-files.json';

/** The names that reports give. Anything else in a list was put there by someone else. */
const reportPath = /^(?:(?:figures|tables)\/)?[a-z0-9][a-z0-9-]*\.[a-z]+$/;

const listSchema = z.object({
  /** Names the records that the files were made from. */
  of: z.string(),
  files: z.array(z.string().regex(reportPath)),
});
type FileList = z.infer<typeof listSchema>;

function readList(folder: string): FileList | null {
  try {
    return listSchema.parse(JSON.parse(readFileSync(join(folder, listFile), 'utf8')));
  } catch {
    // No list, or none of ours: there is nothing to remove.
    return null;
  }
}

const extension = (path: string): string => path.slice(path.lastIndexOf('.'));

/** Never through a link, and never a folder. */
function remove(folder: string, path: string): void {
  const file = join(folder, path);
  const isPlain =
    lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && lstatSync(dirname(file)).isDirectory();
  try {
    if (isPlain) rmSync(file);
  } catch (error) {
    throw writeFailure(`${file}, of an earlier report, could not be removed`, error);
  }
}

/**
 * Removes what an earlier report wrote and this one does not: all of it where the records are others, else what has the ending of a file
 * of this one, as `figures/*.svg` do where SVGs are written anew. Returns the text of the list to put in place of the earlier.
 */
export function replaceEarlier(folder: string, of: string, files: readonly string[]): string {
  const written = new Set(files);
  const endings = new Set(files.map(extension));
  const earlier = readList(folder);
  const others = (earlier?.files ?? []).filter((path) => !written.has(path));
  const stays = (path: string): boolean => earlier?.of === of && !endings.has(extension(path));
  for (const path of others) if (!stays(path)) remove(folder, path);
  const list: FileList = { of, files: [...written, ...others.filter(stays)].sort() };
  return `${JSON.stringify(list, null, 2)}\n`;
}
