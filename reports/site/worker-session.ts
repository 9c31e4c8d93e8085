/** A session in a worker of the page: a case that hangs, crashes or loses the device costs that case and this worker. */
import { EnvironmentError } from '../../harness/errors.ts';
import type { Answer, Channel, DeviceSession } from '../../harness/hosts/session.ts';
import { factsOf, sessionOn } from '../../harness/hosts/session.ts';
import type { RunHeader } from '../../harness/record.ts';
import type { FromChild } from '../../harness/session-messages.ts';

export interface WorkerSessionOptions {
  /** The worker's script. */
  readonly script: string;
  /** What the page knows of where it is. */
  readonly host: RunHeader['host'];
  readonly number: number;
  readonly caseTimeoutSeconds: number;
}

/** Opening a device compiles probes and measures the clock: seconds at worst, and a phone may be asleep. */
const openTimeoutSeconds = 90;

/** The worker's next message, its end, or the time running out. */
function answer(worker: Worker, timeoutSeconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (result: Answer): void => {
      clearTimeout(timer);
      listening.abort();
      resolve(result);
    };
    const listening = new AbortController();
    const { signal } = listening;
    const timer = setTimeout(() => finish({ kind: 'timeout' }), timeoutSeconds * 1000);
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<FromChild>) => finish({ kind: 'message', message: data }),
      { signal },
    );
    worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault();
        finish({ kind: 'ended', message: `its worker ended: ${event.message || 'it could not be started'}` });
      },
      { signal },
    );
  });
}

/** Starts a worker and waits for its device. Throws EnvironmentError when there is none. */
export async function openWorkerSession({
  script,
  host,
  number,
  caseTimeoutSeconds,
}: WorkerSessionOptions): Promise<DeviceSession> {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(address);
  const channel: Channel = {
    ask(message, timeoutSeconds) {
      worker.postMessage(message, []);
      return answer(worker, timeoutSeconds);
    },
    kill: () => worker.terminate(),
    close: async () => worker.terminate(),
  };
  try {
    const opened = await answer(worker, openTimeoutSeconds);
    // What a worker without a device says is a sentence already.
    if (opened.kind === 'message' && opened.message.kind === 'unfit')
      throw new EnvironmentError(opened.message.message);
    const facts = factsOf(opened, 'the browser offers', openTimeoutSeconds);
    return sessionOn({ channel, facts: { ...facts, host }, number, caseTimeoutSeconds });
  } catch (error) {
    channel.kill();
    throw error;
  } finally {
    // The worker has its script by now.
    URL.revokeObjectURL(address);
  }
}
