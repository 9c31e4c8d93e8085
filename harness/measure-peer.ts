/** One case of a peer from its parameters to its record: refused, or checked and timed as a kernel is. */
import type { Kernel, Refusal } from '../kernels/contract.ts';
import type { Peer } from '../peers/contract.ts';
import type { GpuContext } from './context.ts';
import { KernelError } from './errors.ts';
import type { CaseRequest } from './measure.ts';
import { checkAndTime, inputSets } from './measure.ts';
import type { RunningPeer } from './peer-executor.ts';
import { PeerExecutor } from './peer-executor.ts';
import type { CaseRecord } from './record.ts';
import { refusePeer } from './refuse-peer.ts';

/** A peer with its address, and the kernel that it is held to. */
export interface LoadedPeer {
  readonly id: string;
  readonly peer: Peer;
  readonly kernel: Kernel;
}

/** How this process runs a peer. */
export interface PeerHost {
  /** Version of an installed package; null where it is not installed. */
  version(packageName: string): string | null;
  /** The peer, started at the first call. Throws KernelError. */
  start(): Promise<RunningPeer>;
  /** Resolves when a call takes as long as it always will: libraries are compiled in the background of a new process. */
  comeToSpeed(call: () => Promise<unknown>): Promise<void>;
}

/** Measures a case. Only DeviceLostError and errors that are nobody's fault but the tool's get out. */
export async function measurePeer(
  context: GpuContext,
  { id, peer, kernel }: LoadedPeer,
  host: PeerHost,
  request: CaseRequest,
  session: number,
): Promise<CaseRecord> {
  const { params, suite } = request;
  const { mechanism } = kernel;
  const identity = { kind: 'case' as const, id: request.id, suite, kernel: id, mechanism, params, session };
  const skipped = ({ code, message }: Refusal): CaseRecord => ({
    ...identity,
    status: 'skipped',
    reason: { code, message },
    bytes: null,
    cost: kernel.cost(params),
  });
  const refusal = refusePeer(peer, params, context.caps, (name) => host.version(name));
  if (refusal !== null) return skipped(refusal);

  let executor: PeerExecutor | null = null;
  try {
    const sets = inputSets(kernel, params, request.seed);
    const running = await host.start();
    const calls = await PeerExecutor.create(context, running, kernel, params, sets);
    executor = calls;
    return await checkAndTime(context, kernel, calls, request, sets, async () => {
      await host.comeToSpeed(() => calls.untimedCall(0));
      const [library] = peer.packages;
      const version = host.version(library) ?? 'unknown';
      const path = [...calls.path];
      const repairs = [...running.open.repairs];
      const hash = await context.host.sha256Hex(JSON.stringify([library, version, path, repairs]));
      const subject = {
        ...identity,
        variant: calls.variant,
        cost: kernel.cost(params),
        source: { hash, passes: path },
        peer: { package: library, version, path, repairs, device: 'shared' as const },
      };
      return { subject, passes: null };
    });
  } catch (error) {
    context.refuseLost();
    if (!(error instanceof KernelError)) throw error;
    return { ...identity, status: 'failed', reason: { code: 'kernel', message: error.message } };
  } finally {
    executor?.destroy();
  }
}
