/** A case of two kernel packs, and what each side would run on a device: asked before anything is timed. */
import type { Params } from '../kernels/contract.ts';
import type { GpuContext } from './context.ts';
import { DeviceLostError } from './errors.ts';
import type { KernelSource } from './kernel-file/source.ts';
import { recordedCost } from './measure.ts';
import type { LoadedKernel, Program } from './program.ts';
import type { ByteCounts, CostCounts } from './record.ts';
import { plannedBytes } from './refusal.ts';
import { prepareProgram } from './verify.ts';

export type SideName = 'base' | 'head';

/** A kernel of a pack, and the case as that pack understands it. */
export interface PairSide {
  /** URL of the pack's kernels. */
  readonly kernels: string;
  readonly kernel: string;
  /** The files of a kernel that was brought along. */
  readonly source?: KernelSource;
  readonly params: Params;
}

/** A case on both sides; null where a side has no such case. */
export interface PairedCase {
  readonly base: PairSide | null;
  readonly head: PairSide | null;
}

/** Brings the kernel of a side in. */
export type LoadSide = (side: PairSide) => Promise<LoadedKernel>;

/** What a side would run. */
export type SidePlan =
  | {
      readonly kind: 'program';
      readonly hash: string;
      readonly bytes: ByteCounts;
      readonly cost: CostCounts;
      readonly shader: string;
    }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface PairPlan {
  readonly base: SidePlan | null;
  readonly head: SidePlan | null;
}

/** A side whose kernel is loaded, and whose program is made. */
export interface Ready {
  readonly kind: 'ready';
  readonly loaded: LoadedKernel;
  readonly program: Program;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A pack's own code runs here, written for another version perhaps: whatever it throws is told of its side. */
export async function prepare(
  context: GpuContext,
  load: LoadSide,
  side: PairSide,
): Promise<Ready | Exclude<SidePlan, { kind: 'program' }>> {
  try {
    const loaded = await load(side);
    const prepared = await prepareProgram(context, loaded, side.params);
    return prepared.kind === 'refused'
      ? { kind: 'refused', code: prepared.code, message: prepared.message }
      : { kind: 'ready', loaded, program: prepared.program };
  } catch (error) {
    if (error instanceof DeviceLostError) throw error;
    return { kind: 'failed', message: messageOf(error) };
  }
}

async function planSide(context: GpuContext, load: LoadSide, side: PairSide): Promise<SidePlan> {
  const prepared = await prepare(context, load, side);
  if (prepared.kind !== 'ready') return prepared;
  const { loaded, program } = prepared;
  return {
    kind: 'program',
    hash: program.hash,
    bytes: plannedBytes(loaded.kernel, side.params, program.plan),
    cost: recordedCost(loaded.kernel, side.params),
    shader: program.plan.passes[0].shader,
  };
}

/** What both sides would run on this device, without running it. */
export async function planPair(
  context: GpuContext,
  load: LoadSide,
  { base, head }: PairedCase,
): Promise<PairPlan> {
  return {
    base: base === null ? null : await planSide(context, load, base),
    head: head === null ? null : await planSide(context, load, head),
  };
}
