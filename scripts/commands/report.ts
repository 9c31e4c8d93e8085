import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { comparisonAt, readComparison } from '../../harness/hosts/read-comparison.ts';
import { readRun } from '../../harness/hosts/run-folder.ts';
import { comparisonFormats } from '../../reports/formats.ts';
import type { ReportFormat } from '../../reports/formats.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';
import { formatList, formatOption, formatsAmong, formatsHelp } from '../options.ts';

interface ReportOptions {
  readonly format?: readonly ReportFormat[];
  readonly out?: string;
  readonly json?: boolean;
}

const help = `
A report is made from records alone: nothing is measured again, and an old run can be judged anew. With several
folders the runs stand side by side. A folder that attnbench compare has written, or its comparison.json, is reported
as a comparison.

${formatsHelp}
Examples:
  attnbench report runs/quick
  attnbench report runs/monday runs/friday --out compared
  attnbench report runs/quick --format html,csv
  attnbench report runs/quick --format junit,sarif,benchfmt
  attnbench report runs/compare-2026 --format comment,annotations`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('report')
    .summary('figures, tables, exports and an HTML page from one or more runs, or from a comparison')
    .description('Writes figures, tables, an HTML page and exports from the records of one or more runs.')
    .argument('<folders...>')
    .option(formatOption, 'which of them, separated by commas, or all', formatList)
    .option('-o, --out <folder>', 'where the report goes (default: <first folder>/report)')
    .option('--json', 'print the files as JSON')
    .addHelpText('after', help)
    .action((folders: readonly string[], options: ReportOptions) => act(() => report(folders, options, io)));
}

interface Written {
  readonly files: readonly string[];
  readonly code: ExitCode;
}

async function reportRuns(
  folders: readonly string[],
  { format, out }: ReportOptions,
  io: Io,
): Promise<Written> {
  const runs = folders.map((folder) => {
    const { run, truncated } = readRun(folder);
    if (truncated !== null) io.err(`${truncated}\n`);
    return run;
  });
  const { writeReport } = await import('../../reports/write.ts');
  const files = await writeReport(runs, out ?? join(folders[0], 'report'), format);
  const measured = runs.some(({ cases }) => cases.some(({ status }) => status === 'ok'));
  return { files, code: measured ? exitCodes.ok : exitCodes.nothingMeasured };
}

/** Of `all` what a comparison has. */
function comparisonFormatsOf(
  formats: readonly ReportFormat[],
): readonly (typeof comparisonFormats)[number][] {
  const wantsAll = formats.length === new Set(formatList('all')).size;
  return wantsAll ? comparisonFormats : formatsAmong('comparison format', formats, comparisonFormats);
}

async function reportComparison(file: string, { format, out }: ReportOptions): Promise<Written> {
  const formats = format === undefined ? undefined : comparisonFormatsOf(format);
  const comparison = readComparison(file);
  const { writeComparison } = await import('../../reports/write-comparison.ts');
  const files = await writeComparison(comparison, out ?? join(dirname(file), 'report'), formats);
  return { files, code: exitCodes.ok };
}

async function report(folders: readonly string[], options: ReportOptions, io: Io): Promise<ExitCode> {
  const found = folders.map((folder) => comparisonAt(folder));
  const [comparison] = found.filter((file) => file !== null);
  if (comparison !== undefined && folders.length > 1) {
    throw new UsageError(`${comparison} is a comparison and has a report of its own: name it alone`);
  }
  const { files, code } =
    comparison === undefined
      ? await reportRuns(folders, options, io)
      : await reportComparison(comparison, options);
  if (options.json === true) outJson(io, { files });
  else io.out(files.map((file) => `${file}\n`).join(''));
  return code;
}
