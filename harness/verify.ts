/** Correctness of one case, alone: what `verify` does and what every timing starts with. */
import type { Params, Tensors } from '../kernels/contract.ts';
import type { CaseCalls } from './calls.ts';
import type { Verdict } from './check.ts';
import { distanceToSoftmax, faultsOf, judge, rowsToCheck } from './check.ts';
import type { GpuContext } from './context.ts';
import { CaseExecutor } from './executor.ts';
import { createInputs } from './inputs.ts';
import type { LoadedKernel, Program } from './program.ts';
import { loadProgram } from './program.ts';
import { refuseParams, refuseSizes } from './refusal.ts';
import type { ShapeWish } from './tuning-choice.ts';
import { pickShape } from './tuning-choice.ts';

export type Verification =
  Verdict | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Calls once with the given input set and compares. Returns the first call's time beside the verdict. */
export async function checkCall(
  executor: CaseCalls,
  { kernel }: Pick<LoadedKernel, 'kernel'>,
  params: Params,
  inputs: Tensors,
  set: number,
  seed: string,
): Promise<{ verdict: Verdict; callNs: number }> {
  const { tensors, callNs, ...reading } = await executor.poisonedCall(set);
  const faults = faultsOf(reading, (await executor.changedInputs?.(set, inputs)) ?? []);
  const rows = rowsToCheck(kernel, params, seed);
  const verdict = judge(kernel, params, inputs, tensors, faults, rows);
  const distance = distanceToSoftmax(kernel, params, inputs, tensors, rows);
  return { verdict: { ...verdict, check: { ...verdict.check, distanceToSoftmax: distance } }, callNs };
}

/** Either why the case cannot run here, or its program. */
export async function prepareProgram(
  context: GpuContext,
  loaded: LoadedKernel,
  params: Params,
  wish: ShapeWish = 'tuned',
): Promise<
  | { readonly kind: 'program'; readonly program: Program }
  | {
      readonly kind: 'refused';
      readonly code: 'feature' | 'limit' | 'unsupported' | 'memory';
      readonly message: string;
      /** Null when the case is refused before a plan can be made. */
      readonly program: Program | null;
    }
> {
  const early = refuseParams(loaded.kernel, params, context.caps);
  if (early !== null) return { kind: 'refused', ...early, program: null };
  const shape = await pickShape(context, loaded, params, wish);
  const program = await loadProgram(loaded, params, context.caps, context.host, shape);
  const late = refuseSizes(loaded.kernel, params, program.plan, context.caps, context.host.freeMemoryBytes());
  return late === null ? { kind: 'program', program } : { kind: 'refused', ...late, program };
}

/** One case with seeded inputs, checked once. */
export async function verifyCase(
  context: GpuContext,
  loaded: LoadedKernel,
  params: Params,
  wish: ShapeWish = 'default',
  seed = 'verify',
): Promise<Verification> {
  const prepared = await prepareProgram(context, loaded, params, wish);
  if (prepared.kind === 'refused') return prepared;
  const inputs = createInputs(loaded.kernel, params, seed, 0);
  const executor = await CaseExecutor.create(context, loaded, params, prepared.program, [inputs]);
  try {
    return (await checkCall(executor, loaded, params, inputs, 0, seed)).verdict;
  } finally {
    executor.destroy();
  }
}
