/** Writes docs/measurements.md from the runs in reports/baselines/. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { parseTrials } from '../harness/gate/trials.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { Baseline, GateTrials, TargetNotes } from '../reports/measurements.ts';
import { measurementsPage } from '../reports/measurements.ts';
import { targets } from '../reports/targets/target-list.ts';

const folder = new URL('../reports/baselines/', import.meta.url);
export const measurementsFile = new URL('../docs/measurements.md', import.meta.url);

/** The folders that hold a file of this name, sorted. */
const foldersWith = (file: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/${file}`, folder)))
    .map(({ name }) => name)
    .sort();

export const readBaselines = (): readonly Baseline[] =>
  foldersWith('records.jsonl').map((name) => ({
    folder: name,
    run: readRun(fileURLToPath(new URL(name, folder))).run,
  }));

const readTrials = (): readonly GateTrials[] =>
  foldersWith('trials.jsonl').map((name) => ({
    folder: name,
    all: parseTrials(text(`${name}/trials.jsonl`)),
  }));

const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

export const readNotes = (): TargetNotes =>
  z.record(z.string(), z.string()).parse(JSON.parse(text('target-notes.json')));

export function measurementsText(): Promise<string> {
  const page = measurementsPage(readBaselines(), readTrials(), targets, readNotes(), text('remarks.md'));
  return format(page, { parser: 'markdown', printWidth: 130, proseWrap: 'preserve' });
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(measurementsFile, await measurementsText());
}
