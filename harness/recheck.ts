/** Whether calls of a case are still right after the check that came before timing: used wherever something is timed. */
import type { Kernel, Params, Random, Tensors } from '../kernels/contract.ts';
import type { OutputReading } from './buffers.ts';
import type { CaseCalls } from './calls.ts';
import { faultsOf, judge, randomRows } from './check.ts';

/** Heads whose rows are compared: of one while timing goes on, of some in the end. */
const headsOnTheWay = 1;
const headsInTheEnd = 3;

export interface Rechecked {
  readonly executor: CaseCalls;
  readonly kernel: Kernel;
  readonly params: Params;
  /** What the executor's inputs hold now. */
  readonly sets: readonly Tensors[];
}

/** What is wrong with the outputs as the last call, on input set `set`, left them, by rows drawn at random; null when nothing is. */
export async function recheck(of: Rechecked, set: number, random: Random): Promise<string | null> {
  return problemWith(
    of,
    set,
    randomRows(of.kernel, of.params, headsOnTheWay, random),
    await of.executor.readOutputs(),
    [],
  );
}

/**
 * One call more: its outputs overwritten with finite values before it, scratch as the last call left it. Then everything is looked at,
 * the inputs too.
 */
export async function recheckAnotherCall(of: Rechecked, set: number, random: Random): Promise<string | null> {
  const reading = await of.executor.poisonedCall(set, 'outputs');
  const changed = new Set<string>();
  for (const [index, tensors] of of.sets.entries()) {
    for (const name of (await of.executor.changedInputs?.(index, tensors)) ?? []) changed.add(name);
  }
  return problemWith(of, set, randomRows(of.kernel, of.params, headsInTheEnd, random), reading, [...changed]);
}

function problemWith(
  { kernel, params, sets }: Rechecked,
  set: number,
  rows: readonly number[],
  reading: OutputReading,
  changedInputs: readonly string[],
): string | null {
  const faults = faultsOf(reading, changedInputs);
  const verdict = judge(kernel, params, sets[set], reading.tensors, faults, rows);
  return verdict.kind === 'wrong' ? verdict.message : null;
}
