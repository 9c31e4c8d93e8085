/** An open device and everything that lives as long as it does. */
import type { Caps } from '../kernels/contract.ts';
import { DeviceLostError } from './errors.ts';
import type { Host } from './host.ts';
import { PipelineCache } from './pipelines.ts';
import type { Clock } from './record.ts';

export interface GpuContext {
  readonly device: GPUDevice;
  readonly host: Host;
  readonly caps: Caps;
  readonly clock: Clock;
  readonly pipelines: PipelineCache;
  /** Whose tuning tables are used; null for none. */
  readonly adapterClass: string | null;
  /** Waits for GPU work, or throws DeviceLostError as soon as the device is gone. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Throws DeviceLostError if the device is gone: whatever else went wrong then is no fault of the kernel. */
  refuseLost(): void;
}

/** Without a class no tuning table is looked for. */
export function createContext(
  device: GPUDevice,
  host: Host,
  caps: Caps,
  clock: Clock,
  adapterClass: string | null = null,
): GpuContext {
  let loss: DeviceLostError | null = null;
  const lost = device.lost.then(({ reason, message }): never => {
    loss = new DeviceLostError(`the device was lost (${reason}): ${message}`);
    throw loss;
  });
  // Whoever waits sees it; nobody waiting must not crash the process.
  lost.catch(() => undefined);
  return {
    device,
    host,
    caps,
    clock,
    adapterClass,
    pipelines: new PipelineCache(device, host),
    wait: (work) => host.wait(Promise.race([work, lost])),
    refuseLost() {
      if (loss !== null) throw loss;
    },
  };
}
