/** Makes a kernel folder from the template: real files that are kept working by their own tests. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../harness/errors.ts';
import { builtInKernels } from '../harness/hosts/kernel-folders.ts';

const template = new URL('./templates/kernel/', import.meta.url);
/** The template's own id, wherever it stands in its files and their names. */
const placeholder = /template/g;

/** The template is checked and tested where it lies; from a kernel's folder the rest of the project is nearer. */
function moved(text: string, id: string): string {
  return text
    .replaceAll("'../../../kernels/", "'../")
    .replaceAll("'../../../harness/", "'../../harness/")
    .replace(placeholder, id);
}

/** Folders beside the kernels that are none. */
const reserved = ['lib', 'contract'];

/** Makes kernels/<id>/ and returns its files, relative to the current folder. Throws UsageError. */
export function scaffoldKernel(id: string, root: URL = builtInKernels): readonly string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new UsageError(
      `'${id}' cannot be a kernel's id: write lower-case letters, digits and single dashes, beginning with a letter`,
    );
  }
  if (reserved.includes(id))
    throw new UsageError(`'${id}' is taken by the project itself; choose another id`);
  const folder = fileURLToPath(new URL(`${id}/`, root));
  if (existsSync(folder)) throw new UsageError(`${relative('.', folder)} exists already; choose another id`);
  try {
    mkdirSync(folder);
    return readdirSync(template).map((name) => {
      const file = join(folder, name.replace(placeholder, id));
      writeFileSync(file, moved(readFileSync(new URL(name, template), 'utf8'), id));
      return relative('.', file);
    });
  } catch (error) {
    throw new UsageError(
      `${relative('.', folder)} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
