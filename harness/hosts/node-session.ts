/** A session in a child process: a hang, a crash or a lost device costs the case it happened in. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild } from '../session-messages.ts';
import type { AdapterChoice } from './choice.ts';
import { choiceToEnv } from './choice.ts';
import { lastLines } from './child-talk.ts';
import { hostFacts } from './environment.ts';
import { builtInKernels } from './kernel-folders.ts';
import type { Answer, Channel, DeviceSession } from './session.ts';
import { factsOf, sessionOn } from './session.ts';

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

/** Starts the child and waits for its device. Throws EnvironmentError when there is none. */
export async function openNodeSession(options: NodeSessionOptions): Promise<DeviceSession> {
  const { choice, number, caseTimeoutSeconds, peer, kernels = builtInKernels } = options;
  const child = fork(childModule, [kernels.href, ...(peer === undefined ? [] : [peer])], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, ...choiceToEnv(choice) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Infinity and typed arrays, which JSON does not know.
    serialization: 'advanced',
  });
  // Its stdout is not ours to pass on.
  child.stdout?.resume();
  const talk = lastLines(child);
  // Sending to a child that has just died: its end is told through `exit`.
  child.on('error', () => undefined);
  const channel = channelTo(child, talk);
  try {
    const facts = factsOf(await answer(child, openTimeoutSeconds, talk), choice.name, openTimeoutSeconds);
    return sessionOn({ channel, facts: { ...facts, host: hostFacts() }, number, caseTimeoutSeconds });
  } catch (error) {
    channel.kill();
    throw error;
  }
}

function channelTo(child: ChildProcess, talk: () => string): Channel {
  return {
    ask(message, timeoutSeconds) {
      child.send(message);
      return answer(child, timeoutSeconds, talk);
    },
    kill: () => void child.kill('SIGKILL'),
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
