/** One case on one device: its buffers, its bind groups, and calls of it, timed. The only code that dispatches kernels. */
import type { Params, Tensor, Tensors, TensorSpec } from '../kernels/contract.ts';
import { Allocator } from './allocator.ts';
import type { GpuContext } from './context.ts';
import { KernelError } from './errors.ts';
import { decodeTensor, encodeTensor, layoutOf } from './layout.ts';
import type { CompiledPipeline } from './pipelines.ts';
import type { LoadedKernel, Program } from './program.ts';
import { uniformBytes } from './program.ts';
import type { CallSample, SampleSource } from './sampling.ts';
import { maxTimedPasses, resolveTimestamps, TimestampQueries } from './timestamps.ts';

/** Bytes behind every written tensor, inside its binding, that no kernel may touch. */
const guardBytes = 256;
const poisonByte = 0xff; // all ones: NaN as f32 and as f16
const poisonChunk = new Uint8Array(4 << 20).fill(poisonByte);

interface WrittenBuffer {
  readonly spec: TensorSpec;
  readonly buffer: GPUBuffer;
  readonly byteLength: number;
  readonly guardLength: number;
}

export class CaseExecutor implements SampleSource {
  private readonly context: GpuContext;
  private readonly params: Params;
  private readonly program: Program;
  private readonly allocator: Allocator;
  private readonly pipelines: readonly GPUComputePipeline[];
  /** [input set][pass] */
  private readonly bindGroups: readonly (readonly GPUBindGroup[])[];
  private readonly outputs: readonly WrittenBuffer[];
  private readonly written: readonly WrittenBuffer[];
  private queries: TimestampQueries | null = null;
  readonly compileNs: number;

  private constructor(parts: {
    context: GpuContext;
    params: Params;
    program: Program;
    allocator: Allocator;
    pipelines: readonly GPUComputePipeline[];
    compileNs: number;
    bindGroups: readonly (readonly GPUBindGroup[])[];
    outputs: readonly WrittenBuffer[];
    written: readonly WrittenBuffer[];
  }) {
    this.context = parts.context;
    this.params = parts.params;
    this.program = parts.program;
    this.allocator = parts.allocator;
    this.pipelines = parts.pipelines;
    this.compileNs = parts.compileNs;
    this.bindGroups = parts.bindGroups;
    this.outputs = parts.outputs;
    this.written = parts.written;
  }

  /**
   * Compiles, allocates and uploads. `inputSets` are the tensors of each rotated set, one or more.
   * Throws KernelError, OutOfMemoryError or DeviceLostError.
   */
  static async create(
    context: GpuContext,
    { kernel, id }: LoadedKernel,
    params: Params,
    program: Program,
    inputSets: readonly Tensors[],
  ): Promise<CaseExecutor> {
    const allocator = new Allocator(context.device, context.host);
    try {
      const compiled: CompiledPipeline[] = [];
      for (const pass of program.passes) compiled.push(await context.pipelines.get(pass));

      const makeWritten = async (owner: 'outputs' | 'scratch', spec: TensorSpec): Promise<WrittenBuffer> => {
        const { byteLength } = layoutOf(spec, params.precision);
        const room = context.caps.limits.maxStorageBufferBindingSize - byteLength;
        const guardLength = room >= guardBytes ? guardBytes : 0;
        const buffer = await allocator.create(
          owner,
          spec.name,
          byteLength,
          GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
          guardLength,
        );
        return { spec, buffer, byteLength, guardLength };
      };
      const outputs: WrittenBuffer[] = [];
      for (const spec of kernel.outputs(params)) outputs.push(await makeWritten('outputs', spec));
      const scratch: WrittenBuffer[] = [];
      for (const spec of program.plan.scratch) scratch.push(await makeWritten('scratch', spec));
      const written = [...outputs, ...scratch];

      const inputBuffers: Map<string, GPUBuffer>[] = [];
      for (const [set, tensors] of inputSets.entries()) {
        const buffers = new Map<string, GPUBuffer>();
        for (const spec of kernel.inputs(params)) {
          const bytes = encodeTensor(tensors[spec.name], spec, params.precision);
          const buffer = await allocator.create(
            set === 0 ? 'inputs' : 'harness',
            `${spec.name} (set ${set})`,
            bytes.byteLength,
            GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
          );
          context.device.queue.writeBuffer(buffer, 0, bytes);
          buffers.set(spec.name, buffer);
        }
        inputBuffers.push(buffers);
      }

      const uniforms: (GPUBuffer | null)[] = [];
      for (const { pass } of program.passes) {
        if (Object.keys(pass.uniforms).length === 0) {
          uniforms.push(null);
          continue;
        }
        const bytes = uniformBytes(pass.uniforms);
        const buffer = await allocator.create(
          'harness',
          `${pass.name} uniforms`,
          bytes.byteLength,
          GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        );
        context.device.queue.writeBuffer(buffer, 0, bytes);
        uniforms.push(buffer);
      }

      context.device.pushErrorScope('validation');
      const bindGroups = inputBuffers.map((inputs) =>
        program.passes.map(({ pass }, index) => {
          const resources = pass.bindings.map((name) => {
            const buffer = written.find(({ spec }) => spec.name === name)?.buffer ?? inputs.get(name);
            if (buffer === undefined) {
              throw new KernelError(
                `pass '${pass.name}' of ${id} binds '${name}', which is no tensor of the case`,
              );
            }
            return buffer;
          });
          const uniform = uniforms[index];
          return context.device.createBindGroup({
            label: pass.name,
            layout: compiled[index].pipeline.getBindGroupLayout(0),
            entries: [...resources, ...(uniform === null ? [] : [uniform])].map((buffer, binding) => ({
              binding,
              resource: { buffer },
            })),
          });
        }),
      );
      const invalid = await context.wait(context.device.popErrorScope());
      if (invalid !== null) throw new KernelError(`${id}: ${invalid.message}`);

      return new CaseExecutor({
        context,
        params,
        program,
        allocator,
        pipelines: compiled.map(({ pipeline }) => pipeline),
        compileNs: compiled.reduce((sum, { compileNs }) => sum + compileNs, 0),
        bindGroups,
        outputs,
        written,
      });
    } catch (error) {
      allocator.destroy();
      throw error;
    }
  }

  get inputSets(): number {
    return this.bindGroups.length;
  }

  /** As many calls as fit one query set. */
  get maxRepeats(): number {
    return Math.max(1, Math.floor(maxTimedPasses / Math.max(1, this.pipelines.length)));
  }

  bytes(): ReturnType<Allocator['bytes']> {
    return this.allocator.bytes();
  }

  /** Fills outputs, scratch and guards with NaN bits, so that whatever a kernel leaves out shows. */
  poison(): void {
    for (const { buffer } of this.written) {
      for (let offset = 0; offset < buffer.size; offset += poisonChunk.byteLength) {
        const length = Math.min(poisonChunk.byteLength, buffer.size - offset);
        this.context.device.queue.writeBuffer(buffer, offset, poisonChunk, 0, length);
      }
    }
  }

  /** One untimed-by-GPU call; returns its submit-to-done time, which holds whatever the driver put off until now. */
  async firstCall(set: number): Promise<number> {
    this.context.device.pushErrorScope('validation');
    const { wallNs } = await this.call(1, set, false);
    const invalid = await this.context.wait(this.context.device.popErrorScope());
    if (invalid !== null) throw new KernelError(invalid.message);
    return wallNs;
  }

  /** `repeats` calls in one submit, as durations per call. */
  async call(repeats: number, set: number, timestamps = true): Promise<CallSample> {
    const { device, host, clock } = this.context;
    const queries =
      timestamps && clock.source === 'timestamp-query'
        ? this.queriesFor(this.pipelines.length * repeats)
        : null;
    const encodeStart = host.nowNs();
    const encoder = device.createCommandEncoder();
    let slot = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [index, { pass }] of this.program.passes.entries()) {
        const encoded = encoder.beginComputePass(
          queries === null
            ? { label: pass.name }
            : { label: pass.name, timestampWrites: queries.writes(slot++) },
        );
        encoded.setPipeline(this.pipelines[index]);
        encoded.setBindGroup(0, this.bindGroups[set][index]);
        encoded.dispatchWorkgroups(...foldWorkgroups(pass.workgroups, this.context.caps));
        encoded.end();
      }
    }
    const commands = encoder.finish();
    const encodeNs = host.nowNs() - encodeStart;
    const cpuStart = host.cpuNs();
    const submitStart = host.nowNs();
    device.queue.submit([commands]);
    await this.context.wait(device.queue.onSubmittedWorkDone());
    const wallNs = host.nowNs() - submitStart;
    const cpuEnd = host.cpuNs();
    const stamps = queries === null ? null : await resolveTimestamps(this.context, queries, slot);
    const passNames = this.program.passes.map(({ pass }) => pass.name);
    return {
      gpuNs: stamps === null ? null : (stamps[slot * 2 - 1] - stamps[0]) / repeats,
      passNs: stamps === null ? {} : passDurations(passNames, stamps, repeats),
      wallNs: wallNs / repeats,
      encodeNs: encodeNs / repeats,
      cpuNs: cpuStart === null || cpuEnd === null ? null : (cpuEnd - cpuStart) / repeats,
    };
  }

  /** The outputs as they stand, and which tensors' guards were written over. */
  async readOutputs(): Promise<{
    tensors: Readonly<Record<string, Tensor>>;
    brokenGuards: readonly string[];
  }> {
    const tensors: Record<string, Tensor> = {};
    const brokenGuards: string[] = [];
    for (const { spec, buffer, byteLength, guardLength } of this.written) {
      const isOutput = this.outputs.some((output) => output.buffer === buffer);
      const from = isOutput ? 0 : byteLength;
      const length = byteLength + guardLength - from;
      if (length === 0) continue;
      const bytes = await this.read(buffer, from, length);
      const guard = new Uint8Array(bytes, byteLength - from, guardLength);
      if (guard.some((byte) => byte !== poisonByte)) brokenGuards.push(spec.name);
      if (isOutput) tensors[spec.name] = decodeTensor(bytes, spec, this.params.precision);
    }
    return { tensors, brokenGuards };
  }

  private async read(buffer: GPUBuffer, from: number, length: number): Promise<ArrayBuffer> {
    const { device } = this.context;
    const staging = device.createBuffer({
      size: Math.ceil(length / 4) * 4,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    try {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, from, staging, 0, staging.size);
      device.queue.submit([encoder.finish()]);
      await this.context.wait(staging.mapAsync(GPUMapMode.READ));
      return staging.getMappedRange().slice(0, length);
    } finally {
      staging.destroy();
    }
  }

  private queriesFor(slots: number): TimestampQueries {
    if (this.queries === null || this.queries.slots < slots) {
      this.queries?.destroy();
      this.queries = new TimestampQueries(this.context.device, slots);
    }
    return this.queries;
  }

  destroy(): void {
    this.queries?.destroy();
    this.allocator.destroy();
  }
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
  { limits }: { readonly limits: { readonly maxComputeWorkgroupsPerDimension: number } },
): [number, number] {
  const y = Math.max(1, Math.ceil(total / limits.maxComputeWorkgroupsPerDimension));
  return [Math.ceil(total / y), y];
}
