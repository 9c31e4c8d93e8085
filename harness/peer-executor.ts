/** One case of a peer on the harness's device: its calls, checked and timed as those of kernels are. */
import type { Kernel, Params, Tensors } from '../kernels/contract.ts';
import type { OpenPeer, PeerCase } from '../peers/contract.ts';
import type { OutputReading } from './buffers.ts';
import type { CaseCalls } from './calls.ts';
import type { GpuContext } from './context.ts';
import type { DeviceWatch } from './device-watch.ts';
import { describePath } from './device-watch.ts';
import { KernelError } from './errors.ts';
import { elementsOf } from './layout.ts';
import type { ByteCounts } from './record.ts';
import type { CallSample } from './sampling.ts';
import { resolveTimestamps, TimestampQueries } from './timestamps.ts';

/** A peer that was opened, and the watch over the device it uses. */
export interface RunningPeer {
  readonly open: OpenPeer;
  readonly watch: DeviceWatch;
}

const bytesOf = (specs: readonly { readonly shape: readonly number[] }[]): number =>
  specs.reduce((sum, { shape }) => sum + 4 * elementsOf(shape), 0);

const mostRepeats = 64;

export class PeerExecutor implements CaseCalls {
  readonly inputSets: number;
  readonly maxRepeats = mostRepeats;
  /** What preparing took: the library's model or program, and the upload. */
  readonly compileNs: number;
  private readonly context: GpuContext;
  private readonly watch: DeviceWatch;
  private readonly prepared: PeerCase;
  private readonly kernel: Kernel;
  private readonly params: Params;
  private queries: TimestampQueries | null = null;
  private pathTaken: readonly string[] = [];
  private madeBytes: number;

  private constructor(
    context: GpuContext,
    { watch }: RunningPeer,
    kernel: Kernel,
    params: Params,
    made: { readonly prepared: PeerCase; readonly sets: number; readonly ns: number; readonly bytes: number },
  ) {
    this.context = context;
    this.watch = watch;
    this.kernel = kernel;
    this.params = params;
    this.prepared = made.prepared;
    this.inputSets = made.sets;
    this.compileNs = made.ns;
    this.madeBytes = made.bytes;
  }

  /** Uploads the input sets and lets the library prepare. Throws KernelError with the library's words. */
  static async create(
    context: GpuContext,
    peer: RunningPeer,
    kernel: Kernel,
    params: Params,
    inputSets: readonly Tensors[],
  ): Promise<PeerExecutor> {
    const { host } = context;
    const started = host.nowNs();
    const prepared: PeerCase[] = [];
    const { bufferBytes } = await peer.watch.during(async () => {
      prepared.push(await context.wait(inItsWords(peer.open.prepare(params, inputSets))));
    });
    const ns = host.nowNs() - started;
    const [only] = prepared;
    return new PeerExecutor(context, peer, kernel, params, {
      prepared: only,
      sets: inputSets.length,
      ns,
      bytes: bufferBytes,
    });
  }

  /** What the first call dispatched, in order. */
  get path(): readonly string[] {
    return this.pathTaken;
  }

  /** The operation asked for, and the way that the library chose. */
  get variant(): string {
    return `${this.prepared.operation}: ${this.pathTaken.join(', ')}`;
  }

  /** `scratch`: what the library allocated on top for this case. What it takes from its own pool is not seen. */
  bytes(): ByteCounts {
    const inputs = bytesOf(this.kernel.inputs(this.params));
    const outputs = bytesOf(this.kernel.outputs(this.params));
    const harness = inputs * (this.inputSets - 1);
    const scratch = Math.max(0, this.madeBytes - inputs - harness - outputs);
    return { inputs, outputs, scratch, peak: inputs + outputs + scratch, harness };
  }

  async readOutputs(): Promise<OutputReading> {
    const [main] = this.kernel.outputs(this.params);
    const data = await this.context.wait(inItsWords(this.prepared.read()));
    return { tensors: { [main.name]: { shape: main.shape, data } }, brokenGuards: [], unwritten: [] };
  }

  async untimedCall(set: number): Promise<number> {
    const { context, prepared } = this;
    context.device.pushErrorScope('validation');
    const started = context.host.nowNs();
    await context.wait(inItsWords(prepared.run(set)));
    await context.wait(context.device.queue.onSubmittedWorkDone());
    const callNs = context.host.nowNs() - started;
    const invalid = await context.wait(context.device.popErrorScope());
    if (invalid !== null) throw new KernelError(invalid.message);
    return callNs;
  }

  async poisonedCall(set: number): Promise<OutputReading & { readonly callNs: number }> {
    this.prepared.poison?.();
    let callNs = 0;
    const watched = await this.watch.during(async () => {
      callNs = await this.untimedCall(set);
    });
    this.pathTaken = describePath(watched.dispatched);
    this.madeBytes += watched.bufferBytes;
    return { ...(await this.readOutputs()), callNs };
  }

  /**
   * `repeats` calls, sets in turns, between two timestamped passes, the first submitted right before the library's first submit. What the library
   * does before that is `encodeNs`; the host's gaps between its submits count, as its users wait for them too.
   */
  async call(repeats: number, set: number): Promise<CallSample> {
    const { context, prepared } = this;
    const { device, host, clock } = context;
    const queries =
      clock.source === 'timestamp-query' ? (this.queries ??= new TimestampQueries(device, 2)) : null;
    const [begin, end] = [0, 1].map((slot) => emptyPass(device, queries, slot));
    const started = host.nowNs();
    const cpuStart = host.cpuNs();
    let submitted = started;
    const callOff = this.watch.beforeNextSubmit(() => {
      submitted = host.nowNs();
      device.queue.submit([begin]);
    });
    try {
      for (let repeat = 0; repeat < repeats; repeat++) {
        await context.wait(inItsWords(prepared.run((set + repeat) % this.inputSets)));
      }
    } finally {
      callOff();
    }
    device.queue.submit([end]);
    await context.wait(device.queue.onSubmittedWorkDone());
    const doneNs = host.nowNs();
    const cpuEnd = host.cpuNs();
    const stamps = queries === null ? null : await resolveTimestamps(context, queries, 2);
    return {
      // From the end of the first empty pass to the beginning of the second.
      gpuNs: stamps === null ? null : (stamps[2] - stamps[1]) / repeats,
      passNs: {},
      wallNs: (doneNs - submitted) / repeats,
      encodeNs: (submitted - started) / repeats,
      // The library submits as it goes.
      submitNs: null,
      cpuNs: cpuStart === null || cpuEnd === null ? null : (cpuEnd - cpuStart) / repeats,
    };
  }

  destroy(): void {
    this.queries?.destroy();
    this.prepared.destroy();
  }
}

function emptyPass(device: GPUDevice, queries: TimestampQueries | null, slot: number): GPUCommandBuffer {
  const encoder = device.createCommandEncoder();
  encoder.beginComputePass(queries === null ? {} : { timestampWrites: queries.writes(slot) }).end();
  return encoder.finish();
}

/** What goes wrong inside a library is the case's failure, told in the library's words. */
async function inItsWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new KernelError(error instanceof Error ? error.message.split('\n')[0] : String(error), {
      cause: error,
    });
  }
}
