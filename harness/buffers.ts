/** The buffers of a case: tensors with guards behind them, input sets, uniform blocks. */
import type { Kernel, Params, Random, Tensor, TensorSpec, Tensors } from '../kernels/contract.ts';
import type { Allocator, BufferClass } from './allocator.ts';
import type { GpuContext } from './context.ts';
import { freshSeed } from './fresh-seed.ts';
import { decodeTensor, encodeParts, encodeTensor, findElement, layoutOf } from './layout.ts';
import type { PoisonKind } from './poison.ts';
import { holdsPoison, poisonWord, poisonWords } from './poison.ts';
import type { Program } from './program.ts';
import { uniformBytes } from './program.ts';
import { seededRandom } from './random.ts';

/** Bytes behind every tensor, inside its binding, that no kernel may touch. */
const guardBytes = 256;
const poisonChunkBytes = 4 << 20;
/** Of each scratch tensor, between two timed calls: enough for all of most, and a small part of a sample's time for the rest. */
const disturbedBytes = 256 << 10;

interface GuardedBuffer {
  readonly spec: TensorSpec;
  readonly buffer: GPUBuffer;
  readonly byteLength: number;
  /** Zero where the tensor alone fills the largest binding. */
  readonly guardLength: number;
}

/** What the outputs hold, and what is wrong with them whatever they should be. */
export interface OutputReading {
  readonly tensors: Tensors;
  /** Tensors that were written past their end. */
  readonly brokenGuards: readonly string[];
  /** Elements that still hold what they were poisoned with: `y[3]`. */
  readonly unwritten: readonly string[];
}

/** Parts of an input (see `partsOf`) that have new values. */
export interface ChangedParts {
  readonly set: number;
  readonly spec: TensorSpec;
  readonly tensor: Tensor;
  readonly first: number;
  readonly count: number;
}

export class CaseBuffers {
  private readonly context: GpuContext;
  private readonly params: Params;
  private readonly outputs: readonly GuardedBuffer[];
  private readonly scratch: readonly GuardedBuffer[];
  private readonly inputs: readonly (readonly GuardedBuffer[])[];
  private readonly random: Random = seededRandom(freshSeed());
  /** What the guards hold. */
  private readonly guardWord: number;
  /** What the outputs were poisoned with last. */
  private outputWord: number | null = null;
  /** One per pass; null where the pass has no uniforms. */
  readonly uniforms: readonly (GPUBuffer | null)[];

  private constructor(
    context: GpuContext,
    params: Params,
    parts: {
      readonly outputs: readonly GuardedBuffer[];
      readonly scratch: readonly GuardedBuffer[];
      readonly inputs: readonly (readonly GuardedBuffer[])[];
      readonly guardWord: number;
      readonly uniforms: readonly (GPUBuffer | null)[];
    },
  ) {
    this.context = context;
    this.params = params;
    this.outputs = parts.outputs;
    this.scratch = parts.scratch;
    this.inputs = parts.inputs;
    this.guardWord = parts.guardWord;
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
    const guardWord = poisonWord('nan', seededRandom(freshSeed()));
    const guarded = async (owner: BufferClass, label: string, spec: TensorSpec): Promise<GuardedBuffer> => {
      const { byteLength } = layoutOf(spec, params.precision);
      const room = context.caps.limits.maxStorageBufferBindingSize - byteLength;
      const guardLength = room >= guardBytes ? guardBytes : 0;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = await allocator.create(owner, label, byteLength, usage, guardLength);
      return { spec, buffer, byteLength, guardLength };
    };

    const outputs: GuardedBuffer[] = [];
    for (const spec of kernel.outputs(params)) outputs.push(await guarded('outputs', spec.name, spec));
    const scratch: GuardedBuffer[] = [];
    for (const spec of program.plan.scratch) scratch.push(await guarded('scratch', spec.name, spec));
    const inputs: GuardedBuffer[][] = [];
    for (const [set, tensors] of inputSets.entries()) {
      const buffers: GuardedBuffer[] = [];
      for (const spec of kernel.inputs(params)) {
        // What one call needs is one set; the others are the harness's way of measuring.
        const owner = set === 0 ? 'inputs' : 'harness';
        const input = await guarded(owner, `${spec.name} (set ${set})`, spec);
        queue.writeBuffer(input.buffer, 0, encodeTensor(tensors[spec.name], spec, params.precision));
        writeGuard(queue, input, guardWord);
        buffers.push(input);
      }
      inputs.push(buffers);
    }
    const uniformBlock = async (label: string, bytes: ArrayBuffer): Promise<GPUBuffer> => {
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      const buffer = await allocator.create('harness', label, bytes.byteLength, usage);
      queue.writeBuffer(buffer, 0, bytes);
      return buffer;
    };
    const uniforms: (GPUBuffer | null)[] = [];
    for (const { pass } of program.passes) {
      const isEmpty = Object.keys(pass.uniforms).length === 0;
      uniforms.push(
        isEmpty ? null : await uniformBlock(`${pass.name} uniforms`, uniformBytes(pass.uniforms)),
      );
    }
    return new CaseBuffers(context, params, { outputs, scratch, inputs, guardWord, uniforms });
  }

  get inputSets(): number {
    return this.inputs.length;
  }

  /** The buffer of a tensor, with its inputs taken from a set; undefined when the case has no such tensor. */
  find(name: string, set: number): GPUBuffer | undefined {
    const all = [...this.outputs, ...this.scratch, ...this.inputs[set]];
    return all.find(({ spec }) => spec.name === name)?.buffer;
  }

  /** Overwrites outputs, or outputs and scratch, so that whatever a kernel leaves out shows. */
  poison(kind: PoisonKind, what: 'outputs' | 'outputs and scratch'): void {
    const word = poisonWord(kind, this.random);
    this.outputWord = word;
    for (const written of what === 'outputs' ? this.outputs : [...this.outputs, ...this.scratch]) {
      this.overwrite(written.buffer, 0, written.byteLength, word);
      writeGuard(this.context.device.queue, written, this.guardWord);
    }
  }

  /** Overwrites a random piece of each scratch tensor: nothing that a call leaves there is to be of use to the next. */
  disturbScratch(): void {
    for (const { buffer, byteLength } of this.scratch) {
      const pieces = Math.ceil(byteLength / disturbedBytes);
      const offset = this.random.integer(Math.max(1, pieces)) * disturbedBytes;
      const length = Math.min(disturbedBytes, byteLength - offset);
      this.overwrite(buffer, offset, length, poisonWord('nan', this.random));
    }
  }

  upload({ set, spec, tensor, first, count }: ChangedParts): void {
    const input = this.inputs[set].find((one) => one.spec.name === spec.name);
    if (input === undefined) return;
    const { offset, bytes } = encodeParts(tensor, spec, this.params.precision, first, count);
    this.context.device.queue.writeBuffer(input.buffer, offset, bytes);
  }

  /** The outputs as they stand, and the guards of everything written. */
  async readOutputs(): Promise<OutputReading> {
    const { precision } = this.params;
    const tensors: Record<string, Tensor> = {};
    const brokenGuards: string[] = [];
    const unwritten: string[] = [];
    for (const { spec, buffer, byteLength, guardLength } of this.outputs) {
      const bytes = await this.read(buffer, 0, byteLength + guardLength);
      if (!this.guardHolds(bytes, byteLength)) brokenGuards.push(spec.name);
      tensors[spec.name] = decodeTensor(bytes, spec, precision);
      const { elementBytes } = layoutOf(spec, precision);
      const word = this.outputWord;
      const left =
        word === null
          ? null
          : findElement(bytes, spec, precision, (bits, cell) => holdsPoison(word, bits, elementBytes, cell));
      if (left !== null) unwritten.push(`${spec.name}[${left}]`);
    }
    for (const { spec, buffer, byteLength, guardLength } of this.scratch) {
      if (guardLength === 0) continue;
      if (!this.guardHolds(await this.read(buffer, byteLength, guardLength), 0)) brokenGuards.push(spec.name);
    }
    return { tensors, brokenGuards, unwritten };
  }

  /** The inputs of a set that do not hold these values any more, or were written past their end. */
  async changedInputs(set: number, tensors: Tensors): Promise<readonly string[]> {
    const changed: string[] = [];
    for (const { spec, buffer, byteLength, guardLength } of this.inputs[set]) {
      const expected = encodeTensor(tensors[spec.name], spec, this.params.precision);
      const bytes = await this.read(buffer, 0, byteLength + guardLength);
      if (!startsWith(bytes, expected) || !this.guardHolds(bytes, byteLength)) changed.push(spec.name);
    }
    return changed;
  }

  private overwrite(buffer: GPUBuffer, from: number, length: number, word: number): void {
    const words = poisonWords(word, Math.min(length, poisonChunkBytes));
    for (let at = 0; at < length; at += words.byteLength) {
      const bytes = Math.min(words.byteLength, Math.ceil((length - at) / 4) * 4);
      this.context.device.queue.writeBuffer(buffer, from + at, words, 0, bytes / 4);
    }
  }

  private guardHolds(bytes: ArrayBuffer, from: number): boolean {
    return new Uint32Array(bytes, from).every((word) => word === this.guardWord);
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

function writeGuard(queue: GPUQueue, { buffer, byteLength, guardLength }: GuardedBuffer, word: number): void {
  if (guardLength > 0) queue.writeBuffer(buffer, byteLength, poisonWords(word, guardLength));
}

/** Buffers are whole words, and long: no callback for each. */
function startsWith(bytes: ArrayBuffer, expected: ArrayBuffer): boolean {
  const held = new Uint32Array(bytes);
  const wanted = new Uint32Array(expected);
  for (let at = 0; at < wanted.length; at++) if (held[at] !== wanted[at]) return false;
  return true;
}
