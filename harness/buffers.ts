/** The buffers of a case: written tensors with guards behind them, input sets, uniform blocks. */
import type { Kernel, Params, Tensor, TensorSpec, Tensors } from '../kernels/contract.ts';
import type { Allocator } from './allocator.ts';
import type { GpuContext } from './context.ts';
import { decodeTensor, encodeTensor, layoutOf } from './layout.ts';
import type { Program } from './program.ts';
import { uniformBytes } from './program.ts';

/** Bytes behind every written tensor, inside its binding, that no kernel may touch. */
const guardBytes = 256;
const poisonByte = 0xff; // all ones: NaN as f32 and as f16
const poisonChunk = new Uint8Array(4 << 20).fill(poisonByte);

interface WrittenBuffer {
  readonly spec: TensorSpec;
  readonly buffer: GPUBuffer;
  readonly byteLength: number;
  /** Zero where the tensor alone fills the largest binding. */
  readonly guardLength: number;
}

/** What the outputs hold, and which tensors were written past their end. */
export interface OutputReading {
  readonly tensors: Tensors;
  readonly brokenGuards: readonly string[];
}

export class CaseBuffers {
  private readonly context: GpuContext;
  private readonly params: Params;
  private readonly outputs: readonly WrittenBuffer[];
  private readonly scratch: readonly WrittenBuffer[];
  private readonly inputs: readonly ReadonlyMap<string, GPUBuffer>[];
  /** One per pass; null where the pass has no uniforms. */
  readonly uniforms: readonly (GPUBuffer | null)[];

  private constructor(
    context: GpuContext,
    params: Params,
    parts: {
      readonly outputs: readonly WrittenBuffer[];
      readonly scratch: readonly WrittenBuffer[];
      readonly inputs: readonly ReadonlyMap<string, GPUBuffer>[];
      readonly uniforms: readonly (GPUBuffer | null)[];
    },
  ) {
    this.context = context;
    this.params = params;
    this.outputs = parts.outputs;
    this.scratch = parts.scratch;
    this.inputs = parts.inputs;
    this.uniforms = parts.uniforms;
  }

  /** Allocates and uploads. Throws OutOfMemoryError. */
  static async create(
    context: GpuContext,
    kernel: Kernel,
    params: Params,
    program: Program,
    inputSets: readonly Tensors[],
    allocator: Allocator,
  ): Promise<CaseBuffers> {
    const { queue } = context.device;
    const upload = async (
      owner: 'inputs' | 'harness',
      label: string,
      bytes: ArrayBuffer,
      usage: GPUBufferUsageFlags,
    ): Promise<GPUBuffer> => {
      const buffer = await allocator.create(owner, label, bytes.byteLength, usage | GPUBufferUsage.COPY_DST);
      queue.writeBuffer(buffer, 0, bytes);
      return buffer;
    };
    const written = async (owner: 'outputs' | 'scratch', spec: TensorSpec): Promise<WrittenBuffer> => {
      const { byteLength } = layoutOf(spec, params.precision);
      const room = context.caps.limits.maxStorageBufferBindingSize - byteLength;
      const guardLength = room >= guardBytes ? guardBytes : 0;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = await allocator.create(owner, spec.name, byteLength, usage, guardLength);
      return { spec, buffer, byteLength, guardLength };
    };

    const outputs: WrittenBuffer[] = [];
    for (const spec of kernel.outputs(params)) outputs.push(await written('outputs', spec));
    const scratch: WrittenBuffer[] = [];
    for (const spec of program.plan.scratch) scratch.push(await written('scratch', spec));
    const inputs: ReadonlyMap<string, GPUBuffer>[] = [];
    for (const [set, tensors] of inputSets.entries()) {
      const buffers = new Map<string, GPUBuffer>();
      for (const spec of kernel.inputs(params)) {
        const bytes = encodeTensor(tensors[spec.name], spec, params.precision);
        // What one call needs is one set; the others are the harness's way of measuring.
        const owner = set === 0 ? 'inputs' : 'harness';
        const label = `${spec.name} (set ${set})`;
        buffers.set(spec.name, await upload(owner, label, bytes, GPUBufferUsage.STORAGE));
      }
      inputs.push(buffers);
    }
    const uniforms: (GPUBuffer | null)[] = [];
    for (const { pass } of program.passes) {
      const isEmpty = Object.keys(pass.uniforms).length === 0;
      uniforms.push(
        isEmpty
          ? null
          : await upload(
              'harness',
              `${pass.name} uniforms`,
              uniformBytes(pass.uniforms),
              GPUBufferUsage.UNIFORM,
            ),
      );
    }
    return new CaseBuffers(context, params, { outputs, scratch, inputs, uniforms });
  }

  get inputSets(): number {
    return this.inputs.length;
  }

  /** The buffer of a tensor, with its inputs taken from a set; undefined when the case has no such tensor. */
  find(name: string, set: number): GPUBuffer | undefined {
    const written = [...this.outputs, ...this.scratch].find(({ spec }) => spec.name === name);
    return written?.buffer ?? this.inputs[set].get(name);
  }

  /** Fills outputs, scratch and guards with NaN bits, so that whatever a kernel leaves out shows. */
  poison(): void {
    for (const { buffer } of [...this.outputs, ...this.scratch]) {
      for (let offset = 0; offset < buffer.size; offset += poisonChunk.byteLength) {
        const length = Math.min(poisonChunk.byteLength, buffer.size - offset);
        this.context.device.queue.writeBuffer(buffer, offset, poisonChunk, 0, length);
      }
    }
  }

  /** The outputs as they stand, and the guards of everything written. */
  async readOutputs(): Promise<OutputReading> {
    const tensors: Record<string, Tensor> = {};
    const brokenGuards: string[] = [];
    const checkGuard = ({ spec }: WrittenBuffer, guard: Uint8Array): void => {
      if (guard.some((byte) => byte !== poisonByte)) brokenGuards.push(spec.name);
    };
    for (const output of this.outputs) {
      const { spec, buffer, byteLength, guardLength } = output;
      const bytes = await this.read(buffer, 0, byteLength + guardLength);
      checkGuard(output, new Uint8Array(bytes, byteLength, guardLength));
      tensors[spec.name] = decodeTensor(bytes, spec, this.params.precision);
    }
    for (const written of this.scratch) {
      const { buffer, byteLength, guardLength } = written;
      if (guardLength === 0) continue;
      checkGuard(written, new Uint8Array(await this.read(buffer, byteLength, guardLength)));
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
}
