/** A peer inside this process: started once, left alone until it has come to rest. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceWatch } from '../device-watch.ts';
import { KernelError } from '../errors.ts';
import type { LoadedPeer, PeerHost } from '../measure-peer.ts';
import type { RunningPeer } from '../peer-executor.ts';
import { nodeHost } from './node-host.ts';
import { packageFolder, packageVersion } from './peer-folders.ts';

const restWindowMs = 250;
/** A process that takes less of a core than this over a window is at rest, */
const restShare = 0.1;
/** and stays so for this many windows. */
const restWindows = 3;
const longestRestMs = 180_000;

/** Waits until this process computes nothing, for three minutes at most: a new one compiles what it loaded on every core. */
export async function comeToRest(): Promise<void> {
  const started = performance.now();
  let quiet = 0;
  while (quiet < restWindows && performance.now() - started < longestRestMs) {
    const before = process.cpuUsage();
    const windowStart = performance.now();
    await sleep(restWindowMs);
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1000 / (performance.now() - windowStart);
    quiet = share < restShare ? quiet + 1 : 0;
  }
}

const warmMs = 1000;
const mostWarmCalls = 10;

export function peerProcess({ peer }: LoadedPeer, device: GPUDevice, adapter: GPUAdapter): PeerHost {
  let running: Promise<RunningPeer> | null = null;
  const start = async (): Promise<RunningPeer> => {
    const watch = new DeviceWatch(device);
    try {
      const open = await nodeHost.wait(
        peer.open({
          device,
          adapter,
          packageFolder(name) {
            const folder = packageFolder(name);
            if (folder === null) throw new Error(`${name} is not installed`);
            return folder;
          },
        }),
      );
      return { open, watch };
    } catch (error) {
      throw new KernelError(
        `${peer.packages[0]} does not start: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  };
  let isWarm = false;
  return {
    version: packageVersion,
    start: () => (running ??= start()),
    // What is loaded is compiled once, and what turns out to be hot a second time.
    async comeToSpeed(call) {
      await comeToRest();
      if (isWarm) return;
      const started = performance.now();
      for (let calls = 0; calls < mostWarmCalls && performance.now() - started < warmMs; calls++)
        await call();
      await comeToRest();
      isWarm = true;
    },
  };
}
