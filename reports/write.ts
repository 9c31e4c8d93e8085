/** Writes a report to disk: the page, the figures and the tables of one or more runs. */
import { join } from 'node:path';
import { writeWhole } from '../harness/hosts/whole-file.ts';
import { writeFailure } from '../harness/write-failure.ts';
import type { Run } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { filesOfRuns, isExportFormat } from './exports/files.ts';
import { listFile, replaceEarlier } from './earlier-files.ts';
import type { Reported } from './exports/reported.ts';
import { figuresOf, rooflinesOf } from './figure-list.ts';
import { hardwareFigures } from './hardware/figure-list.ts';
import { hasSeveralDevices } from './hardware/judge.ts';
import { mostLines } from './hardware/panels.ts';
import { reportTables } from './hardware/tables.ts';
import { renderPage } from './html/page.ts';
import type { ReportFormat, StaticFormat, TableFormat } from './formats.ts';
import { defaultReportFormats, staticFormats, tableFormats } from './formats.ts';
import { toCsv, toLatex, toMarkdown, wholeTable } from './table.ts';
import type { Table } from './table.ts';

export const tableWriters: Readonly<Record<TableFormat, (table: Table) => string>> = {
  csv: toCsv,
  md: toMarkdown,
  tex: toLatex,
};

/** Whole or not at all, with what to do `instead` where it cannot be written. */
export function writeReportFile(path: string, content: string | Uint8Array, instead?: string): void {
  try {
    writeWhole(path, content);
  } catch (error) {
    throw writeFailure(`the report could not be written to ${path}`, error, instead);
  }
}

export interface OutputFile {
  /** Relative to the report's folder. */
  readonly path: string;
  readonly content: () => string | Uint8Array | Promise<string | Uint8Array>;
}

/** Writes one file after the other and returns their paths; each that is there is whole. Throws UsageError or EnvironmentError. */
export async function writeEach(files: readonly OutputFile[], outFolder: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const file of files) {
    const path = join(outFolder, file.path);
    writeReportFile(path, await file.content());
    written.push(path);
  }
  return written;
}

/**
 * Writes the files of a report and returns their paths. `of` names the records: files that an earlier report left of others are
 * removed. Throws UsageError or EnvironmentError.
 */
export async function writeFiles(
  files: readonly OutputFile[],
  outFolder: string,
  of: string,
): Promise<readonly string[]> {
  const written = await writeEach(files, outFolder);
  const list = replaceEarlier(
    outFolder,
    of,
    files.map(({ path }) => path),
  );
  writeReportFile(join(outFolder, listFile), list);
  return written;
}

export function isFigureFormat(format: string): format is StaticFormat {
  return staticFormats.some((known) => known === format);
}

export function isTableFormat(format: string): format is TableFormat {
  return tableFormats.some((known) => known === format);
}

/** The page last: what is quickest and least likely to fail is there even when the rest is not. */
function filesOf(reported: Reported, formats: readonly ReportFormat[]): readonly OutputFile[] {
  const { analysis } = reported;
  const exports = formats
    .filter(isExportFormat)
    .flatMap((format) =>
      Object.entries(filesOfRuns[format]).map(([path, make]) => ({ path, content: () => make(reported) })),
    );
  const tables = formats.filter(isTableFormat).flatMap((format) =>
    reportTables(analysis).map((source) => ({
      path: `tables/${source.id}.${format}`,
      content: () => tableWriters[format](wholeTable(source)),
    })),
  );
  const several = hasSeveralDevices(analysis);
  // Of many devices the shares of their peaks are in one figure; the page has every roofline.
  const rooflines = several && analysis.runs.length > mostLines ? [] : rooflinesOf(analysis);
  const specs = [...(several ? [] : figuresOf(analysis)), ...rooflines];
  const figures = formats.filter(isFigureFormat).flatMap((format) => [
    // The drawing library takes its time to load, and most reports have no figures of their own.
    ...(several
      ? hardwareFigures(analysis).map((figure) => ({
          path: `figures/${figure.id}.${format}`,
          content: async () =>
            (await import('./hardware/static.ts')).renderHardwareFigure(analysis, figure, format),
        }))
      : []),
    ...specs.map((spec) => ({
      path: `figures/${spec.id}.${format}`,
      content: async () => (await import('./static.ts')).renderFigure(analysis, spec, format),
    })),
  ]);
  const page = formats.includes('html') ? [{ path: 'index.html', content: () => renderPage(analysis) }] : [];
  return [...exports, ...tables, ...figures, ...page];
}

/**
 * Writes `index.html`, `figures/*`, `tables/*` and exports of the formats asked for and returns their paths. Throws UsageError or
 * EnvironmentError where a file cannot be written; each file that is there is whole.
 */
export async function writeReport(
  runs: readonly Run[],
  outFolder: string,
  formats: readonly ReportFormat[] = defaultReportFormats,
  analysis = analyse(runs),
): Promise<readonly string[]> {
  // Runs are only ever added to, so that their number of cases tells whether they are as they were.
  const of = runs.map(({ header, cases }) => `${header.runId} (${cases.length})`).join(', ');
  return writeFiles(filesOf({ runs, analysis }, [...new Set(formats)]), outFolder, of);
}
