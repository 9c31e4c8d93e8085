/** Measures the timer before anything is measured with it: its tick, what it adds, whether it runs backwards. */
import type { Host } from './host.ts';
import type { Clock } from './record.ts';

const passes = 64;
const submits = 8;
/** A tick this long is a privacy measure, not a timer: the slowest GPU timers count in steps of 84 ns. */
const quantisedFromNs = 1000;
const wallReads = 4096;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The tick of a clock, in its own unit, from stamps taken at various times. Usually their greatest common step. A timer of, say, 19.2 MHz
 * steps by 52.08 ns, which whole nanoseconds blur to 52 and 53: there the steps lie within rounding of multiples of the smallest.
 */
export function tickOf(stamps: readonly bigint[]): number {
  const sorted = [...new Set(stamps)].sort((a, b) => (a < b ? -1 : 1));
  const steps = sorted.slice(1).map((stamp, index) => stamp - (sorted[index] ?? 0n));
  const common = steps.reduce(greatestCommonDivisor, 0n);
  if (common === 0n) return 1;
  if (common > 1n) return Number(common);
  const ascending = steps.map(Number).sort((a, b) => a - b);
  let tick = ascending[0] ?? 1;
  // Every number is within 1 of a multiple of 3 or less, and a few above are by chance.
  if (tick < 8) return 1;
  let multiple = 1;
  for (const step of ascending) {
    const count = Math.round(step / tick);
    if (Math.abs(step - count * tick) > 1 + count / multiple) return 1;
    // A longer step tells the tick more exactly.
    if (count > multiple) [tick, multiple] = [step / count, count];
    if (multiple > 64) break;
  }
  return tick;
}

/** Begin and end of empty timed passes, in the order taken. */
async function emptyPasses(device: GPUDevice, host: Host): Promise<readonly bigint[]> {
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * passes });
  const bytes = 2 * passes * BigUint64Array.BYTES_PER_ELEMENT;
  const resolved = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const readback = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const stamps: bigint[] = [];
  try {
    for (let submit = 0; submit < submits; submit++) {
      const encoder = device.createCommandEncoder();
      for (let pass = 0; pass < passes; pass++) {
        const timestampWrites = {
          querySet,
          beginningOfPassWriteIndex: 2 * pass,
          endOfPassWriteIndex: 2 * pass + 1,
        };
        encoder.beginComputePass({ timestampWrites }).end();
      }
      encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, readback, 0, bytes);
      device.queue.submit([encoder.finish()]);
      await host.wait(readback.mapAsync(GPUMapMode.READ));
      stamps.push(...new BigUint64Array(readback.getMappedRange()));
      readback.unmap();
    }
  } finally {
    querySet.destroy();
    resolved.destroy();
    readback.destroy();
  }
  return stamps;
}

/** What stamps of empty passes (begin, end, begin, end ...) say about their clock. */
export function clockOf(stamps: readonly bigint[]): Clock {
  const overheadsNs: number[] = [];
  for (let begin = 0; begin + 1 < stamps.length; begin += 2) {
    overheadsNs.push(Math.max(0, Number((stamps[begin + 1] ?? 0n) - (stamps[begin] ?? 0n))));
  }
  const tickNs = tickOf(stamps);
  return {
    source: 'timestamp-query',
    tickNs,
    overheadNs: median(overheadsNs),
    quantised: tickNs >= quantisedFromNs,
    // Drivers that fail to write a stamp leave zero.
    monotonic: stamps.every((stamp, index) => stamp > 0n && stamp >= (stamps[index - 1] ?? 0n)),
  };
}

/** The host's clock, for adapters without timestamps: what an empty submit costs until it is known to be done. */
async function wallClock(device: GPUDevice, host: Host): Promise<Clock> {
  const overheadsNs: number[] = [];
  for (let submit = 0; submit < passes; submit++) {
    const startNs = host.nowNs();
    device.queue.submit([]);
    await host.wait(device.queue.onSubmittedWorkDone());
    overheadsNs.push(host.nowNs() - startNs);
  }
  const readsNs = Array.from({ length: wallReads }, () => host.nowNs());
  const tickNs = tickOf(readsNs.map((read) => BigInt(Math.round(read))));
  return {
    source: 'wall',
    tickNs,
    overheadNs: Math.max(0, median(overheadsNs)),
    quantised: tickNs >= quantisedFromNs,
    monotonic: readsNs.every((read, index) => read >= (readsNs[index - 1] ?? 0)),
  };
}

/** Measures the clock that durations on this device come from: GPU timestamps, or the host's clock where there are none. */
export async function measureClock(device: GPUDevice, host: Host): Promise<Clock> {
  if (!device.features.has('timestamp-query')) return wallClock(device, host);
  // The first passes of a device pay for its start.
  await emptyPasses(device, host);
  return clockOf(await emptyPasses(device, host));
}
