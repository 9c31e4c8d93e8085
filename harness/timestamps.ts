/** Begin and end timestamps of compute passes. */
import type { GpuContext } from './context.ts';

/** WebGPU allows this many queries in a set; a pass takes two. */
export const maxTimedPasses = 2048;

/** A query set for `slots` passes with the buffers it is read through. */
export class TimestampQueries {
  readonly slots: number;
  readonly querySet: GPUQuerySet;
  readonly resolved: GPUBuffer;
  readonly staging: GPUBuffer;

  constructor(device: GPUDevice, slots: number) {
    this.slots = slots;
    const size = slots * 16;
    this.querySet = device.createQuerySet({ type: 'timestamp', count: slots * 2 });
    this.resolved = device.createBuffer({
      size,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  writes(slot: number): GPUComputePassTimestampWrites {
    return {
      querySet: this.querySet,
      beginningOfPassWriteIndex: slot * 2,
      endOfPassWriteIndex: slot * 2 + 1,
    };
  }

  destroy(): void {
    this.querySet.destroy();
    this.resolved.destroy();
    this.staging.destroy();
  }
}

/**
 * The stamps of the first `slots` passes as the GPU's clock read: begin, end, begin, end, ... Resolved in a submit of its own, so
 * that it is in no one's wall time. Stamps may go backwards.
 */
export async function readTimestamps(
  context: Pick<GpuContext, 'device' | 'wait'>,
  queries: TimestampQueries,
  slots: number,
): Promise<BigInt64Array> {
  const encoder = context.device.createCommandEncoder();
  encoder.resolveQuerySet(queries.querySet, 0, slots * 2, queries.resolved, 0);
  encoder.copyBufferToBuffer(queries.resolved, 0, queries.staging, 0, slots * 16);
  context.device.queue.submit([encoder.finish()]);
  await context.wait(queries.staging.mapAsync(GPUMapMode.READ, 0, slots * 16));
  const stamps = new BigInt64Array(queries.staging.getMappedRange(0, slots * 16)).slice();
  queries.staging.unmap();
  return stamps;
}

/** The same in nanoseconds since the first stamp. Callers drop samples whose stamps go backwards. */
export async function resolveTimestamps(
  context: Pick<GpuContext, 'device' | 'wait'>,
  queries: TimestampQueries,
  slots: number,
): Promise<Float64Array> {
  const raw = await readTimestamps(context, queries, slots);
  return Float64Array.from(raw, (stamp) => Number(stamp - raw[0]));
}
