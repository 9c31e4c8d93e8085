/** Runs tiny shaders whose right answers are known, to find faults of the shader compiler that a kernel could fall into. */
import type { Host } from './host.ts';
import type { RunHeader } from './record.ts';

/**
 * WGSL gives a variable its zero value every time its declaration is reached. Some compilers zero `x` once per call instead, so that
 * it keeps its value from one iteration to the next and the last one leaves 12 instead of 4. The bounds come from memory so that
 * the loops are not worked out while compiling.
 */
const loopVariables = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> io : array<u32, 3>;
@compute @workgroup_size(1) fn main() {
  var last = 0.0;
  for (var k = 0u; k < io[0]; k++) {
    var x : vec4<f32>;
    for (var i = 0u; i < io[1]; i++) { x[0] += 1.0; }
    last = x[0];
  }
  io[2] = u32(last);
}`;
const iterations = [3, 4] as const;

/** What this device's compiler does right and wrong; written into the run header. */
export async function probeCompiler(device: GPUDevice, host: Host): Promise<RunHeader['compiler']> {
  const size = 12;
  const io = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    device.queue.writeBuffer(io, 0, new Uint32Array(iterations));
    const module = device.createShaderModule({ code: loopVariables });
    const pipeline = await host.wait(
      device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
    );
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: { buffer: io } }],
      }),
    );
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(io, 0, readback, 0, size);
    device.queue.submit([encoder.finish()]);
    await host.wait(readback.mapAsync(GPUMapMode.READ));
    const sum = new Uint32Array(readback.getMappedRange())[2];
    readback.unmap();
    return { loopVariablesReinitialised: sum === iterations[1] };
  } finally {
    io.destroy();
    readback.destroy();
  }
}
