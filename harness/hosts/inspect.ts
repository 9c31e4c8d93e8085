/** Opens an adapter where it may crash or hang, and measures it there. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InspectedAdapter } from '../doctor.ts';
import { choiceToEnv, type AdapterChoice } from './choice.ts';
import { withoutDawnNoise } from './dawn-noise.ts';

const inspectTimeoutMs = 60_000;

export type Inspection =
  | { readonly ok: true; readonly findings: InspectedAdapter }
  | { readonly ok: false; readonly problem: string };

/** Opens the adapter in a child process, which may crash or hang. Never rejects. */
export function inspect(choice: AdapterChoice): Promise<Inspection> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('inspect-child.ts', import.meta.url)), [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      env: { ...process.env, ...choiceToEnv(choice) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: inspectTimeoutMs,
      killSignal: 'SIGKILL',
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('message', (findings: InspectedAdapter) => resolve({ ok: true, findings }));
    child.on('error', (error) => resolve({ ok: false, problem: error.message }));
    child.on('close', (code, signal) => {
      const said = withoutDawnNoise(stderr)
        .split('\n')
        .find((line) => /error/i.test(line))
        ?.trim();
      const ended = `its process ended (${signal ?? `exit code ${code}`})`;
      resolve({ ok: false, problem: said === undefined ? ended : `${ended}: ${said}` });
    });
  });
}
