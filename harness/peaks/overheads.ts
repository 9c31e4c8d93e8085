/** What launching costs, whatever is launched. */
import type { GpuContext } from '../context.ts';
import type { Peaks } from '../record.ts';
import { median } from '../stats.ts';

const samples = 15;
const extra = 32;

const nothing = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> count: array<u32, 1>;
@compute @workgroup_size(1) fn main() { count[0] += 1u; }`;

/** Median wall time from submit to done of nothing, and what one more pass or dispatch of one workgroup adds to it. */
export async function measureOverheads(context: GpuContext): Promise<Peaks['overheads']> {
  const { device, host } = context;
  const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE });
  try {
    const module = device.createShaderModule({ code: nothing });
    const pipeline = await context.wait(
      device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
    );
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    });
    const once = async (passes: number, dispatches: number): Promise<number> => {
      const encoder = device.createCommandEncoder();
      for (let pass = 0; pass < passes; pass++) {
        const encoded = encoder.beginComputePass();
        encoded.setPipeline(pipeline);
        encoded.setBindGroup(0, bindGroup);
        for (let dispatch = 0; dispatch < dispatches; dispatch++) encoded.dispatchWorkgroups(1);
        encoded.end();
      }
      const commands = passes === 0 ? [] : [encoder.finish()];
      const startNs = host.nowNs();
      device.queue.submit(commands);
      await context.wait(device.queue.onSubmittedWorkDone());
      return host.nowNs() - startNs;
    };
    const typical = async (passes: number, dispatches: number): Promise<number> => {
      await once(passes, dispatches);
      const ns: number[] = [];
      for (let sample = 0; sample < samples; sample++) ns.push(await once(passes, dispatches));
      return median(ns);
    };
    const submitNs = await typical(0, 0);
    const oneNs = await typical(1, 1);
    const passNs = ((await typical(1 + extra, 1)) - oneNs) / extra;
    const dispatchNs = ((await typical(1, 1 + extra)) - oneNs) / extra;
    return { submitNs, passNs: Math.max(0, passNs), dispatchNs: Math.max(0, dispatchNs) };
  } finally {
    buffer.destroy();
  }
}
