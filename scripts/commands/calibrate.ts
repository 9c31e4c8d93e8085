import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import type { Act } from '../cli.ts';
import { adapterHelp, adapterOption } from '../choose-adapter.ts';
import type { HostWords } from '../choose-host.ts';
import { browserHelp, browserOption, hostHelp, hostOption } from '../choose-host.ts';
import type { Io } from '../io.ts';
import {
  axisHelp,
  axisOption,
  collect,
  kernelsHelp,
  kernelsOption,
  positiveSeconds,
  wordList,
} from '../options.ts';

interface CalibrateFlags extends HostWords {
  readonly adapter: string;
  readonly kernels?: readonly string[];
  readonly axis?: readonly string[];
  readonly budget: number;
  readonly comparisons: number;
  readonly slowdowns: readonly number[];
  readonly tries: number;
  readonly json?: boolean;
}

const help = `
Kernels are compared with themselves, and a loop with the same loop made longer, each as attnbench compare would: in fresh
processes, screened and confirmed. What comes out is how often the gate is wrong on this machine, and what it finds. Kept per
adapter, driver and machine; compare quotes it, and takes its margin from it where this machine needs more than 2 %.
Calibrate under the load that comparisons will run under: on a CI machine, in a CI job.

Examples:
  attnbench calibrate
  attnbench calibrate --adapter lavapipe --comparisons 500 --budget 3600
  attnbench calibrate scaling --kernels flash,mamba --slowdowns 3,5,10`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('calibrate')
    .summary('how often the gate is wrong on this machine, and what it finds')
    .description('Measures the error rates of attnbench compare on this machine.')
    .argument('[suites or case ids...]', 'what is compared with itself (default: smoke)')
    .option(adapterOption, adapterHelp, 'auto')
    .option(hostOption, hostHelp, 'node')
    .option(browserOption, browserHelp)
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option(axisOption, axisHelp, collect)
    .option('--budget <seconds>', 'time no longer than this', positiveSeconds('--budget'), 600)
    .option('--comparisons <count>', 'of a kernel with itself', wholeNumber('--comparisons'), 60)
    .addOption(
      new Option('--slowdowns <percents>', 'by how much work is made longer, separated by commas')
        .argParser(percents)
        .default([0.05, 0.1], '5,10'),
    )
    .option('--tries <count>', 'comparisons for each slowdown', wholeNumber('--tries'), 20)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((targets: readonly string[], { axis, kernels, budget, json, ...flags }: CalibrateFlags) =>
      act(async (commandLine) => {
        const { calibrate } = await import('../calibrate.ts');
        return calibrate(
          {
            ...flags,
            where: flags,
            commandLine,
            targets: targets.length === 0 ? ['smoke'] : targets,
            kernels: kernels ?? null,
            axes: axis ?? [],
            budgetSeconds: budget,
            json: json === true,
          },
          io,
        );
      }),
    );
}

const wholeNumber =
  (option: string) =>
  (text: string): number => {
    const count = Number(text);
    if (Number.isInteger(count) && count > 0) return count;
    throw new UsageError(`${option} takes a whole number from 1, not '${text}'`);
  };

/** `2,5,10` as shares. */
function percents(text: string): readonly number[] {
  return text.split(',').map((word) => {
    const percent = Number(word);
    if (word.trim() !== '' && percent > 0 && percent <= 100) return percent / 100;
    throw new UsageError(`--slowdowns takes percents above 0 and up to 100, such as 2,5,10, not '${text}'`);
  });
}
