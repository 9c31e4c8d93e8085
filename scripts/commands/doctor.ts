import type { Command } from 'commander';
import { formatDoctor, runDoctor } from '../../harness/hosts/doctor.ts';
import { probeNoise } from '../../harness/hosts/examine-noise.ts';
import { nodeHostOf } from '../../harness/hosts/session-host.ts';
import type { Act } from '../cli.ts';
import { probeSteps, workSide } from '../calibration/work.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';

const help = `
Takes some seconds for each adapter: it is opened in processes of its own, because drivers may crash, and a fixed kernel is held against
itself there. From how far that is off follows the smallest slowdown that a comparison would find. A browser is opened too, as --host
chromium would.
Exits with 4 when no adapter works. How fast an adapter is at most: attnbench peaks.

Examples:
  attnbench doctor
  attnbench doctor --json > machine.json`;

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('doctor')
    .summary('adapters, features, timer, noise of this machine; what is missing and how to get it')
    .description('Examines this machine: which adapters it has, how well they can be timed, what is missing.')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((options: { readonly json?: boolean }) => act(() => doctor(options.json === true, io)));
}

async function doctor(json: boolean, io: Io): Promise<ExitCode> {
  const work = await workSide(probeSteps);
  const report = await runDoctor((choice) => probeNoise(nodeHostOf(choice), work));
  if (json) outJson(io, report);
  else io.out(`${formatDoctor(report).join('\n')}\n`);
  return report.auto === null ? exitCodes.environment : exitCodes.ok;
}
