/** Ends processes that have no channel to this one which would tell them that it is gone. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** Kills a process and its group, which it must lead, with all that it may be stuck in. */
export function killGroup({ pid }: Pick<ChildProcess, 'pid'>): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** However this process ends, the group of the other does too: a shell waits at a pipe that then closes. */
export function endWithThisProcess(child: ChildProcess): void {
  if (child.pid === undefined || process.platform === 'win32') return;
  const watch = spawn('/bin/sh', ['-c', `read line; kill -KILL -${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  watch.on('error', () => undefined);
  child.once('exit', () => watch.kill());
}
