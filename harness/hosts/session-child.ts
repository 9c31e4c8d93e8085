/** The child process of a session: opens the device the parent chose, then measures the cases it is sent. */
import { openDevice } from '../adapter.ts';
import { createContext } from '../context.ts';
import { measureClock } from '../clock.ts';
import { probeCompiler } from '../compiler-probe.ts';
import { DeviceLostError, EnvironmentError } from '../errors.ts';
import { measureCase } from '../measure.ts';
import { choiceFromEnv } from './choice.ts';
import { openAdapter } from './dawn.ts';
import { loadKernel } from './kernel-folders.ts';
import { measurementFlags } from './environment.ts';
import { nodeHost } from './node-host.ts';
import type { FromChild, ToChild } from './session-messages.ts';

const tell = (message: FromChild): void => {
  process.send?.(message);
};

// Without a parent nobody keeps the records. A plain exit would wait for a driver that may hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const choice = choiceFromEnv();
  const opened = await openAdapter(choice);
  const { device } = await openDevice(opened.adapter);
  const clock = await measureClock(device, nodeHost);
  const compiler = await probeCompiler(device, nodeHost);
  const context = createContext(device, nodeHost, opened.caps, clock);
  // Dawn frees what JavaScript has dropped, and its threads then run into freed memory: the listener keeps it all.
  const alive = { opened, device };
  process.on('message', ({ kernel, request, session }: ToChild) => {
    loadKernel(kernel)
      .then((loaded) => measureCase(context, loaded, request, session))
      .finally(() => alive)
      .then(
        (record) => tell({ kind: 'record', record }),
        (error: unknown) =>
          tell({
            kind: error instanceof DeviceLostError ? 'lost' : 'broken',
            message: messageOf(error),
          }),
      );
  });
  tell({ kind: 'opened', facts: { adapter: opened.info, clock, compiler, flags: measurementFlags(choice) } });
} catch (error) {
  tell({ kind: error instanceof EnvironmentError ? 'unfit' : 'broken', message: messageOf(error) });
}
