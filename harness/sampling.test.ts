import { describe, expect, it } from 'vitest';
import { fakeSource } from './hosts/fake.ts';
import type { SamplingPolicy } from './sampling.ts';
import { defaultPolicy, repeatsFor, stopRule, takeSamples } from './sampling.ts';

const policy: SamplingPolicy = { ...defaultPolicy, seconds: 1, leastSamples: 10, mostSamples: 50 };
const exact = { source: 'timestamp-query', tickNs: 1 } as const;

describe('takeSamples', () => {
  it('stops on a narrow interval once the least samples are in', async () => {
    const fake = fakeSource({ durationsNs: () => 1_000_000 });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    expect(samples.stop.rule).toBe('ci');
    expect(samples.gpuNs).toHaveLength(10);
    expect(samples.stop.relativeHalfWidth).toBe(0);
    expect(samples.warmups).toBe(2);
  });

  it('stops at the most samples when the interval stays wide', async () => {
    const fake = fakeSource({ durationsNs: (call) => (call % 2 === 0 ? 1_000_000 : 2_000_000) });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    expect(samples.stop.rule).toBe('samples');
    expect(samples.gpuNs).toHaveLength(50);
  });

  it('stops when the seconds have run out, with six samples at least', async () => {
    const fake = fakeSource({ durationsNs: (call) => 2e8 + call });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    expect(samples.stop.rule).toBe('budget');
    expect(samples.gpuNs).toHaveLength(6);
  });

  it('takes one sample of a case that is far slower than its seconds', async () => {
    const fake = fakeSource({ durationsNs: () => 5e9 });
    expect((await takeSamples(fake, policy, exact, fake.nowNs)).gpuNs).toHaveLength(1);
  });

  it('keeps samples in the order taken and lets input sets take turns', async () => {
    const fake = fakeSource({ durationsNs: (call) => 1_000_000 + (call % 2) * 1e6 + call });
    const samples = await takeSamples(fake, { ...policy, mostSamples: 6 }, exact, fake.nowNs);
    expect(samples.gpuNs).toEqual([1000002, 2000003, 1000004, 2000005, 1000006, 2000007]);
    expect(fake.calls.map(({ set }) => set)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
    expect(samples.lastSet).toBe(0);
  });

  it('repeats short calls until a tick is half a per cent of the sample', async () => {
    const fake = fakeSource({ durationsNs: () => 100_000 });
    const quantised = { source: 'timestamp-query', tickNs: 65_536 } as const;
    const samples = await takeSamples(fake, policy, quantised, fake.nowNs);
    expect(samples.repeats).toBe(132);
    expect(65_536 / (samples.repeats * 100_000)).toBeLessThanOrEqual(0.005);
    expect(samples.gpuNs[0]).toBe(100_000);
  });

  it('judges by wall time when there are no timestamps', async () => {
    const fake = fakeSource({ durationsNs: () => 1_000_000, timestamps: false });
    const samples = await takeSamples(fake, policy, { source: 'wall', tickNs: 1000 }, fake.nowNs);
    expect(samples.gpuNs).toEqual([]);
    expect(samples.wallNs).toHaveLength(10);
    expect(samples.statistics?.meanNs).toBeCloseTo(samples.wallNs[0], -2);
  });

  it('drops and counts samples whose timestamps ran backwards', async () => {
    const fake = fakeSource({ durationsNs: (call) => (call === 5 ? -3 : 1_000_000) });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    expect(samples.dropped).toBe(1);
    expect(samples.gpuNs.every((ns) => ns === 1_000_000)).toBe(true);
  });

  it('drops a sample in which one pass alone ran backwards: a record holds no negative durations', async () => {
    const fake = fakeSource({
      durationsNs: () => 1_000_000,
      passNs: (call, ns) => (call === 5 ? { first: ns + 7, second: -7 } : { first: 7, second: ns - 7 }),
    });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    expect(samples.dropped).toBe(1);
    expect(samples.passNs['second'].every((ns) => ns >= 0)).toBe(true);
    expect(samples.passNs['second']).toHaveLength(samples.gpuNs.length);
  });

  it('gives no statistics of samples that were partly dropped', async () => {
    const fake = fakeSource({ durationsNs: (call) => (call === 5 ? -3 : 1_000_000) });
    expect((await takeSamples(fake, policy, exact, fake.nowNs)).statistics).toBeNull();
  });

  it("agrees with tinybench's own statistics", async () => {
    const fake = fakeSource({ durationsNs: (call) => 1_000_000 + 1000 * call });
    const samples = await takeSamples(fake, policy, exact, fake.nowNs);
    const mean = samples.gpuNs.reduce((sum, ns) => sum + ns, 0) / samples.gpuNs.length;
    expect(samples.statistics?.meanNs).toBeCloseTo(mean, 3);
    expect(samples.statistics?.maxNs).toBeCloseTo(Math.max(...samples.gpuNs), 3);
  });

  it('lets an error of the device out', async () => {
    const fake = fakeSource({
      durationsNs: (call) => {
        if (call === 4) throw new Error('gone');
        return 1e6;
      },
    });
    await expect(takeSamples(fake, policy, exact, fake.nowNs)).rejects.toThrow('gone');
  });
});

describe('repeatsFor', () => {
  it('is one where the tick is fine and never more than a query set holds', () => {
    expect(repeatsFor(1e6, 1, 0.005, 2048)).toBe(1);
    expect(repeatsFor(10, 65_536, 0.005, 2048)).toBe(2048);
  });
});

describe('stopRule', () => {
  it('goes on below the least samples, however narrow the interval', () => {
    expect(stopRule(policy, 9, 0, 0.1)).toBeNull();
    expect(stopRule(policy, 10, 0, 0.1)).toBe('ci');
  });
  it('goes on without an interval', () => {
    expect(stopRule({ ...policy, leastSamples: 1 }, 5, null, 0.1)).toBeNull();
  });
});
