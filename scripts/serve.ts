/** `attnbench serve`: gives out the page that measures, and keeps the runs it sends. */
import { EnvironmentError, UsageError } from '../harness/errors.ts';
import { counted } from './io.ts';
import type { Io } from './io.ts';
import { lanAddresses, ownNames, urlOf } from './serve/addresses.ts';
import { Arrivals } from './serve/arrivals.ts';
import type { Certificate } from './serve/certificate.ts';
import { intakeLimits, patienceLimits } from './serve/limits.ts';
import { intakePath } from './serve/page-headers.ts';
import type { Arrival, RunningServer } from './serve/server.ts';
import { startServer } from './serve/server.ts';
import { makeSite } from './serve/site.ts';

export interface ServeRequest {
  readonly port: number;
  readonly lan: boolean;
  /** Where runs are kept, each in a folder of its own. */
  readonly out: string;
  readonly json: boolean;
}

/** The system's words for a port that cannot be had, as one of our sentences. */
function listenFailure(error: unknown, port: number): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    return new UsageError(
      `port ${port} is taken by another program; name another with --port, or --port 0 for any that is free`,
    );
  }
  if (code === 'EACCES')
    return new UsageError(`port ${port} is for the system; name one above 1023 with --port`);
  const message = error instanceof Error ? error.message : String(error);
  return new EnvironmentError(`the server cannot listen on port ${port}: ${message}`);
}

async function certificateFor(hosts: readonly string[]): Promise<Certificate> {
  const { selfSigned } = await import('./serve/certificate.ts');
  return selfSigned(hosts);
}

function tellArrival({ folder, run, from }: Arrival, { json }: ServeRequest, io: Io): void {
  const timed = run.cases.filter(({ status }) => status === 'ok').length;
  if (json) io.out(`${JSON.stringify({ folder, cases: run.cases.length, timed, from })}\n`);
  else io.out(`${folder}\n`);
  io.err(
    `a run of ${counted(run.cases.length, 'case')}, ${timed} timed, came from ${from}; attnbench report ${folder}\n`,
  );
}

/** Starts to serve. Throws UsageError or EnvironmentError with a sentence. */
export async function serve(request: ServeRequest, io: Io): Promise<RunningServer> {
  const { port, lan, out, json } = request;
  const arrivals = new Arrivals(out, intakeLimits);
  const names = lan ? ownNames() : [];
  const addresses = lan ? lanAddresses() : [];
  const certificate = lan
    ? await certificateFor(['localhost', '127.0.0.1', '::1', ...names, ...addresses])
    : null;
  const site = await makeSite({ intake: intakePath });
  let server: RunningServer;
  try {
    server = await startServer({
      files: site,
      port,
      lan: certificate,
      names,
      arrivals,
      limits: intakeLimits,
      patience: patienceLimits,
      arrived: (arrival) => tellArrival(arrival, request, io),
    });
  } catch (error) {
    throw listenFailure(error, port);
  }
  const scheme = certificate === null ? 'http' : 'https';
  const urls = ['localhost', ...addresses].map((host) => urlOf(scheme, host, server.port));
  if (json) io.out(`${JSON.stringify({ urls, out, fingerprint: certificate?.fingerprint ?? null })}\n`);
  io.err(`${urls.join('\n')}\n`);
  if (certificate !== null) {
    io.err(
      `Browsers offer WebGPU to secure pages only, so this is https with a certificate of its own making: they warn once; go on from there.\nIts SHA-256 fingerprint: ${certificate.fingerprint}\nAnyone in this network can open the page and send runs.\n`,
    );
  }
  io.err(`Runs that are sent are kept in ${out}. Ctrl-C ends it.\n`);
  return server;
}
