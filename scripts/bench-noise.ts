/**
 * `npm run bench:noise`: does the noise doctor's prediction hold? With and without another program that takes a core, the smallest
 * slowdown it predicts is held against what comparisons of a kernel with itself show, in fresh processes. Exits with 1 beyond 1.5 times.
 */
import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openDevice } from '../harness/adapter.ts';
import { measureClock } from '../harness/clock.ts';
import { createContext } from '../harness/context.ts';
import { CaseExecutor } from '../harness/executor.ts';
import { resolveAdapter } from '../harness/hosts/adapters.ts';
import { choiceFromEnv, choiceToEnv, type AdapterChoice } from '../harness/hosts/choice.ts';
import { openAdapter } from '../harness/hosts/dawn.ts';
import { examineNoise } from '../harness/hosts/examine-noise.ts';
import { loadKernel } from '../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../harness/hosts/node-host.ts';
import { inputSets } from '../harness/measure.ts';
import { detectableEffect, formatNoise, probedDesign } from '../harness/noise.ts';
import { resolveParams } from '../harness/params.ts';
import { seededRandom } from '../harness/random.ts';
import { median } from '../harness/stats.ts';
import { prepareProgram } from '../harness/verify.ts';

const sessions = 16;
const shape = { n: 256, heads: 4, d: 64 };
/** A prediction that is this many times too high or too low is no use. */
const within = 1.5;

/** In a fresh process: the median log ratio of pairs of the same kernel, in shuffled order. */
async function session(seed: string): Promise<number> {
  const opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  const context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
  const loaded = await loadKernel('flash');
  const params = resolveParams(loaded.kernel.axes, shape);
  const prepared = await prepareProgram(context, loaded, params);
  if (prepared.kind !== 'program') throw new Error(prepared.message);
  const sets = inputSets(loaded.kernel, params, seed);
  const arms = [
    await CaseExecutor.create(context, loaded, params, prepared.program, sets),
    await CaseExecutor.create(context, loaded, params, prepared.program, sets),
  ];
  const timed = async (arm: number, set: number): Promise<number> => {
    const { gpuNs, wallNs } = await arms[arm].call(1, set);
    return gpuNs ?? wallNs;
  };
  for (const arm of [0, 1, 0, 1]) await timed(arm, 0);
  const random = seededRandom(seed);
  const ratios: number[] = [];
  for (let pair = 0; pair < probedDesign.pairs; pair++) {
    const first = random.integer(2);
    const firstNs = await timed(first, pair % 2);
    const secondNs = await timed(1 - first, pair % 2);
    const ratio = Math.log(secondNs / firstNs);
    ratios.push(first === 0 ? ratio : -ratio);
  }
  return median(ratios);
}

function inFreshProcess(choice: AdapterChoice, seed: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['session', seed], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      env: { ...process.env, ...choiceToEnv(choice) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (value) => resolve(Number(value)));
    child.on('exit', (code) => reject(new Error(`a session ended with exit code ${code}`)));
  });
}

/** Another program that never rests. */
function startHog(): () => void {
  const hog = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
  return () => void hog.kill('SIGKILL');
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Predicted over observed. */
async function predictionAgainst(choice: AdapterChoice, name: string): Promise<number> {
  const { noise, advice } = await examineNoise(choice);
  if (noise === null) throw new Error(advice.map(({ what }) => what).join('; '));
  const medians: number[] = [];
  for (let index = 0; index < sessions; index++)
    medians.push(await inFreshProcess(choice, `${name} ${index}`));
  const mean = medians.reduce((sum, value) => sum + value, 0) / sessions;
  const spread = Math.sqrt(medians.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sessions - 1));
  const observed = detectableEffect(spread);
  console.log(`${name}: ${formatNoise(noise)}`);
  console.log(
    `  predicted ${percent(noise.detectable)}, observed ${percent(observed)} over ${sessions} sessions of ${probedDesign.pairs} pairs: ${(noise.detectable / observed).toFixed(2)} times`,
  );
  return noise.detectable / observed;
}

if (process.argv[2] === 'session') {
  const value = await session(process.argv[3]);
  process.send?.(value, undefined, undefined, () => process.exit(0));
} else {
  const resolved = await resolveAdapter(process.argv[2] ?? process.env.ATTNBENCH_ADAPTER ?? 'auto');
  if (!resolved.ok) throw new Error(resolved.message);
  const alone = await predictionAgainst(resolved.choice, `${resolved.choice.name}, alone`);
  const stopHog = startHog();
  try {
    const beside = await predictionAgainst(resolved.choice, `${resolved.choice.name}, beside a busy program`);
    process.exitCode = [alone, beside].every((ratio) => ratio < within && ratio > 1 / within) ? 0 : 1;
  } finally {
    stopHog();
  }
}
