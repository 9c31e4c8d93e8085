/** Tuning tables on disk, beside the kernels they are for. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import type { LoadedKernel } from '../program.ts';
import { tuningFile } from '../tuning-choice.ts';
import type { TuningTable } from '../tuning-table.ts';
import { readTuningTable, tableText } from '../tuning-table.ts';
import { writeFailure } from '../write-failure.ts';
import { writeWhole } from './whole-file.ts';

const pathOf = ({ folder }: LoadedKernel, adapterClass: string): string =>
  fileURLToPath(new URL(tuningFile(adapterClass), folder));

/** The table of a kernel for a class; null when there is none. Throws UsageError when it cannot be read. */
export function readTable(loaded: LoadedKernel, adapterClass: string): TuningTable | null {
  const path = pathOf(loaded, adapterClass);
  if (!existsSync(path)) return null;
  const read = readTuningTable(readFileSync(path, 'utf8'), path);
  if (read.kind === 'refused') throw new UsageError(read.message);
  return read.table;
}

/** Writes a table whole or not at all; one without entries is removed. Throws what `writeFailure` makes of the system's errors. */
export function writeTable(loaded: LoadedKernel, table: TuningTable): void {
  const path = pathOf(loaded, table.adapterClass);
  try {
    if (table.entries.length === 0) rmSync(path, { force: true });
    else writeWhole(path, tableText(table));
  } catch (error) {
    throw writeFailure(`${path} cannot be written`, error, 'let --dry-run print what was found');
  }
}
