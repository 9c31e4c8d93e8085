/** The probe on sessions that claim what they measure. */
import { describe, expect, it } from 'vitest';
import type { ProbeDeps } from '../../harness/hosts/examine-noise.ts';
import { probeNoise } from '../../harness/hosts/examine-noise.ts';
import { nodeHostOf } from '../../harness/hosts/session-host.ts';
import type { FakeDeps, FakeDevice } from '../testing/fake-pairs.ts';
import { fakeDeps } from '../testing/fake-pairs.ts';
import { probeSteps, workSide } from './work.ts';

const host = nodeHostOf({ name: 'fake', env: {}, dawnFlags: [] });

function probeDeps(device: FakeDevice): ProbeDeps & { readonly fake: FakeDeps } {
  const fake = fakeDeps(device);
  let number = 0;
  return { fake, open: (asked) => fake.openSession(asked, ++number), nowNs: fake.nowNs };
}

describe('probeNoise', () => {
  it('holds the work against itself in four fresh processes, each in an order of its own', async () => {
    const deps = probeDeps({ secondsPerPairing: 0.1 });
    const work = await workSide(probeSteps);
    const noise = await probeNoise(host, work, deps);
    expect(deps.fake.opened()).toBe(4);
    expect(deps.fake.asked.every(({ base, head }) => base === work && head === work)).toBe(true);
    expect(new Set(deps.fake.asked.map(({ orderSeed }) => orderSeed)).size).toBe(4);
    expect(noise).toMatchObject({ processes: 4, of: { sessions: 10, pairs: 50 } });
    expect(noise?.seconds).toBeCloseTo(4.4, 9);
  });

  it('starts no further process on an adapter that is slow', async () => {
    const deps = probeDeps({ secondsPerPairing: 3 });
    expect(await probeNoise(host, await workSide(probeSteps), deps)).toMatchObject({ processes: 2 });
  });

  it('makes do with the processes that live', async () => {
    const deps = probeDeps({
      secondsPerPairing: 0.1,
      outcome: (_, process) => (process === 2 ? 'crash' : null),
    });
    expect(await probeNoise(host, await workSide(probeSteps), deps)).toMatchObject({ processes: 3 });
  });

  it('says nothing where none opens', async () => {
    const deps = probeDeps({ opens: () => false });
    expect(await probeNoise(host, await workSide(probeSteps), deps)).toBeNull();
  });
});
