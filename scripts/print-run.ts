/** The end of a run: its table, exponents and crossovers on stdout, its report on disk. */
import { join } from 'node:path';
import type { Run } from '../harness/record.ts';
import { analyse } from '../reports/analysis.ts';
import { terminalSummary } from '../reports/terminal.ts';
import { measuredRunFormats } from '../reports/formats.ts';
import type { ReportFormat } from '../reports/formats.ts';
import type { Io } from './io.ts';

/** Prints the tables unless records went to stdout, and writes the report unless no format is wanted. */
export async function printRun(
  run: Run,
  folder: string,
  { json, reportFormats }: { readonly json: boolean; readonly reportFormats: readonly ReportFormat[] | null },
  io: Io,
): Promise<void> {
  const wantsReport = reportFormats?.length !== 0;
  if (json && !wantsReport) return;
  const analysis = analyse([run]);
  if (!json) io.out(`${terminalSummary(analysis)}\n`);
  if (!wantsReport) return;
  const { writeReport } = await import('../reports/write.ts');
  const files = await writeReport(
    [run],
    join(folder, 'report'),
    reportFormats ?? measuredRunFormats,
    analysis,
  );
  const page = files.find((file) => file.endsWith('.html'));
  io.err(`report: ${page ?? join(folder, 'report')}\n`);
}
