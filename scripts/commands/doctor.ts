import type { Command } from 'commander';
import { formatDoctor, runDoctor } from '../../harness/hosts/doctor.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';

const help = `
Takes some seconds: every adapter is opened in a process of its own, because drivers may crash.
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
  const report = await runDoctor();
  if (json) outJson(io, report);
  else io.out(`${formatDoctor(report).join('\n')}\n`);
  return report.auto === null ? exitCodes.environment : exitCodes.ok;
}
