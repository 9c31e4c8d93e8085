/** A session in a child process: a hang, a crash or a lost device costs the case it happened in. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../errors.ts';
import type { CaseRequest } from '../measure.ts';
import type { PairRequest } from '../pair-case.ts';
import type { PairedCase } from '../pair-plan.ts';
import type { Session, SessionOutcome } from '../sweep-engine.ts';
import type { AdapterChoice } from './choice.ts';
import { choiceToEnv } from './choice.ts';
import { builtInKernels } from './kernel-folders.ts';
import type {
  FromChild,
  KernelAddress,
  ProgramRequest,
  SessionFacts,
  ToChild,
  TuneRequest,
  VectorRequest,
  VerifyRequest,
} from './session-messages.ts';

export interface NodeCase extends KernelAddress {
  readonly request: CaseRequest;
}

/** The reply asked for, or how the session ended instead: then it is gone. */
export type Reply<Kind extends FromChild['kind']> =
  Extract<FromChild, { readonly kind: Kind }> | Exclude<SessionOutcome, { readonly kind: 'record' }>;

export interface NodeSession extends Session<NodeCase> {
  readonly number: number;
  readonly facts: SessionFacts;
  /** Checks one case against the float64 reference, without timing it. */
  verify(request: VerifyRequest): Promise<Reply<'verified'>>;
  /** Races the shapes of one case. */
  tune(request: TuneRequest): Promise<Reply<'tuned'>>;
  /** Runs a golden vector. */
  compare(request: VectorRequest): Promise<Reply<'compared'>>;
  /** Measures what the adapter can do at most. */
  peaks(): Promise<Reply<'peaks'>>;
  /** What a case runs on this adapter. A refused case ends the session. */
  program(request: ProgramRequest): Promise<Reply<'program text'>>;
  /** What both sides of a case would run on this adapter. */
  planPair(paired: PairedCase): Promise<Reply<'pair planned'>>;
  /** Checks a case on both sides and times them in pairs. */
  pair(request: PairRequest): Promise<Reply<'paired'>>;
}

export interface NodeSessionOptions {
  readonly choice: AdapterChoice;
  readonly number: number;
  /** A case that does not answer within this is a timeout, and its process is killed. */
  readonly caseTimeoutSeconds: number;
  /** Default: the kernels that come with attnbench. */
  readonly kernels?: URL;
  /** The peer that the process is for; none: kernels. */
  readonly peer?: string;
}

/** Opening a device compiles probes and measures the clock: seconds at worst. */
const openTimeoutSeconds = 60;
const childModule = fileURLToPath(new URL('session-child.ts', import.meta.url));
const keptErrorLines = 5;

/** Starts the child and waits for its device. Throws EnvironmentError when there is none. */
export async function openNodeSession(options: NodeSessionOptions): Promise<NodeSession> {
  const kernels = options.kernels ?? builtInKernels;
  const child = fork(childModule, [kernels.href, ...(options.peer === undefined ? [] : [options.peer])], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, ...choiceToEnv(options.choice) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Infinity and typed arrays, which JSON does not know.
    serialization: 'advanced',
  });
  const talk = lastLines(child);
  // Sending to a child that has just died: its end is told through `exit`.
  child.on('error', () => undefined);
  const opened = await answer(child, openTimeoutSeconds, talk);
  if (opened.kind !== 'message' || opened.message.kind !== 'opened') {
    child.kill('SIGKILL');
    throw new EnvironmentError(
      `adapter '${options.choice.name}' cannot be used: ${
        opened.kind === 'timeout'
          ? `no device within ${openTimeoutSeconds} s`
          : opened.kind === 'ended'
            ? opened.message
            : 'message' in opened.message
              ? opened.message.message
              : 'its process answered out of turn'
      }`,
    );
  }
  const { facts } = opened.message;
  const ask = async <Kind extends FromChild['kind']>(message: ToChild, kind: Kind): Promise<Reply<Kind>> => {
    child.send(message);
    const reply = await answer(child, options.caseTimeoutSeconds, talk);
    if (reply.kind === 'message' && isKind(reply.message, kind)) return reply.message;
    child.kill('SIGKILL');
    if (reply.kind === 'timeout') return { kind: 'timeout', seconds: options.caseTimeoutSeconds };
    if (reply.kind === 'ended') return { kind: 'crash', message: reply.message };
    if (reply.message.kind === 'lost') return { kind: 'lost', message: reply.message.message };
    return {
      kind: 'crash',
      message: 'message' in reply.message ? reply.message.message : 'its process answered out of turn',
    };
  };
  return {
    number: options.number,
    facts,
    measure: ({ kernel, source, request }) =>
      ask({ kind: 'measure', kernel, source, request, session: options.number }, 'record'),
    verify: (request) => ask(request, 'verified'),
    tune: (request) => ask(request, 'tuned'),
    compare: (request) => ask(request, 'compared'),
    peaks: () => ask({ kind: 'peaks' }, 'peaks'),
    program: (request) => ask(request, 'program text'),
    planPair: (paired) => ask({ kind: 'pair plan', paired }, 'pair planned'),
    pair: (request) => ask({ kind: 'pair', request }, 'paired'),
    async close(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.disconnect();
      await ended;
    },
  };
}

const isKind = <Kind extends FromChild['kind']>(
  message: FromChild,
  kind: Kind,
): message is Extract<FromChild, { readonly kind: Kind }> => message.kind === kind;

type Answer =
  | { readonly kind: 'message'; readonly message: FromChild }
  | { readonly kind: 'ended'; readonly message: string }
  | { readonly kind: 'timeout' };

/** The child's next message, or its end, or the time running out: whichever comes first. */
function answer(child: ChildProcess, timeoutSeconds: number, talk: () => string): Promise<Answer> {
  const ended = (code: number | null, signal: string | null): Answer => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    const said = talk();
    return { kind: 'ended', message: `its process ended with ${how}${said === '' ? '' : `: ${said}`}` };
  };
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(ended(child.exitCode, child.signalCode));
  }
  return new Promise((resolve) => {
    const finish = (result: Answer): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('close', onClose);
      resolve(result);
    };
    const onMessage = (message: FromChild): void => finish({ kind: 'message', message });
    // Its last message and its last words on stderr may arrive after `exit`; a channel that still holds one is connected.
    const onClose = (code: number | null, signal: string | null): void => {
      if (child.connected) child.once('disconnect', () => finish(ended(code, signal)));
      else finish(ended(code, signal));
    };
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutSeconds * 1000);
    child.on('message', onMessage);
    child.on('close', onClose);
  });
}

/** The last lines that a child wrote on stderr: drivers say there why they died. Its stdout is not ours to pass on. */
function lastLines(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4000);
  });
  return () =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('Warning:'))
      .slice(-keptErrorLines)
      .join(' | ');
}
