import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describePath, DeviceWatch } from './device-watch.ts';

beforeAll(() => {
  vi.stubGlobal('GPUBufferUsage', { MAP_READ: 1, MAP_WRITE: 2, STORAGE: 128 });
});

/** As much of a device as the watch touches, and a log of what reached it. */
function fakeDevice() {
  const log: string[] = [];
  const device = {
    createBuffer: ({ size }: { size: number }) => log.push(`buffer ${size}`),
    createComputePipeline: ({ label }: { label?: string }) => ({ made: label }),
    createComputePipelineAsync: async ({ label }: { label?: string }) => ({ made: label }),
    createCommandEncoder: () => ({
      beginComputePass: () => ({
        setPipeline: () => undefined,
        dispatchWorkgroups: (x: number) => log.push(`dispatch ${x}`),
        dispatchWorkgroupsIndirect: () => log.push('indirect'),
      }),
    }),
    queue: { submit: (commands: unknown[]) => log.push(`submit ${commands.length}`) },
  };
  return { device, log };
}
const asDevice = (device: unknown): GPUDevice => {
  const isDevice = (value: unknown): value is GPUDevice => typeof value === 'object';
  if (!isDevice(device)) throw new Error('not an object');
  return device;
};

describe('work on a watched device', () => {
  test('is told by pipeline and by bytes, and reaches the device', async () => {
    const { device, log } = fakeDevice();
    const watched = asDevice(device);
    const watch = new DeviceWatch(watched);
    const { createBuffer, createCommandEncoder } = watched;
    const module = (label: string) => ({ module: { label } });
    const byOwnName = Reflect.apply(watched.createComputePipeline, watched, [
      { label: 'own', compute: module('shader') },
    ]);
    const byShader = await Reflect.apply(watched.createComputePipelineAsync, watched, [
      { compute: module('shader') },
    ]);
    const nameless = Reflect.apply(watched.createComputePipeline, watched, [{ compute: module('') }]);
    const { dispatched, bufferBytes } = await watch.during(async () => {
      watched.createBuffer({ size: 64, usage: 128 });
      watched.createBuffer({ size: 1000, usage: 1 });
      const pass = watched.createCommandEncoder().beginComputePass();
      for (const pipeline of [byOwnName, byShader, nameless]) {
        pass.setPipeline(pipeline);
        pass.dispatchWorkgroups(3);
      }
      pass.setPipeline(byOwnName);
      Reflect.apply(pass.dispatchWorkgroupsIndirect, pass, [null, 0]);
    });
    expect(dispatched).toEqual(['own', 'shader', null, 'own']);
    expect(bufferBytes).toBe(64);
    expect(log).toEqual(['buffer 64', 'buffer 1000', 'dispatch 3', 'dispatch 3', 'dispatch 3', 'indirect']);
    // Afterwards nobody looks.
    expect(watched.createBuffer).not.toBe(createBuffer);
    watched.createBuffer({ size: 8, usage: 128 });
    expect(watched.createCommandEncoder).not.toBe(createCommandEncoder);
    expect(log.at(-1)).toBe('buffer 8');
  });

  test('acts once, right before the next submit', () => {
    const { device, log } = fakeDevice();
    const watched = asDevice(device);
    const watch = new DeviceWatch(watched);
    watch.beforeNextSubmit(() => log.push('act'));
    watched.queue.submit([]);
    watched.queue.submit([]);
    const callOff = watch.beforeNextSubmit(() => log.push('never'));
    callOff();
    watched.queue.submit([]);
    expect(log).toEqual(['act', 'submit 0', 'submit 0', 'submit 0']);
  });
});

test('a path merges what repeats and counts what has no name', () => {
  expect(describePath(['a', 'a', 'b', 'a', null, null])).toEqual(['2 x a', 'b', 'a', '2 x unnamed']);
});
