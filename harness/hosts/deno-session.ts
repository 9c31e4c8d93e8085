/** A session in a process of Deno, which runs the same page as browsers do. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../errors.ts';
import type { BrowserAdapter } from './browser-adapter.ts';
import { lastLines } from './child-talk.ts';
import type { DenoCall } from './deno-child.ts';
import { endWithThisProcess, killGroup } from './end-with-this-process.ts';
import { hostFacts, measuredVariables } from './environment.ts';
import { builtInKernels } from './kernel-folders.ts';
import { decode, encode } from './page/codec.ts';
import { packPlaces, pageServer } from './page-server.ts';
import { scratchFolder } from './scratch-folder.ts';
import type { Answer, Channel, DeviceSession } from './session.ts';
import { factsOf, sessionOn } from './session.ts';

export interface DenoSessionOptions {
  /** The program. */
  readonly path: string;
  readonly adapter: BrowserAdapter;
  readonly number: number;
  /** A case that does not answer within this is a timeout, and its process is killed. */
  readonly caseTimeoutSeconds: number;
  /** Default: the kernels that come with attnbench. */
  readonly kernels?: URL;
}

const openTimeoutSeconds = 60;
const childModule = fileURLToPath(new URL('deno-child.ts', import.meta.url));

/** `deno 2.9.6 (stable, ...)` as `2.9.6`. Throws EnvironmentError where the program is none. */
function denoVersion(path: string): string {
  try {
    const text = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const version = /^deno (\S+)/.exec(text)?.[1];
    if (version !== undefined) return version;
  } catch (error) {
    throw new EnvironmentError(`${path} does not start`, { cause: error });
  }
  throw new EnvironmentError(`${path} is no Deno`);
}

/** Starts the process and waits for its device. Throws EnvironmentError when there is none. */
export async function openDenoSession(options: DenoSessionOptions): Promise<DeviceSession> {
  const { path, adapter, number, caseTimeoutSeconds, kernels = builtInKernels } = options;
  const version = denoVersion(path);
  const server = await pageServer();
  const child = startDeno(path, adapter, server.origin);
  const talk = lastLines(child);
  const ask = (call: DenoCall, seconds: number): Promise<Answer> => answer(child, call, seconds, talk);
  const channel: Channel = {
    async ask(message, timeoutSeconds) {
      const places = await packPlaces(server, message);
      return ask({ call: 'answer', with: [encode(message), places] }, timeoutSeconds);
    },
    kill: () => killGroup(child),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.stdin?.end();
      await ended;
    },
  };
  try {
    const place = await server.offer(kernels.href);
    const opened = await ask(
      { call: 'open', with: [adapter.name, place, adapter.words] },
      openTimeoutSeconds,
    );
    const facts = factsOf(opened, adapter.name, openTimeoutSeconds);
    if (!adapter.accepts(facts.adapter)) {
      throw new EnvironmentError(
        `Deno does not offer the adapter '${adapter.name}'; ask for another with --adapter`,
      );
    }
    const flags = [...adapter.flags, ...measuredVariables()];
    const host = {
      ...hostFacts(),
      name: 'deno',
      runtime: `Deno ${version}`,
      webgpu: `wgpu in Deno ${version}`,
    };
    return sessionOn({ channel, facts: { ...facts, flags, host }, number, caseTimeoutSeconds });
  } catch (error) {
    channel.kill();
    throw error;
  }
}

function startDeno(path: string, adapter: BrowserAdapter, origin: string): ChildProcess {
  const server = new URL(origin).host;
  // What it loads is kept there, and is of no use to another session.
  const cache = scratchFolder('deno');
  const permissions = [`--allow-net=${server}`, `--allow-import=${server}`, '--no-prompt'];
  const own = ['--quiet', '--no-config', '--no-lock', '--location', origin, ...adapter.flags];
  const child = spawn(path, ['run', ...own, ...permissions, childModule, origin], {
    env: { ...process.env, ...adapter.env, DENO_DIR: cache.path, DENO_NO_PACKAGE_JSON: '1', NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  cache.removeAfter(child);
  // Its end is told through `close`.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  endWithThisProcess(child);
  return child;
}

/** The answer to a call, or the end of the process, or the time running out: whichever comes first. */
function answer(
  child: ChildProcess,
  call: DenoCall,
  timeoutSeconds: number,
  talk: () => string,
): Promise<Answer> {
  return new Promise((resolve) => {
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null || child.exitCode !== null || child.signalCode !== null) {
      resolve({ kind: 'ended', message: endOf(child, talk) });
      return;
    }
    const lines = createInterface({ input: stdout });
    const finish = (result: Answer): void => {
      clearTimeout(timer);
      lines.close();
      child.off('close', onClose);
      resolve(result);
    };
    const onClose = (): void => finish({ kind: 'ended', message: endOf(child, talk) });
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutSeconds * 1000);
    lines.once('line', (line) => finish({ kind: 'message', message: decode(line) }));
    child.on('close', onClose);
    stdin.write(`${JSON.stringify(call)}\n`);
  });
}

function endOf({ exitCode, signalCode }: ChildProcess, talk: () => string): string {
  const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
  const said = talk();
  return `its process ended with ${how}${said === '' ? '' : `: ${said}`}`;
}
