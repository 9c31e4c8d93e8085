/** Host values to GPU buffers and back, for libraries that take and give the caller's buffers. */

/** A buffer as libraries want the ones they are given. */
export function storageBuffer(device: GPUDevice, bytes: number): GPUBuffer {
  return device.createBuffer({
    size: Math.ceil(bytes / 4) * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
}

/** The values in a new buffer. */
export function uploaded(device: GPUDevice, values: Float32Array | Float64Array): GPUBuffer {
  const buffer = storageBuffer(device, 4 * values.length);
  device.queue.writeBuffer(buffer, 0, Float32Array.from(values));
  return buffer;
}

/** The first `count` f32 values of a buffer. */
export async function downloaded(device: GPUDevice, buffer: GPUBuffer, count: number): Promise<Float32Array> {
  const staging = device.createBuffer({
    size: 4 * count,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, staging.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}
