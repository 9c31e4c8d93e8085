/** Asks Dawn, in a child process, which adapters an environment offers. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { withoutDawnNoise } from './dawn-noise.ts';

const deviceSchema = z.object({
  backend: z.string(),
  /** What Dawn's `adapter=` flag takes. */
  name: z.string(),
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  description: z.string(),
  isFallbackAdapter: z.boolean(),
});

export type ProbedDevice = z.infer<typeof deviceSchema>;

export interface Probe {
  /** The fastest first, by Dawn's own ranking. */
  readonly devices: readonly ProbedDevice[];
  /** Why there are none, in the driver's words; null when there are some. */
  readonly problem: string | null;
}

const timeoutMs = 20_000;
const answer = /^attnbench-probe (.*)$/m;

function parse(stdout: string): readonly ProbedDevice[] | null {
  const line = answer.exec(stdout)?.[1];
  if (line === undefined) return null;
  try {
    return z.array(deviceSchema).parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The adapters offered under `env` (added to this process's own environment). Never rejects. */
export function probeAdapters(
  env: Readonly<Record<string, string>>,
  script: string = fileURLToPath(new URL('probe.mjs', import.meta.url)),
): Promise<Probe> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ devices: [], problem: error.message }));
    child.on('close', (code, signal) => {
      const devices = parse(stdout);
      if (devices !== null && devices.length > 0) return resolve({ devices, problem: null });
      const said = withoutDawnNoise(stderr)
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.trim();
      const ended =
        devices === null ? `the driver ended the process (${signal ?? `exit code ${code}`})` : 'no device';
      resolve({ devices: [], problem: said === undefined ? ended : `${ended}: ${said}` });
    });
  });
}
