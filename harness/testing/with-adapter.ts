/** The adapter of a test file: the one that was chosen for the whole run, on a device of its own. */
import { beforeAll } from 'vitest';
import { openDevice } from '../adapter.ts';
import { measureClock } from '../clock.ts';
import type { GpuContext } from '../context.ts';
import { createContext } from '../context.ts';
import { choiceFromEnv } from '../hosts/choice.ts';
import type { OpenAdapter } from '../hosts/dawn.ts';
import { openAdapter } from '../hosts/dawn.ts';
import { nodeHost } from '../hosts/node-host.ts';

export interface OpenedAdapter {
  readonly opened: OpenAdapter;
  readonly context: GpuContext;
}

/** Opens a device before the tests of a file. */
export function withAdapter(): () => OpenedAdapter {
  let adapter: OpenedAdapter | null = null;
  beforeAll(async () => {
    const opened = await openAdapter(choiceFromEnv());
    const { device } = await openDevice(opened.adapter);
    const clock = await measureClock(device, nodeHost);
    adapter = { opened, context: createContext(device, nodeHost, opened.caps, clock) };
  });
  return () => {
    if (adapter === null) throw new Error('asked for before the tests began');
    return adapter;
  };
}
