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

/** Times the fixed kernel on the device. Takes half a second on a software adapter. */
export async function measureSteadiness(device: GPUDevice, host: Host): Promise<Steadiness> {
  const timed = device.features.has('timestamp-query');
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ, STORAGE, UNIFORM } = GPUBufferUsage;
  const querySet = timed ? device.createQuerySet({ type: 'timestamp', count: 2 }) : null;
  const resolved = device.createBuffer({ size: 16, usage: QUERY_RESOLVE | COPY_SRC });
  const readback = device.createBuffer({ size: 16, usage: MAP_READ | COPY_DST });
  const bound = device.createBuffer({ size: 16, usage: UNIFORM | COPY_DST });
  const sums = device.createBuffer({ size: workgroups * 64 * 4, usage: STORAGE });
  device.queue.writeBuffer(bound, 0, new Uint32Array([steps]));
  const module = device.createShaderModule({ code: fixedWork });
  const pipeline = await host.wait(
    device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
  );
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: bound } },
      { binding: 1, resource: { buffer: sums } },
    ],
  });
  const gpuNs: number[] = [];
  const wallNs: number[] = [];
  const cpuNs: number[] = [];
  try {
    for (let run = -warmups; run < runs; run++) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass(
        querySet === null
          ? {}
          : { timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } },
      );
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(workgroups);
      pass.end();
      const commands = encoder.finish();
      const [startNs, startCpuNs] = [host.nowNs(), host.cpuNs()];
      device.queue.submit([commands]);
      await host.wait(device.queue.onSubmittedWorkDone());
      const [endNs, endCpuNs] = [host.nowNs(), host.cpuNs()];
      if (run < 0) continue;
      wallNs.push(endNs - startNs);
      if (startCpuNs !== null && endCpuNs !== null) cpuNs.push(endCpuNs - startCpuNs);
      if (querySet === null) continue;
      const reading = device.createCommandEncoder();
      reading.resolveQuerySet(querySet, 0, 2, resolved, 0);
      reading.copyBufferToBuffer(resolved, 0, readback, 0, 16);
      device.queue.submit([reading.finish()]);
      await host.wait(readback.mapAsync(GPUMapMode.READ));
      const [begin, end] = new BigUint64Array(readback.getMappedRange());
      readback.unmap();
      gpuNs.push(Number(end - begin));
    }
  } finally {
    querySet?.destroy();
    for (const buffer of [resolved, readback, bound, sums]) buffer.destroy();
  }
  return {
    runs,
    gpu: spreadOf(gpuNs),
    wall: spreadOf(wallNs) ?? { medianNs: 0, relativeQuartileRange: 0 },
    cpu: spreadOf(cpuNs),
  };
}
