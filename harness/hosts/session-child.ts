/** The child process of a session: opens the device the parent chose, then measures the cases it is sent. */
import { adapterClass } from '../adapter-class.ts';
import { openDevice } from '../adapter.ts';
import { createContext } from '../context.ts';
import { measureClock } from '../clock.ts';
import { probeCompiler } from '../compiler-probe.ts';
import type { GpuContext } from '../context.ts';
import { DeviceLostError, EnvironmentError, KernelError, OutOfMemoryError, UsageError } from '../errors.ts';
import { measureCase } from '../measure.ts';
import type { PeerHost } from '../measure-peer.ts';
import { measurePeer } from '../measure-peer.ts';
import { measurePeaks } from '../peaks/measure-peaks.ts';
import type { PairSide } from '../pair-plan.ts';
import { pairCase } from '../pair-case.ts';
import { planPair } from '../pair-plan.ts';
import { runVector } from '../run-vector.ts';
import { prepareProgram, verifyCase } from '../verify.ts';
import { searchShapes } from '../tuning-search.ts';
import { choiceFromEnv } from './choice.ts';
import { openAdapter } from './dawn.ts';
import { kernelAt } from './kernel-files.ts';
import { builtInKernels } from './kernel-folders.ts';
import { measurementFlags } from './environment.ts';
import { nodeHost } from './node-host.ts';
import type { FoundPeer } from './peer-folders.ts';
import { loadPeer } from './peer-folders.ts';
import { peerProcess } from './peer-process.ts';
import type { LoadedKernel } from '../program.ts';
import { programText } from '../program.ts';
import type { Failure, FromChild, ToChild } from './session-messages.ts';

/** Where kernels are, as the parent says. */
const kernelsRoot = new URL(process.argv[2] ?? builtInKernels);
/** The peer that this process runs instead of kernels, as the parent says. */
const peerId = process.argv[3];

const tell = (message: FromChild): void => {
  process.send?.(message);
};

// Without a parent nobody keeps the records. A plain exit would wait for a driver that may hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** Set once the device is open, when this process is for a peer. */
let asPeer: { readonly loaded: FoundPeer; readonly host: PeerHost } | null = null;

/** Each side of a pair is of the pack that it names. */
const loadSide = (side: PairSide): Promise<LoadedKernel> => kernelAt(side, new URL(side.kernels));

async function reply(context: GpuContext, message: ToChild): Promise<FromChild> {
  if (message.kind === 'peaks') {
    return { kind: 'peaks', result: await verdict(measurePeaks(context, () => new Date())) };
  }
  if (message.kind === 'pair plan') {
    return { kind: 'pair planned', plan: await planPair(context, loadSide, message.paired) };
  }
  if (message.kind === 'pair') {
    return { kind: 'paired', outcome: await pairCase(context, loadSide, message.request) };
  }
  if (asPeer !== null && message.kind === 'measure') {
    const { loaded, host } = asPeer;
    const record = await measurePeer(context, loaded, host, message.request, message.session);
    return { kind: 'record', record };
  }
  const loaded = await kernelAt(message, kernelsRoot);
  switch (message.kind) {
    case 'measure':
      return { kind: 'record', record: await measureCase(context, loaded, message.request, message.session) };
    case 'verify':
      return {
        kind: 'verified',
        result: await verdict(verifyCase(context, loaded, message.params, message.shape ?? 'default')),
      };
    case 'tune': {
      const { params, seconds } = message;
      return { kind: 'tuned', result: await verdict(searchShapes(context, loaded, params, seconds)) };
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

try {
  const choice = choiceFromEnv();
  const opened = await openAdapter(choice);
  const { device } = await openDevice(opened.adapter);
  const clock = await measureClock(device, nodeHost);
  const compiler = await probeCompiler(device, nodeHost);
  const { caps, info } = opened;
  const context = createContext(device, nodeHost, caps, clock, adapterClass(info));
  if (peerId !== undefined) {
    const loaded = await loadPeer(peerId, kernelsRoot);
    asPeer = { loaded, host: peerProcess(loaded, device, opened.adapter) };
  }
  process.on('message', (message: ToChild) => {
    reply(context, message).then(tell, (error: unknown) =>
      tell({
        kind: error instanceof DeviceLostError ? 'lost' : 'broken',
        message: messageOf(error),
      }),
    );
  });
  const flags = measurementFlags(choice);
  tell({ kind: 'opened', facts: { adapter: info, caps, clock, compiler, flags } });
} catch (error) {
  tell({ kind: error instanceof EnvironmentError ? 'unfit' : 'broken', message: messageOf(error) });
}
