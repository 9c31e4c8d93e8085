import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { unknownWord } from '../../harness/nearest.ts';
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
  readonly relativeTo?: string;
}

const help = `
A report is made from records alone: nothing is measured again, and an old run can be judged anew. With several
folders the runs stand side by side; where they are of several devices (adapter, driver, machine, implementation of
WebGPU), the report holds these against each other: docs/hardware-report.md. A folder that attnbench compare has written, or its comparison.json, is reported
as a comparison.

${formatsHelp}
Examples:
  attnbench report runs/quick
  attnbench report runs/monday runs/friday --out compared
  attnbench report runs/laptop runs/desktop runs/phone --relative-to desktop
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
    .option(
      '--relative-to <device>',
      'with runs of several devices: which the others are held against, by name or number (default: the first)',
    )
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
  { format, out, relativeTo }: ReportOptions,
  io: Io,
): Promise<Written> {
  const runs = folders.map((folder) => {
    const { run, truncated } = readRun(folder);
    if (truncated !== null) io.err(`${truncated}\n`);
    return run;
  });
  const { devicesOf } = await import('../../reports/hardware/devices.ts');
  const devices = devicesOf(runs.map(({ header }) => header)).map(({ label }) => label);
  const reference = relativeTo === undefined ? undefined : deviceNamed(relativeTo, devices);
  const { writeReport } = await import('../../reports/write.ts');
  const { analyse } = await import('../../reports/analysis.ts');
  const files = await writeReport(
    runs,
    out ?? join(folders[0], 'report'),
    format,
    analyse(runs, { reference }),
  );
  const measured = runs.some(({ cases }) => cases.some(({ status }) => status === 'ok'));
  return { files, code: measured ? exitCodes.ok : exitCodes.nothingMeasured };
}

/** By number from 1, by name, or by a part that only one name has. Throws UsageError where no device is meant. */
export function deviceNamed(word: string, devices: readonly string[]): number {
  if (devices.length < 2) {
    throw new UsageError(
      '--relative-to needs runs of several devices, and these are all of one: leave it out',
    );
  }
  const number = Number(word);
  if (Number.isInteger(number) && number >= 1 && number <= devices.length) return number - 1;
  const same = (name: string): boolean => name.toLowerCase() === word.toLowerCase();
  const named = devices.findIndex(same);
  if (named >= 0) return named;
  const parts = devices.flatMap((name, index) =>
    name.toLowerCase().includes(word.toLowerCase()) ? [index] : [],
  );
  if (word.trim() !== '' && parts.length === 1) return parts[0];
  if (parts.length > 1) {
    throw new UsageError(
      `--relative-to ${word} could be ${parts.map((index) => `'${devices[index]}'`).join(' or ')}: say which`,
    );
  }
  throw new UsageError(unknownWord('device', word, devices));
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
  if (options.relativeTo === '') throw new UsageError('--relative-to takes the name or number of a device');
  const found = folders.map((folder) => comparisonAt(folder));
  const [comparison] = found.filter((file) => file !== null);
  if (comparison !== undefined && folders.length > 1) {
    throw new UsageError(`${comparison} is a comparison and has a report of its own: name it alone`);
  }
  if (comparison !== undefined && options.relativeTo !== undefined) {
    throw new UsageError(`--relative-to is for runs of several devices, and ${comparison} is a comparison`);
  }
  const { files, code } =
    comparison === undefined
      ? await reportRuns(folders, options, io)
      : await reportComparison(comparison, options);
  if (options.json === true) outJson(io, { files });
  else io.out(files.map((file) => `${file}\n`).join(''));
  return code;
}
