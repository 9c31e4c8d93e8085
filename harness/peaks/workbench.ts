/** Runs micro-kernels on a device: their buffers, their pipelines, their times, and whether they left the right numbers. */
import { Allocator } from '../allocator.ts';
import type { GpuContext } from '../context.ts';
import { foldWorkgroups } from '../executor.ts';
import { OutOfMemoryError } from '../errors.ts';
import { halfTable } from '../float16.ts';
import { specialise, uniformBytes } from '../program.ts';
import type { SpecialisedPass } from '../program.ts';
import { resolveTimestamps, TimestampQueries } from '../timestamps.ts';
import { wordsTotal } from './expected.ts';
import { ceilingPlans, checkingRead } from './micro-kernels.ts';
import type { MicroKernel, PeakBuffer, Sizes } from './micro-kernels.ts';
import type { Candidate } from './sweep.ts';

const folder = new URL('./', import.meta.url);
/** Subgroup matrices are loaded from a buffer of ones: as many elements as the largest takes. */
const mostOnes = 4096;
/** Below this many words nothing is beyond any cache. */
const fewestColdWords = 2 ** 22;

interface Prepared {
  readonly kernel: MicroKernel;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly uniforms: GPUBuffer;
}

export class Workbench {
  private readonly context: GpuContext;
  private readonly allocator: Allocator;
  private readonly buffers: Readonly<Record<PeakBuffer, GPUBuffer>>;
  private readonly queries: TimestampQueries | null;
  private readonly texts = new Map<string, string>();
  /** With the cold buffers that the device had room for. */
  readonly sizes: Sizes;

  private constructor(
    context: GpuContext,
    allocator: Allocator,
    buffers: Readonly<Record<PeakBuffer, GPUBuffer>>,
    sizes: Sizes,
  ) {
    this.context = context;
    this.allocator = allocator;
    this.buffers = buffers;
    this.sizes = sizes;
    this.queries =
      context.clock.source === 'timestamp-query' ? new TimestampQueries(context.device, 1) : null;
  }

  /** Throws OutOfMemoryError where there is no room for buffers worth the name. */
  static async create(context: GpuContext, wanted: Sizes): Promise<Workbench> {
    const allocator = new Allocator(context.device, context.host);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const kernels = ceilingPlans(context.caps, wanted).flatMap((plan) => plan.kernels);
    const results = 4 * Math.max(...kernels.map((kernel) => kernel.results));
    try {
      const buffers = {
        source: await allocator.create('harness', 'source', wanted.coldWords * 4, usage),
        destination: await allocator.create('harness', 'destination', wanted.coldWords * 4, usage),
        result: await allocator.create('harness', 'result', results, usage),
        ones: await allocator.create('harness', 'ones', mostOnes * 4, usage),
      };
      const bench = new Workbench(context, allocator, buffers, wanted);
      bench.fillSource();
      return bench;
    } catch (error) {
      allocator.destroy();
      if (!(error instanceof OutOfMemoryError) || wanted.coldWords <= fewestColdWords) throw error;
      return Workbench.create(context, { ...wanted, coldWords: wanted.coldWords / 2 });
    }
  }

  /** Each word holds its own index. */
  private fillSource(): void {
    const chunk = new Uint32Array(2 ** 20);
    for (let first = 0; first < this.sizes.coldWords; first += chunk.length) {
      const count = Math.min(chunk.length, this.sizes.coldWords - first);
      for (let index = 0; index < count; index++) chunk[index] = first + index;
      this.context.device.queue.writeBuffer(this.buffers.source, first * 4, chunk, 0, count);
    }
  }

  /** The kernel as something that a sweep can run. It is compiled when it runs first. */
  candidate(kernel: MicroKernel): Candidate {
    let prepared: Promise<Prepared> | null = null;
    const prepare = (): Promise<Prepared> => (prepared ??= this.prepare(kernel));
    return {
      by: kernel.by,
      unitsPerRound: kernel.unitsPerRound,
      roundsStep: kernel.roundsStep,
      run: async (rounds) => this.time(await prepare(), rounds),
      problem: async (rounds) => this.problem(await prepare(), rounds),
    };
  }

  private async specialised({ pass }: MicroKernel): Promise<SpecialisedPass> {
    for (const path of [...pass.includes, pass.shader]) {
      if (!this.texts.has(path)) {
        this.texts.set(path, await this.context.host.loadText(new URL(path, folder)));
      }
    }
    return specialise(pass, (path) => this.texts.get(path) ?? '');
  }

  private async prepare(kernel: MicroKernel): Promise<Prepared> {
    const { device, pipelines } = this.context;
    const { pipeline } = await pipelines.get(await this.specialised(kernel));
    const bytes = uniformBytes(kernel.pass.uniforms).byteLength;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const uniforms = await this.allocator.create('harness', 'uniforms', bytes, usage);
    if (kernel.pass.bindings.includes('ones')) this.fillOnes(kernel);
    const buffers = [...kernel.pass.bindings.map((name) => this.bufferNamed(name)), uniforms];
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { kernel, pipeline, bindGroup, uniforms };
  }

  private bufferNamed(name: string): GPUBuffer {
    const found = Object.entries(this.buffers).find(([known]) => known === name);
    if (found === undefined) throw new RangeError(`no buffer '${name}' for micro-kernels`);
    return found[1];
  }

  private fillOnes({ pass }: MicroKernel): void {
    const ones = pass.includes.includes('element-f16.wgsl')
      ? new Uint16Array(mostOnes).fill(0x3c00)
      : new Float32Array(mostOnes).fill(1);
    this.context.device.queue.writeBuffer(this.buffers.ones, 0, ones);
  }

  /** One dispatch: its time on the adapter's clock, or from submit to done without one. */
  private async time({ kernel, pipeline, bindGroup, uniforms }: Prepared, rounds: number): Promise<number> {
    const { context, queries } = this;
    const { device, host } = context;
    device.queue.writeBuffer(uniforms, 0, uniformBytes({ ...kernel.pass.uniforms, rounds }));
    const encoder = device.createCommandEncoder();
    const encoded = encoder.beginComputePass(queries === null ? {} : { timestampWrites: queries.writes(0) });
    encoded.setPipeline(pipeline);
    encoded.setBindGroup(0, bindGroup);
    encoded.dispatchWorkgroups(...foldWorkgroups(kernel.pass.workgroups, context.caps));
    encoded.end();
    const startNs = host.nowNs();
    device.queue.submit([encoder.finish()]);
    await context.wait(device.queue.onSubmittedWorkDone());
    const wallNs = host.nowNs() - startNs;
    if (queries === null) return wallNs;
    const [begin, end] = await resolveTimestamps(context, queries, 1);
    return end - begin;
  }

  private async problem(prepared: Prepared, rounds: number): Promise<string | null> {
    const { kernel } = prepared;
    const { check } = kernel;
    if (check.kind === 'each') {
      const values = decode(await this.readResult(kernel.results), kernel.results, check.as);
      for (const [index, value] of values.entries()) {
        const expected = check.expected(index, rounds);
        if (!(Math.abs(value - expected) <= check.tolerance * Math.abs(expected))) {
          return `wrong numbers: ${value} at ${index} where ${expected} is right`;
        }
      }
      return null;
    }
    const sumOf = async ({ results }: MicroKernel): Promise<number> =>
      new Uint32Array(await this.readResult(results)).reduce((sum, word) => (sum + word) >>> 0, 0);
    let sum: number;
    let times = rounds / kernel.roundsStep;
    if (check.kind === 'read') sum = await sumOf(kernel);
    else {
      // What an earlier micro-kernel left would be right as well.
      this.clear(this.buffers.destination);
      await this.time(prepared, rounds);
      const reader = await this.prepare(checkingRead(this.sizes, check.words));
      await this.time(reader, reader.kernel.roundsStep);
      sum = await sumOf(reader.kernel);
      times = 1;
    }
    const expected = wordsTotal(check.words, check.plus, times);
    return sum === expected ? null : `wrong numbers: its words add up to ${sum} where ${expected} is right`;
  }

  private clear(buffer: GPUBuffer): void {
    const encoder = this.context.device.createCommandEncoder();
    encoder.clearBuffer(buffer);
    this.context.device.queue.submit([encoder.finish()]);
  }

  private async readResult(count: number): Promise<ArrayBuffer> {
    const { device } = this.context;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = device.createBuffer({ size: count * 4, usage });
    try {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(this.buffers.result, 0, staging, 0, count * 4);
      device.queue.submit([encoder.finish()]);
      await this.context.wait(staging.mapAsync(GPUMapMode.READ));
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  }

  destroy(): void {
    this.queries?.destroy();
    this.allocator.destroy();
  }
}

function decode(bytes: ArrayBuffer, count: number, as: 'f32' | 'u32' | 'f16'): Float32Array | Uint32Array {
  if (as === 'u32') return new Uint32Array(bytes, 0, count);
  if (as === 'f32') return new Float32Array(bytes, 0, count);
  const halves = halfTable();
  return Float32Array.from(new Uint16Array(bytes, 0, count), (half) => halves[half]);
}
