/** Writes docs/measurements.md from the runs in reports/baselines/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { Baseline, TargetNotes } from '../reports/measurements.ts';
import { measurementsPage } from '../reports/measurements.ts';
import { targets } from '../reports/targets/target-list.ts';

const folder = new URL('../reports/baselines/', import.meta.url);
export const measurementsFile = new URL('../docs/measurements.md', import.meta.url);

export function readBaselines(): readonly Baseline[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ folder: name, run: readRun(fileURLToPath(new URL(name, folder))).run }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

export const readNotes = (): TargetNotes =>
  z.record(z.string(), z.string()).parse(JSON.parse(text('target-notes.json')));

export function measurementsText(): Promise<string> {
  const page = measurementsPage(readBaselines(), targets, readNotes(), text('remarks.md'));
  return format(page, { parser: 'markdown', printWidth: 130, proseWrap: 'preserve' });
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(measurementsFile, await measurementsText());
}
