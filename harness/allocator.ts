/** The one place that makes buffers, so that memory is counted exactly and by class. */
import { OutOfMemoryError } from './errors.ts';
import type { Host } from './host.ts';

/** `harness` is what measuring needs on top: rotated input copies, guards, staging, queries. */
export type BufferClass = 'inputs' | 'outputs' | 'scratch' | 'harness';

export class Allocator {
  private readonly device: GPUDevice;
  private readonly host: Host;
  private readonly buffers: GPUBuffer[] = [];
  private readonly counts: Record<BufferClass, number> = { inputs: 0, outputs: 0, scratch: 0, harness: 0 };

  constructor(device: GPUDevice, host: Host) {
    this.device = device;
    this.host = host;
  }

  /**
   * A buffer of `bytes` counted under its class, plus `extraBytes` counted as the harness's. Throws OutOfMemoryError
   * when the device has no room.
   */
  async create(
    owner: BufferClass,
    label: string,
    bytes: number,
    usage: GPUBufferUsageFlags,
    extraBytes = 0,
  ): Promise<GPUBuffer> {
    const size = Math.max(16, Math.ceil((bytes + extraBytes) / 4) * 4);
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    const buffer = this.device.createBuffer({ label, size, usage });
    const invalid = await this.host.wait(this.device.popErrorScope());
    const outOfMemory = await this.host.wait(this.device.popErrorScope());
    if (invalid !== null || outOfMemory !== null) {
      buffer.destroy();
      throw new OutOfMemoryError(
        `the device refused a buffer of ${size} bytes for ${label}: ${(outOfMemory ?? invalid)?.message}`,
      );
    }
    this.counts[owner] += bytes;
    this.counts.harness += extraBytes;
    this.buffers.push(buffer);
    return buffer;
  }

  /** Bytes held, by class; `peak` is what one kernel call needs at once. */
  bytes(): Record<BufferClass | 'peak', number> {
    const { inputs, outputs, scratch } = this.counts;
    return { ...this.counts, peak: inputs + outputs + scratch };
  }

  destroy(): void {
    for (const buffer of this.buffers) buffer.destroy();
    this.buffers.length = 0;
  }
}
