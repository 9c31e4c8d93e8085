import { join } from 'node:path';
import type { Command } from 'commander';
import { readRun } from '../../harness/hosts/run-folder.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';
import type { ReportFormat } from '../../reports/formats.ts';
import { formatList } from '../options.ts';

interface ReportOptions {
  readonly format?: readonly ReportFormat[];
  readonly out?: string;
  readonly json?: boolean;
}

const help = `
A report is made from records alone: nothing is measured again, and an old run can be judged anew. With several
folders the runs stand side by side.

Examples:
  attnbench report runs/quick
  attnbench report runs/monday runs/friday --out compared
  attnbench report runs/quick --format html,csv`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('report')
    .summary('figures, tables and an HTML page from one or more runs')
    .description('Writes figures, tables and an HTML page from the records of one or more runs.')
    .argument('<folders...>')
    .option('--format <names>', 'which of them, separated by commas (default: all)', formatList)
    .option('-o, --out <folder>', 'where the report goes (default: <first folder>/report)')
    .option('--json', 'print the files as JSON')
    .addHelpText('after', help)
    .action((folders: readonly string[], options: ReportOptions) => act(() => report(folders, options, io)));
}

async function report(
  folders: readonly string[],
  { format, out, json }: ReportOptions,
  io: Io,
): Promise<ExitCode> {
  const runs = folders.map((folder) => {
    const { run, truncated } = readRun(folder);
    if (truncated !== null) io.err(`${truncated}\n`);
    return run;
  });
  const { analyse } = await import('../../reports/analysis.ts');
  const { writeReport } = await import('../../reports/write.ts');
  const files = await writeReport(analyse(runs), out ?? join(folders[0], 'report'), format);
  if (json === true) outJson(io, { files });
  else io.out(files.map((file) => `${file}\n`).join(''));
  const measured = runs.some(({ cases }) => cases.some(({ status }) => status === 'ok'));
  return measured ? exitCodes.ok : exitCodes.nothingMeasured;
}
