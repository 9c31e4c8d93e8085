import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import { movedFiles } from '../../harness/hosts/kernel-file-paths.ts';
import { readRun, RunFolder } from '../../harness/hosts/run-folder.ts';
import { mergeRuns } from '../../harness/merge.ts';
import type { RunHeader } from '../../harness/record.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { counted, outJson } from '../io.ts';

const help = `
The parts must be shards of one sweep on one sort of adapter, measured from the same kernel files. The merged run is
an ordinary run: report it, or measure what is missing with attnbench run --resume.

Example, on two machines of the same sort and then on either:
  attnbench run scaling --shard 1/2 --out part1
  attnbench run scaling --shard 2/2 --out part2
  attnbench merge part1 part2 --out whole && attnbench report whole`;

interface MergeOptions {
  readonly out: string;
  readonly json?: boolean;
}

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('merge')
    .summary('joins shards into one run')
    .description('Joins the shards of one sweep into one run.')
    .argument('<folders...>')
    .requiredOption('-o, --out <folder>', 'where the merged run goes; it must not hold a run yet')
    .option('--json', 'print what was merged as JSON')
    .addHelpText('after', help)
    .action((folders: readonly string[], options: MergeOptions) =>
      act(async () => merge(folders, options, io)),
    );
}

/** Files that kernels were brought along in are told from the run's folder. */
const headerIn = (out: string, header: RunHeader, first: string): RunHeader =>
  header.kernelFiles === undefined
    ? header
    : { ...header, kernelFiles: movedFiles(header.kernelFiles, first, out) };

function merge(folders: readonly string[], { out, json }: MergeOptions, io: Io): ExitCode {
  const parts = folders.map((folder) => {
    const { run, truncated } = readRun(folder);
    if (truncated !== null) io.err(`${truncated}\n`);
    return { name: folder, run };
  });
  const merged = mergeRuns(parts);
  if (merged.kind === 'refused') throw new UsageError(merged.message);
  const { run, missing, duplicates } = merged;
  const folder = RunFolder.create(out);
  try {
    folder.append(headerIn(out, run.header, folders[0]));
    for (const record of run.cases) folder.append(record);
  } finally {
    folder.close();
  }
  if (duplicates > 0)
    io.err(`${counted(duplicates, 'record')} stood in more than one part, the same each time\n`);
  if (missing.length > 0) {
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    io.err(
      `no part has ${missing[0]}${more}: merge the missing shard too, or go on with attnbench run --resume ${out}\n`,
    );
  }
  if (json === true) {
    outJson(io, {
      out,
      cases: run.cases.length,
      planned: run.header.plannedCases.length,
      missing,
      duplicates,
    });
  } else {
    io.out(`${counted(run.cases.length, 'case')} of ${run.header.plannedCases.length} in ${out}\n`);
  }
  return run.cases.length === 0 ? exitCodes.nothingMeasured : exitCodes.ok;
}
