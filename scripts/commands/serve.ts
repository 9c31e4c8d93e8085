import type { Command } from 'commander';
import { UsageError } from '../../harness/errors.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';

interface ServeFlags {
  readonly port: number;
  readonly lan?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

const help = `
Open the address that it prints in any browser with WebGPU, on a laptop or a phone. The page shows what the adapter supports, measures
the same cases with the same checks as attnbench run, and draws what it finds. A result can be downloaded, or sent back to
this machine, where it is checked and becomes a run folder of its own; its path is printed on stdout. Nothing that arrives is executed,
and nothing is overwritten.

Without --lan only this machine can open the page. With it every machine of the network can, by https with a certificate
that attnbench makes for itself, as browsers offer WebGPU to secure pages only: they warn of it once.

npm run build:site writes the same page as static files for any web host. docs/serve.md tells more.

Examples:
  attnbench serve                          http://localhost:8787/
  attnbench serve --lan                    for the phone in your hand
  attnbench serve --port 0 --out results   any free port; runs go to results/`;

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not '${text}'; 0 takes any that is free`);
  }
  return port;
}

export function register(program: Command, io: Io, act: Act): void {
  program
    .command('serve')
    .summary('a page that measures in any browser; results come back to this machine')
    .description(
      'Serves a page that measures in the browser it is opened in, and keeps the runs that it sends back.',
    )
    .option('--port <number>', 'where it listens', portNumber, 8787)
    .option('--lan', 'for every machine of the network, by https')
    .option('-o, --out <folder>', 'where runs are kept, each in a folder of its own', 'runs')
    .option('--json', 'print addresses and arrivals as JSON, one object each')
    .addHelpText('after', help)
    .action((flags: ServeFlags) => act(() => run(flags, io)));
}

/** Ends with Ctrl-C. */
async function run({ port, lan, out, json }: ServeFlags, io: Io): Promise<ExitCode> {
  const { serve } = await import('../serve.ts');
  const server = await serve({ port, lan: lan === true, out, json: json === true }, io);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await server.close();
  return exitCodes.ok;
}
