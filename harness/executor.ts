/** One case on one device: its bind groups, and calls of it, timed. The only code that dispatches kernels. */
import type { Caps, Params, Pass, Tensors } from '../kernels/contract.ts';
import { Allocator } from './allocator.ts';
import type { ChangedParts, OutputReading } from './buffers.ts';
import { CaseBuffers } from './buffers.ts';
import type { CaseCalls } from './calls.ts';
import type { GpuContext } from './context.ts';
import { KernelError } from './errors.ts';
import type { CompiledPipeline } from './pipelines.ts';
import type { LoadedKernel, Program } from './program.ts';
import type { Timeline } from './record.ts';
import type { CallSample } from './sampling.ts';
import { timelineOf } from './timeline.ts';
import type { HostTimes } from './timeline.ts';
import { maxTimedPasses, readTimestamps, resolveTimestamps, TimestampQueries } from './timestamps.ts';

interface Parts {
  readonly context: GpuContext;
  readonly program: Program;
  readonly allocator: Allocator;
  readonly buffers: CaseBuffers;
  readonly pipelines: readonly CompiledPipeline[];
  /** [input set][pass] */
  readonly bindGroups: readonly (readonly GPUBindGroup[])[];
}

export class CaseExecutor implements CaseCalls {
  private readonly parts: Parts;
  private queries: TimestampQueries | null = null;

  private constructor(parts: Parts) {
    this.parts = parts;
  }

  /**
   * Compiles, allocates and uploads. `inputSets` are the tensors of each rotated set, one or more.
   * Throws KernelError, OutOfMemoryError or DeviceLostError.
   */
  static async create(
    context: GpuContext,
    loaded: LoadedKernel,
    params: Params,
    program: Program,
    inputSets: readonly Tensors[],
  ): Promise<CaseExecutor> {
    const allocator = new Allocator(context.device, context.host);
    try {
      const pipelines: CompiledPipeline[] = [];
      for (const pass of program.passes) pipelines.push(await context.pipelines.get(pass));
      const buffers = await CaseBuffers.create(context, loaded.kernel, params, program, inputSets, allocator);
      const bindGroups = await createBindGroups(context, loaded.id, program, pipelines, buffers);
      return new CaseExecutor({ context, program, allocator, buffers, pipelines, bindGroups });
    } catch (error) {
      allocator.destroy();
      throw error;
    }
  }

  get inputSets(): number {
    return this.parts.buffers.inputSets;
  }

  get compileNs(): number {
    return this.parts.pipelines.reduce((sum, { compileNs }) => sum + compileNs, 0);
  }

  /** As many calls as fit one query set. */
  get maxRepeats(): number {
    return Math.max(1, Math.floor(maxTimedPasses / Math.max(1, this.parts.pipelines.length)));
  }

  bytes(): ReturnType<Allocator['bytes']> {
    return this.parts.allocator.bytes();
  }

  readOutputs(): Promise<OutputReading> {
    return this.parts.buffers.readOutputs();
  }

  /** One call without timestamps; returns its submit-to-done time, which at the first call holds whatever the driver put off until then. */
  async untimedCall(set: number): Promise<number> {
    const { context } = this.parts;
    context.device.pushErrorScope('validation');
    const { wallNs } = await this.call(1, set, false);
    const invalid = await context.wait(context.device.popErrorScope());
    if (invalid !== null) throw new KernelError(invalid.message);
    return wallNs;
  }

  async poisonedCall(
    set: number,
    poison: 'everything' | 'outputs' = 'everything',
  ): Promise<OutputReading & { readonly callNs: number }> {
    const { buffers } = this.parts;
    if (poison === 'everything') buffers.poison('nan', 'outputs and scratch');
    else buffers.poison('huge', 'outputs');
    const callNs = await this.untimedCall(set);
    return { ...(await this.readOutputs()), callNs };
  }

  changedInputs(set: number, tensors: Tensors): Promise<readonly string[]> {
    return this.parts.buffers.changedInputs(set, tensors);
  }

  async disturb(parts: readonly ChangedParts[], scratch: boolean): Promise<void> {
    const { context, buffers } = this.parts;
    for (const part of parts) buffers.upload(part);
    if (scratch) buffers.disturbScratch();
    // Done before the next call begins, so that it is in no one's time.
    context.device.queue.submit([]);
    await context.wait(context.device.queue.onSubmittedWorkDone());
  }

  /** `repeats` calls in one submit, as durations per call. Sets take turns from one call to the next, `set` first. */
  async call(repeats: number, set: number, timestamps = true): Promise<CallSample> {
    const { context, program } = this.parts;
    const slots = program.passes.length * repeats;
    const queries = timestamps ? this.queriesFor(slots) : null;
    const { times, cpuNs } = await this.submit(repeats, set, queries);
    const stamps = queries === null ? null : await resolveTimestamps(context, queries, slots);
    const passNames = program.passes.map(({ pass }) => pass.name);
    return {
      gpuNs: stamps === null ? null : (stamps[slots * 2 - 1] - stamps[0]) / repeats,
      passNs: stamps === null ? {} : passDurations(passNames, stamps, repeats),
      wallNs: (times.doneNs - times.submitNs) / repeats,
      encodeNs: (times.encodedNs - times.encodeNs) / repeats,
      submitNs: (times.submittedNs - times.submitNs) / repeats,
      cpuNs: cpuNs === null ? null : cpuNs / repeats,
    };
  }

  /** One call, and when host and GPU did what. */
  async tracedCall(set: number): Promise<Timeline> {
    const { context, program } = this.parts;
    const slots = program.passes.length;
    const queries = this.queriesFor(slots);
    const { times } = await this.submit(1, set, queries);
    return timelineOf(times, queries === null ? null : await readTimestamps(context, queries, slots));
  }

  /** Encodes, submits and waits. CPU time is that from submit to done. */
  private async submit(
    repeats: number,
    set: number,
    queries: TimestampQueries | null,
  ): Promise<{ readonly times: HostTimes; readonly cpuNs: number | null }> {
    const { context } = this.parts;
    const { device, host } = context;
    const encodeNs = host.nowNs();
    const commands = this.encode(repeats, set, queries);
    const encodedNs = host.nowNs();
    const cpuStart = host.cpuNs();
    const submitNs = host.nowNs();
    device.queue.submit([commands]);
    const submittedNs = host.nowNs();
    await context.wait(device.queue.onSubmittedWorkDone());
    const doneNs = host.nowNs();
    const cpuEnd = host.cpuNs();
    return {
      times: { encodeNs, encodedNs, submitNs, submittedNs, doneNs },
      cpuNs: cpuStart === null || cpuEnd === null ? null : cpuEnd - cpuStart,
    };
  }

  private encode(repeats: number, set: number, queries: TimestampQueries | null): GPUCommandBuffer {
    const { context, program, pipelines, bindGroups } = this.parts;
    const encoder = context.device.createCommandEncoder();
    let slot = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [index, { pass }] of program.passes.entries()) {
        const timing = queries === null ? {} : { timestampWrites: queries.writes(slot++) };
        const encoded = encoder.beginComputePass({ label: pass.name, ...timing });
        encoded.setPipeline(pipelines[index].pipeline);
        encoded.setBindGroup(0, bindGroups[(set + repeat) % bindGroups.length][index]);
        const [x, y, z = 1] = pass.grid ?? foldWorkgroups(pass.workgroups, context.caps);
        encoded.dispatchWorkgroups(x, y, z);
        encoded.end();
      }
    }
    return encoder.finish();
  }

  /** Null where the device has no timestamps worth reading. */
  private queriesFor(slots: number): TimestampQueries | null {
    if (this.parts.context.clock.source !== 'timestamp-query') return null;
    if (this.queries === null || this.queries.slots < slots) {
      this.queries?.destroy();
      this.queries = new TimestampQueries(this.parts.context.device, slots);
    }
    return this.queries;
  }

  destroy(): void {
    this.queries?.destroy();
    this.parts.allocator.destroy();
  }
}

/** [input set][pass]. Throws KernelError when a plan binds what is not there. */
async function createBindGroups(
  context: GpuContext,
  kernelId: string,
  program: Program,
  pipelines: readonly CompiledPipeline[],
  buffers: CaseBuffers,
): Promise<GPUBindGroup[][]> {
  const { device } = context;
  const tensorsOf = ({ name: pass, bindings }: Pass, set: number): readonly GPUBuffer[] =>
    bindings.map((name) => {
      const buffer = buffers.find(name, set);
      if (buffer !== undefined) return buffer;
      throw new KernelError(`pass '${pass}' of ${kernelId} binds '${name}', which is no tensor of the case`);
    });
  // Before the error scope is opened: an error thrown inside would leave it open for every later case.
  const bound = Array.from({ length: buffers.inputSets }, (_, set) =>
    program.passes.map(({ pass }) => tensorsOf(pass, set)),
  );
  device.pushErrorScope('validation');
  const bindGroups = bound.map((passes) =>
    program.passes.map(({ pass }, index) => {
      const tensors = passes[index];
      const uniform = buffers.uniforms[index];
      const entries = uniform === null ? tensors : [...tensors, uniform];
      return device.createBindGroup({
        label: pass.name,
        layout: pipelines[index].pipeline.getBindGroupLayout(0),
        entries: entries.map((buffer, at) => ({
          binding: pass.bindingNumbers?.[at] ?? at,
          resource: { buffer },
        })),
      });
    }),
  );
  const invalid = await context.wait(device.popErrorScope());
  if (invalid !== null) throw new KernelError(`${kernelId}: ${invalid.message}`);
  return bindGroups;
}

/** Mean duration of each pass over the repeats, from begin and end stamps in order. */
function passDurations(
  names: readonly string[],
  stamps: Float64Array,
  repeats: number,
): Record<string, number> {
  const sums: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  for (let slot = 0; slot < names.length * repeats; slot++) {
    sums[names[slot % names.length]] += stamps[slot * 2 + 1] - stamps[slot * 2];
  }
  for (const name of names) sums[name] /= repeats;
  return sums;
}

/** A linear count of workgroups as x and y within the adapter's limit per dimension. */
export function foldWorkgroups(
  total: number,
  { limits }: { readonly limits: Pick<Caps['limits'], 'maxComputeWorkgroupsPerDimension'> },
): [number, number] {
  const y = Math.max(1, Math.ceil(total / limits.maxComputeWorkgroupsPerDimension));
  return [Math.ceil(total / y), y];
}
