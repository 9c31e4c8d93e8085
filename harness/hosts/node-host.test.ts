import { describe, expect, test } from 'vitest';
import { nodeHost } from './node-host.ts';

const later = <T>(ms: number, act: () => T) =>
  new Promise<T>((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(act());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });

describe('wait', () => {
  test('gives the value and passes errors on', async () => {
    expect(await nodeHost.wait(later(5, () => 'done'))).toBe('done');
    expect(await nodeHost.wait(Promise.resolve(3))).toBe(3);
    const failing = later(5, () => {
      throw new RangeError('lost');
    });
    await expect(nodeHost.wait(failing)).rejects.toThrow(RangeError);
  });

  test('sleeps instead of burning the core', async () => {
    const before = process.cpuUsage();
    await nodeHost.wait(later(400, () => null));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(200);
  });
});

test('clocks count nanoseconds and go forward', async () => {
  const [startNs, startCpuNs] = [nodeHost.nowNs(), nodeHost.cpuNs()];
  await later(20, () => null);
  const passedNs = nodeHost.nowNs() - startNs;
  expect(passedNs).toBeGreaterThan(15e6);
  expect(passedNs).toBeLessThan(5e9);
  expect(nodeHost.cpuNs()).toBeGreaterThanOrEqual(startCpuNs ?? Number.POSITIVE_INFINITY);
});

test('reads project files, hashes them, and knows free memory', async () => {
  expect(await nodeHost.loadText(new URL('node-host.test.ts', import.meta.url))).toContain(
    'reads project files',
  );
  expect(await nodeHost.sha256Hex('abc')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(nodeHost.freeMemoryBytes()).toBeGreaterThan(1e6);
});
