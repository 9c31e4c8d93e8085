/** Measures the timer before anything is measured with it: its tick, what it adds, whether it runs backwards. */
import { EnvironmentError } from './errors.ts';
import type { Host } from './host.ts';
import type { Clock } from './record.ts';
import { detectTick, median, sorted } from './stats.ts';

const passes = 64;
const submits = 8;
/** A tick this long is a privacy measure, not a timer: the slowest GPU timers count in steps of 84 ns. */
const quantisedFromNs = 1000;
const wallMoves = 256;
const mostWallReads = 1_000_000;

/**
 * The tick of a clock in nanoseconds from stamps taken at various times, or null when they never moved. Usually the greatest common
 * step. A timer of, say, 19.2 MHz steps by 52.08 ns, which whole nanoseconds blur to 52 and 53: there the steps lie within rounding
 * of multiples of the shortest.
 */
export function tickOf(stamps: readonly bigint[]): number | null {
  const found = detectTick(stamps);
  if (found.kind === 'none') return null;
  // Below 8 ns, steps are near multiples of the shortest by chance.
  if (found.tickNs > 1 || found.shortestStepNs < 8) return found.tickNs;
  const distinct = [...new Set(stamps)].sort((a, b) => (a < b ? -1 : 1));
  const steps = sorted(distinct.slice(1).map((stamp, index) => Number(stamp - distinct[index])));
  let tickNs = found.shortestStepNs;
  let multiple = 1;
  for (const step of steps) {
    const count = Math.round(step / tickNs);
    // A step is rounded by up to 1, and the tick by that over the multiple it was taken from.
    if (Math.abs(step - count * tickNs) > 1 + count / multiple) return found.tickNs;
    if (count > multiple) [tickNs, multiple] = [step / count, count];
  }
  return tickNs;
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

/** What the stamps of empty passes (begin, end, begin, end ...) say about their clock; null when it stands still. */
export function clockOf(stamps: readonly bigint[]): Clock | null {
  const tickNs = tickOf(stamps);
  if (tickNs === null) return null;
  const begins = stamps.filter((_, index) => index % 2 === 0);
  return {
    source: 'timestamp-query',
    tickNs,
    overheadNs: Math.max(0, median(begins.map((begin, pass) => Number(stamps[2 * pass + 1] - begin)))),
    quantised: tickNs >= quantisedFromNs,
    // Drivers that fail to write a stamp leave zero.
    monotonic: stamps.every((stamp, index) => stamp > 0n && (index === 0 || stamp >= stamps[index - 1])),
  };
}

/** Reads the host's clock until it has moved often enough to show its tick. */
function hostStamps(host: Host): readonly number[] {
  const readsNs: number[] = [];
  let moves = 0;
  while (moves < wallMoves && readsNs.length < mostWallReads) {
    const readNs = host.nowNs();
    if (readsNs.length > 0 && readNs !== readsNs[readsNs.length - 1]) moves++;
    readsNs.push(readNs);
  }
  return readsNs;
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
  const readsNs = hostStamps(host);
  const tickNs = tickOf(readsNs.map((readNs) => BigInt(Math.round(readNs))));
  if (tickNs === null) throw new EnvironmentError("the host's clock stands still: nothing can be timed here");
  return {
    source: 'wall',
    tickNs,
    overheadNs: Math.max(0, median(overheadsNs)),
    quantised: tickNs >= quantisedFromNs,
    monotonic: readsNs.every((readNs, index) => index === 0 || readNs >= readsNs[index - 1]),
  };
}

/** Measures the clock that durations on this device come from: GPU timestamps, or the host's clock where those are missing or dead. */
export async function measureClock(device: GPUDevice, host: Host): Promise<Clock> {
  if (!device.features.has('timestamp-query')) return wallClock(device, host);
  // The first passes of a device pay for its start.
  await emptyPasses(device, host);
  return clockOf(await emptyPasses(device, host)) ?? wallClock(device, host);
}
