/** How steadily this machine does the same work: a fixed short kernel, timed over and over. */
import type { Host } from './host.ts';
import { median, quantile } from './stats.ts';

/** Arithmetic in registers only, so that nothing but the machine can vary. The bound is a uniform: constants would be unrolled. */
const fixedWork = /* wgsl */ `
@group(0) @binding(0) var<uniform> steps : u32;
@group(0) @binding(1) var<storage, read_write> sums : array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  var sum = vec4<f32>(f32(id.x), 1.0, 2.0, 3.0);
  for (var step = 0u; step < steps; step++) { sum = fma(sum, vec4<f32>(0.999), vec4<f32>(0.5)); }
  sums[id.x] = sum.x + sum.y + sum.z + sum.w;
}`;
const workgroups = 64;
const steps = 2048;
const runs = 20;
const warmups = 2;

/** A series in short. */
export interface Spread {
  readonly medianNs: number;
  /** The middle half of the samples, relative to the median. */
  readonly relativeQuartileRange: number;
}

export interface Steadiness {
  readonly runs: number;
  /** Null without timestamps. */
  readonly gpu: Spread | null;
  readonly wall: Spread;
  /** Null where the host cannot tell. */
  readonly cpu: Spread | null;
}

/** Null of no samples, and of samples whose median is zero. */
export function spreadOf(samplesNs: readonly number[]): Spread | null {
  const medianNs = median(samplesNs);
  if (!(medianNs > 0)) return null;
  const range = quantile(samplesNs, 0.75) - quantile(samplesNs, 0.25);
  return { medianNs, relativeQuartileRange: range / medianNs };
}

/** One run of the fixed kernel; null where the device or the host cannot tell. */
interface FixedRun {
  readonly gpuNs: number | null;
  readonly wallNs: number;
  readonly cpuNs: number | null;
}

/** The fixed kernel on a device. */
class FixedWork {
  private readonly device: GPUDevice;
  private readonly host: Host;
  private readonly pipeline: GPUComputePipeline;
  private readonly bindGroup: GPUBindGroup;
  private readonly querySet: GPUQuerySet | null;
  private readonly resolved: GPUBuffer;
  private readonly readback: GPUBuffer;
  private readonly bound: GPUBuffer;
  private readonly sums: GPUBuffer;

  private constructor(device: GPUDevice, host: Host, pipeline: GPUComputePipeline) {
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ, STORAGE, UNIFORM } = GPUBufferUsage;
    this.device = device;
    this.host = host;
    this.pipeline = pipeline;
    const timed = device.features.has('timestamp-query');
    this.querySet = timed ? device.createQuerySet({ type: 'timestamp', count: 2 }) : null;
    this.resolved = device.createBuffer({ size: 16, usage: QUERY_RESOLVE | COPY_SRC });
    this.readback = device.createBuffer({ size: 16, usage: MAP_READ | COPY_DST });
    this.bound = device.createBuffer({ size: 16, usage: UNIFORM | COPY_DST });
    this.sums = device.createBuffer({ size: workgroups * 64 * 4, usage: STORAGE });
    device.queue.writeBuffer(this.bound, 0, new Uint32Array([steps]));
    this.bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: this.bound } },
        { binding: 1, resource: { buffer: this.sums } },
      ],
    });
  }

  /** Ready to be timed: its first runs are over. */
  static async warm(device: GPUDevice, host: Host): Promise<FixedWork> {
    const module = device.createShaderModule({ code: fixedWork });
    const pipeline = await host.wait(
      device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
    );
    const work = new FixedWork(device, host, pipeline);
    for (let run = 0; run < warmups; run++) await work.run();
    return work;
  }

  async run(): Promise<FixedRun> {
    const { device, host, querySet } = this;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      querySet === null
        ? {}
        : { timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } },
    );
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.bindGroup);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
    const commands = encoder.finish();
    const [startNs, startCpuNs] = [host.nowNs(), host.cpuNs()];
    device.queue.submit([commands]);
    await host.wait(device.queue.onSubmittedWorkDone());
    const [endNs, endCpuNs] = [host.nowNs(), host.cpuNs()];
    return {
      gpuNs: querySet === null ? null : await this.readGpuNs(querySet),
      wallNs: endNs - startNs,
      cpuNs: startCpuNs === null || endCpuNs === null ? null : endCpuNs - startCpuNs,
    };
  }

  private async readGpuNs(querySet: GPUQuerySet): Promise<number> {
    const reading = this.device.createCommandEncoder();
    reading.resolveQuerySet(querySet, 0, 2, this.resolved, 0);
    reading.copyBufferToBuffer(this.resolved, 0, this.readback, 0, 16);
    this.device.queue.submit([reading.finish()]);
    await this.host.wait(this.readback.mapAsync(GPUMapMode.READ));
    const [begin, end] = new BigUint64Array(this.readback.getMappedRange());
    this.readback.unmap();
    return Number(end - begin);
  }

  destroy(): void {
    this.querySet?.destroy();
    for (const buffer of [this.resolved, this.readback, this.bound, this.sums]) buffer.destroy();
  }
}

const present = (values: readonly (number | null)[]): readonly number[] =>
  values.filter((value) => value !== null);

/** Times the fixed kernel on the device. Takes half a second on a software adapter. */
export async function measureSteadiness(device: GPUDevice, host: Host): Promise<Steadiness> {
  const work = await FixedWork.warm(device, host);
  try {
    const taken: FixedRun[] = [];
    for (let run = 0; run < runs; run++) taken.push(await work.run());
    return {
      runs,
      gpu: spreadOf(present(taken.map(({ gpuNs }) => gpuNs))),
      wall: spreadOf(taken.map(({ wallNs }) => wallNs)) ?? { medianNs: 0, relativeQuartileRange: 0 },
      cpu: spreadOf(present(taken.map(({ cpuNs }) => cpuNs))),
    };
  } finally {
    work.destroy();
  }
}
