import type { Command } from 'commander';
import { refuseUnknownKernels } from '../../harness/hosts/kernel-folders.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { axisHelp, axisOption, collect, positiveSeconds } from '../options.ts';

interface TuneFlags {
  readonly adapter: string;
  readonly budget: number;
  readonly dryRun?: boolean;
  readonly axis?: readonly string[];
  readonly json?: boolean;
}

const help = `
Every shape is checked against the float64 reference before it is timed. Shapes take turns on one device, and one is
kept when its time is below the default's by more than noise and 3 %. The tables are kernels/<id>/tuning/<class>.json,
where the class is that of the adapter, such as lavapipe-8 or nvidia-ampere; attnbench run uses them.

Examples:
  attnbench tune
  attnbench tune flash --adapter lavapipe --budget 120
  attnbench tune flash -a d=64 -a precision=f32,f16s --dry-run`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('tune')
    .summary('searches the tile shapes of kernels for this adapter')
    .description(
      'Races the tile shapes that kernels offer, and keeps those that beat the default on this adapter.',
    )
    .argument('[kernels...]')
    .option(adapterOption, adapterHelp, 'auto')
    .option(
      '--budget <seconds>',
      'search this long; what is certain by then is kept',
      positiveSeconds('--budget'),
      600,
    )
    .option('--dry-run', 'search and print, but write no table')
    .option(axisOption, axisHelp, collect)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((kernels: readonly string[], flags: TuneFlags) => act(() => run(kernels, flags, io)));
}

async function run(kernels: readonly string[], flags: TuneFlags, io: Io): Promise<ExitCode> {
  refuseUnknownKernels(kernels);
  const { tune } = await import('../tune.ts');
  return tune(
    {
      kernels: [...new Set(kernels)],
      adapter: flags.adapter,
      budgetSeconds: flags.budget,
      dryRun: flags.dryRun === true,
      axes: flags.axis ?? [],
      json: flags.json === true,
    },
    io,
  );
}
