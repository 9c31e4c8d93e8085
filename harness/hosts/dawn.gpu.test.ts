import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adapterSchema, clockSchema } from '../record.ts';
import { resolveAdapter } from './adapters.ts';
import { choiceToEnv, type AdapterChoice } from './choice.ts';

const answerSchema = z.object({
  info: adapterSchema,
  caps: z.object({ features: z.array(z.string()), software: z.boolean(), subgroupMaxSize: z.number() }),
  limits: z.record(z.string(), z.number()),
  clock: clockSchema,
  wallClock: clockSchema,
  compiler: z.object({ loopVariablesReinitialised: z.boolean() }),
  lostOnPurpose: z.string().nullable(),
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Each adapter needs a process of its own, started with its environment. */
function openInChild(choice: AdapterChoice): Promise<Ended> {
  const script = fileURLToPath(new URL('dawn-test-child.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', tsx, script], {
      env: { ...process.env, ...choiceToEnv(choice) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const adapters = [
  ['swiftshader', await resolveAdapter('swiftshader')],
  ['lavapipe', await resolveAdapter('lavapipe')],
] as const;

describe.each(adapters)('%s', (name, resolved) => {
  // SwiftShader comes with the project; only lavapipe may be missing.
  const mayBeMissing = name === 'lavapipe';

  const chosen = (skip: (reason: string) => void): AdapterChoice => {
    if (!resolved.ok && mayBeMissing) skip(resolved.message);
    if (!resolved.ok) throw new Error(resolved.message);
    return resolved.choice;
  };

  test('opens as promised', async ({ skip }) => {
    const { code, stdout, stderr } = await openInChild(chosen(skip));
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    // Nothing but the answer: drivers and Dawn keep off stdout.
    const answer = answerSchema.parse(JSON.parse(stdout));
    expect(answer.info).toMatchObject({ name, software: true, limits: answer.limits });
    expect(answer.caps).toMatchObject({ software: true, subgroupMaxSize: answer.info.subgroupMaxSize });
    expect(answer.info.features).toEqual(expect.arrayContaining(answer.caps.features));
    expect(answer.caps.features.includes('shader-f16')).toBe(name === 'lavapipe');
    expect(answer.clock).toMatchObject({ source: 'timestamp-query', quantised: false });
    expect(answer.clock.tickNs).toBeLessThan(100);
    expect(answer.wallClock.source).toBe('wall');
    expect(answer.lostOnPurpose).toBeNull();
  });

  test('without the flag its timestamps are quantised, and that is noticed', async ({ skip }) => {
    const choice = chosen(skip);
    const dawnFlags = choice.dawnFlags.filter((flag) => !flag.includes('timestamp_quantization'));
    const { stdout } = await openInChild({ ...choice, dawnFlags });
    expect(answerSchema.parse(JSON.parse(stdout)).clock).toMatchObject({ tickNs: 65_536, quantised: true });
  });

  test('an adapter that is not there is an error with a sentence', async ({ skip }) => {
    const { code, stderr } = await openInChild({ ...chosen(skip), dawnFlags: ['adapter=nobody'] });
    expect(code).toBe(1);
    expect(stderr).toContain(`Dawn did not open the adapter '${name}'`);
  });
});
