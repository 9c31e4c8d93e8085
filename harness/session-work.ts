/** What a session does with a message, in whatever host: an open device, a way to load kernels, and one answer for each request. */
import type { Caps } from '../kernels/contract.ts';
import { adapterClass } from './adapter-class.ts';
import { openDevice } from './adapter.ts';
import { measureClock } from './clock.ts';
import { probeCompiler } from './compiler-probe.ts';
import type { GpuContext } from './context.ts';
import { createContext } from './context.ts';
import { DeviceLostError, EnvironmentError, KernelError, OutOfMemoryError, UsageError } from './errors.ts';
import type { Host } from './host.ts';
import { measureCase } from './measure.ts';
import type { LoadedPeer, PeerHost } from './measure-peer.ts';
import { measurePeer } from './measure-peer.ts';
import { pairCase } from './pair-case.ts';
import { planPair } from './pair-plan.ts';
import { measurePeaks } from './peaks/measure-peaks.ts';
import type { LoadedKernel } from './program.ts';
import { programText } from './program.ts';
import type { AdapterInfo } from './record.ts';
import { runVector } from './run-vector.ts';
import type { DeviceFacts, Failure, FromChild, KernelAddress, ToChild } from './session-messages.ts';
import { searchShapes } from './tuning-search.ts';
import { prepareProgram, verifyCase } from './verify.ts';

export interface SessionWork {
  readonly context: GpuContext;
  /** A kernel by its id, or by its files. `pack`: where its pack is, as a pair says; null for the session's own kernels. */
  load(address: KernelAddress, pack: string | null): Promise<LoadedKernel>;
  /** The peer that the session is for; null: kernels. */
  readonly peer: { readonly loaded: LoadedPeer; readonly host: PeerHost } | null;
}

/** An adapter that was found, with what its host says of it. */
export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly info: AdapterInfo;
  readonly caps: Caps;
}

/** Opens the device of a session, and measures what every number of it depends on. */
export async function openContext(
  { adapter, info, caps }: FoundAdapter,
  host: Host,
): Promise<{ readonly context: GpuContext; readonly facts: Omit<DeviceFacts, 'flags'> }> {
  const { device } = await openDevice(adapter);
  const clock = await measureClock(device, host);
  const compiler = await probeCompiler(device, host);
  return {
    context: createContext(device, host, caps, clock, adapterClass(info)),
    facts: { adapter: info, caps, clock, compiler },
  };
}

/** The answer to a message, whatever happens: a lost device and the tool's own mistakes are answers too. */
export async function answerTo(work: SessionWork, message: ToChild): Promise<FromChild> {
  try {
    return await reply(work, message);
  } catch (error) {
    return { kind: error instanceof DeviceLostError ? 'lost' : 'broken', message: messageOf(error) };
  }
}

/** What to say when no session could be opened. */
export const notOpened = (error: unknown): FromChild => ({
  kind: error instanceof EnvironmentError ? 'unfit' : 'broken',
  message: messageOf(error),
});

async function reply(work: SessionWork, message: ToChild): Promise<FromChild> {
  const { context, peer } = work;
  if (message.kind === 'peaks') {
    return { kind: 'peaks', result: await verdict(measurePeaks(context, () => new Date())) };
  }
  if (message.kind === 'pair plan') {
    const plan = await planPair(context, (side) => work.load(side, side.kernels), message.paired);
    return { kind: 'pair planned', plan };
  }
  if (message.kind === 'pair') {
    const outcome = await pairCase(context, (side) => work.load(side, side.kernels), message.request);
    return { kind: 'paired', outcome };
  }
  if (peer !== null && message.kind === 'measure') {
    const record = await measurePeer(context, peer.loaded, peer.host, message.request, message.session);
    return { kind: 'record', record };
  }
  const loaded = await work.load(message, null);
  switch (message.kind) {
    case 'measure':
      return { kind: 'record', record: await measureCase(context, loaded, message.request, message.session) };
    case 'verify':
      return {
        kind: 'verified',
        result: await verdict(verifyCase(context, loaded, message.params, message.shape ?? 'default')),
      };
    case 'tune': {
      return { kind: 'tuned', result: await verdict(searchShapes(context, loaded, message.params, message)) };
    }
    case 'vector': {
      const { vector, precision } = message;
      return { kind: 'compared', result: await verdict(runVector(context, loaded, vector, precision)) };
    }
    case 'program': {
      const prepared = await prepareProgram(context, loaded, message.params);
      return prepared.kind === 'refused'
        ? { kind: 'refused', message: prepared.message }
        : { kind: 'program text', program: await programText(prepared.program, context.host) };
    }
  }
}

/** Errors that concern one case only are its verdict. */
async function verdict<Result>(work: Promise<Result>): Promise<Result | Failure> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return { kind: 'error', code, message: messageOf(error) };
  }
}

function codeOf(error: unknown): Failure['code'] | null {
  if (error instanceof KernelError) return 'kernel';
  if (error instanceof OutOfMemoryError) return 'memory';
  if (error instanceof EnvironmentError) return 'environment';
  return error instanceof UsageError ? 'vector' : null;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
