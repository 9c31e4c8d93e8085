/** The command line: which commands there are, and how a mistake or an error becomes one sentence and an exit code. */
import { Command, CommanderError } from 'commander';
import { unknownWord } from '../harness/nearest.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodeHelp, exitCodeOf, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { toolVersion } from './version.ts';

/** Only the file of the command asked for is loaded: a command line has to answer at once. */
const commands = {
  list: () => import('./commands/list.ts'),
  run: () => import('./commands/run.ts'),
  report: () => import('./commands/report.ts'),
  profile: () => import('./commands/profile.ts'),
  verify: () => import('./commands/verify.ts'),
  merge: () => import('./commands/merge.ts'),
  peaks: () => import('./commands/peaks.ts'),
  tune: () => import('./commands/tune.ts'),
  compare: () => import('./commands/compare.ts'),
  calibrate: () => import('./commands/calibrate.ts'),
  history: () => import('./commands/history.ts'),
  serve: () => import('./commands/serve.ts'),
  doctor: () => import('./commands/doctor.ts'),
  'new-kernel': () => import('./commands/new-kernel.ts'),
} as const;

/** Runs a command's action, tells it what was typed, and keeps its exit code. */
export type Act = (action: (commandLine: string) => Promise<ExitCode>) => Promise<void>;

const examples = `
A first look, in minutes, on any machine:
  attnbench run quick
What there is to run, and how long it would take:
  attnbench list
How time grows with n for two kernels in packed f16:
  attnbench run scaling --kernels naive,flash -a precision=f16s
One case, by the id that logs, charts and files give it:
  attnbench run flash:n=4096,heads=8,d=64
Did a change make a kernel slower?
  attnbench compare --base main

attnbench <command> --help tells more.

${exitCodeHelp}`;

async function buildProgram(asked: string, io: Io, act: Act): Promise<Command> {
  const program = new Command('attnbench')
    .description('Benchmarks attention mechanisms on WebGPU: checked first, timed honestly, stored raw.')
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined })
    .configureHelp({ helpWidth: 110 });
  for (const [name, load] of Object.entries(commands)) {
    if (!Object.hasOwn(commands, asked) || name === asked) (await load()).register(program, io, act);
  }
  return program;
}

/** Commander's words for a mistake as one sentence in ours. */
function usageSentence(program: Command, argv: readonly string[], { message }: CommanderError): string {
  const [said, hint] = message
    .replace(/^error: /, '')
    .replace('. Expected', ': expected')
    .split('\n');
  const [asked, named] = argv;
  if (asked === 'help' && named !== undefined) return unknownWord('command', named, Object.keys(commands));
  const near = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(hint ?? '');
  const command = program.commands.map((one) => one.name()).find((name) => name === argv[0]);
  if (near !== null) return `${said}; did you mean '${near[1]}'?`;
  if (said.startsWith('unknown command')) return `${said}; there are ${Object.keys(commands).join(', ')}`;
  const help = `attnbench ${command === undefined ? '' : `${command} `}--help`;
  return `${said.replace(/\.$/, '')}; ${help} shows what it takes`;
}

/** Runs one command line. Never rejects and never ends the process. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = await buildProgram(argv[0] ?? '', io, async (action) => {
    code = await action(['attnbench', ...argv].join(' '));
  });
  if (argv.length === 0) {
    program.outputHelp();
    return exitCodes.ok;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok;
      io.err(`attnbench: ${usageSentence(program, argv, error)}\n`);
      return exitCodes.usage;
    }
    const message = error instanceof Error ? error.message : String(error);
    io.err(`attnbench: ${message}\n`);
    if (process.env.ATTNBENCH_DEBUG === '1' && error instanceof Error) io.err(`${error.stack}\n`);
    return exitCodeOf(error);
  }
}
