/** The search of one case on an open device: every shape is checked, then those that are right race. */
import type { Params, Shape, Tensors } from '../kernels/contract.ts';
import type { GpuContext } from './context.ts';
import { KernelError, OutOfMemoryError } from './errors.ts';
import { CaseExecutor } from './executor.ts';
import { createInputs } from './inputs.ts';
import type { LoadedKernel } from './program.ts';
import { defaultPolicy, repeatsFor } from './sampling.ts';
import type { Ratio } from './tuning-race.ts';
import { raceShapes } from './tuning-race.ts';
import { checkCall, prepareProgram } from './verify.ts';

export interface WrongShape {
  readonly shape: Shape;
  readonly message: string;
}

export type SearchVerdict =
  | { readonly kind: 'default' | 'better'; readonly shape: Shape; readonly ratio: Ratio }
  /** Too few shapes for a race. */
  | { readonly kind: 'one shape' }
  | { readonly kind: 'out of time' };

export interface ShapeSearch {
  readonly kind: 'searched';
  readonly offered: number;
  /** On offer, and wrong or not to be compiled: errors of the kernel. */
  readonly wrong: readonly WrongShape[];
  readonly verdict: SearchVerdict;
}

/** In shorter samples the launch and the system's scheduler are heard too well. */
const shortestSampleNs = 5e6;
const fewestRepeats = (durationNs: number): number => Math.ceil(shortestSampleNs / Math.max(durationNs, 1));
const seed = 'tune';
const inputSet = 0;
/** Timestamps that run backwards or stand still are taken again so many times. */
const triesPerSample = 3;

interface Runner {
  readonly shape: Shape;
  readonly executor: CaseExecutor;
  readonly repeats: number;
}

/** Throws DeviceLostError, and KernelError when the timer gives nothing to go by. */
export async function searchShapes(
  context: GpuContext,
  loaded: LoadedKernel,
  params: Params,
  { seconds, races }: { readonly seconds: number; readonly races: number },
): Promise<ShapeSearch> {
  const { host } = context;
  const started = host.nowNs();
  const outOfTime = (): boolean => (host.nowNs() - started) / 1e9 >= seconds;
  const offered = loaded.kernel.shapes?.(params, context.caps) ?? [];
  const inputs = createInputs(loaded.kernel, params, seed, inputSet);
  const wrong: WrongShape[] = [];
  const runners: Runner[] = [];
  const searched = (verdict: SearchVerdict): ShapeSearch => ({
    kind: 'searched',
    offered: offered.length,
    wrong,
    verdict,
  });
  try {
    for (const [index, shape] of offered.entries()) {
      if (outOfTime()) return searched({ kind: 'out of time' });
      const runner = await checkedRunner(context, loaded, params, inputs, shape);
      if (runner === null) continue;
      if ('executor' in runner) runners.push(runner);
      else wrong.push(runner);
      // Without its default there is nothing to hold the others against.
      if (index === 0 && runners.length === 0) return searched({ kind: 'one shape' });
    }
    if (runners.length < 2) return searched({ kind: 'one shape' });
    const result = await raceShapes({
      count: runners.length,
      races,
      sample: (index) => sampleNs(runners[index]),
      outOfTime,
    });
    return searched(
      result.kind === 'out of time'
        ? result
        : { kind: result.kind, shape: runners[result.best].shape, ratio: result.ratio },
    );
  } finally {
    for (const { executor } of runners) executor.destroy();
  }
}

/** A shape that is right and ready to be timed; null where the adapter has no room for it. */
async function checkedRunner(
  context: GpuContext,
  loaded: LoadedKernel,
  params: Params,
  inputs: Tensors,
  shape: Shape,
): Promise<Runner | WrongShape | null> {
  let executor: CaseExecutor | null = null;
  let kept = false;
  try {
    const prepared = await prepareProgram(context, loaded, params, shape);
    if (prepared.kind === 'refused') return null;
    executor = await CaseExecutor.create(context, loaded, params, prepared.program, [inputs]);
    const { verdict } = await checkCall(executor, loaded, params, inputs, inputSet, seed);
    if (verdict.kind === 'wrong') return { shape, message: verdict.message };
    const { gpuNs, wallNs } = await executor.call(1, inputSet);
    const durationNs = gpuNs ?? wallNs;
    const { tickNs } = context.clock;
    const repeats = Math.max(
      repeatsFor(durationNs, tickNs, defaultPolicy.tickShare, executor.maxRepeats),
      Math.min(fewestRepeats(durationNs), executor.maxRepeats),
    );
    kept = true;
    return { shape, executor, repeats };
  } catch (error) {
    context.refuseLost();
    if (error instanceof OutOfMemoryError) return null;
    if (error instanceof KernelError) return { shape, message: error.message };
    throw error;
  } finally {
    if (!kept) executor?.destroy();
  }
}

async function sampleNs({ executor, repeats }: Runner): Promise<number> {
  for (let attempt = 0; attempt < triesPerSample; attempt++) {
    const { gpuNs, wallNs } = await executor.call(repeats, inputSet);
    const durationNs = gpuNs ?? wallNs;
    if (durationNs > 0) return durationNs;
  }
  throw new KernelError('its timestamps run backwards or stand still');
}
