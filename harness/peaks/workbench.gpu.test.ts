/** Every micro-kernel compiles on the adapter at hand, leaves right numbers, and is caught when it does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../adapter.ts';
import { measureClock } from '../clock.ts';
import type { GpuContext } from '../context.ts';
import { createContext } from '../context.ts';
import { choiceFromEnv } from '../hosts/choice.ts';
import { openAdapter } from '../hosts/dawn.ts';
import { nodeHost } from '../hosts/node-host.ts';
import { measurePeaks } from './measure-peaks.ts';
import type { CeilingPlan, MicroKernel, Sizes } from './micro-kernels.ts';
import { ceilingPlans } from './micro-kernels.ts';
import { measureOverheads } from './overheads.ts';
import { Workbench } from './workbench.ts';

/** Small: what is right does not depend on how much there is of it. */
const sizes: Sizes = {
  workgroup: 64,
  arithmeticWorkgroups: 3,
  walkers: [2 ** 8, 2 ** 10],
  coldWords: 2 ** 17,
  warmWords: [2 ** 16],
};

let context: GpuContext;
let bench: Workbench;
let plans: readonly CeilingPlan[];
beforeAll(async () => {
  const opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
  bench = await Workbench.create(context, sizes);
  plans = ceilingPlans(opened.caps, sizes);
});
afterAll(() => bench.destroy());

const allKernels = (): readonly MicroKernel[] => plans.flatMap(({ kernels }) => kernels);

it('leaves right numbers in every variant, after one lap and after several', async () => {
  const wrong: string[] = [];
  for (const kernel of allKernels()) {
    const candidate = bench.candidate(kernel);
    for (const laps of [1, 3]) {
      const rounds = laps * kernel.roundsStep;
      const ns = await candidate.run(rounds);
      if (!(ns > 0)) wrong.push(`${kernel.by}: took ${ns} ns`);
      const problem = await candidate.problem(rounds);
      if (problem !== null) wrong.push(`${kernel.pass.name}, ${kernel.by}: ${problem}`);
    }
  }
  expect(wrong).toEqual([]);
});

describe('a micro-kernel that does less than it says', () => {
  it('is caught by its numbers, arithmetic and reads alike', async () => {
    // exp2 runs into its fixed point whatever the rounds, and writing twice is writing once.
    for (const name of ['fma f32', 'dot packed', 'read', 'workgroup read']) {
      const kernel = allKernels().find(({ pass }) => pass.name === name);
      if (kernel === undefined) throw new Error(`no micro-kernel '${name}'`);
      const candidate = bench.candidate(kernel);
      await candidate.run(kernel.roundsStep);
      expect(await candidate.problem(2 * kernel.roundsStep), name).toContain('wrong numbers');
    }
  });

  it('is caught where it writes half of the buffer', async () => {
    for (const name of ['write', 'copy']) {
      const kernel = allKernels().find(({ pass }) => pass.name === name);
      if (kernel === undefined) throw new Error(`no micro-kernel '${name}'`);
      const half = { ...kernel, pass: { ...kernel.pass, workgroups: kernel.pass.workgroups / 2 } };
      const candidate = bench.candidate(half);
      expect(await candidate.problem(kernel.roundsStep), name).toContain('wrong numbers');
    }
  });
});

it('launching takes some time and no eternity', async () => {
  const overheads = await measureOverheads(context);
  expect(overheads.submitNs).toBeGreaterThan(0);
  expect(overheads.dispatchNs).toBeLessThan(1e9);
});

it('peaks have every ceiling, each with a number or a reason', async () => {
  const quick = { targetNs: 0, samples: 1, finalists: 1, finalSamples: 1, hopeless: 0, mostRounds: 1 };
  const peaks = await measurePeaks(context, () => new Date('2026-01-02T03:04:05Z'), sizes, quick);
  const kernels = new Map(plans.map((plan) => [plan.name, plan.kernels]));
  for (const { name, perSecond, by } of peaks.ceilings) {
    expect(perSecond !== null, `${name}: ${by}`).toBe((kernels.get(name)?.length ?? 0) > 0);
    expect(by).not.toBe('');
  }
  expect(peaks.flopsPerSecond).toBe(peaks.ceilings[0].perSecond);
  expect(peaks.measuredAt).toBe('2026-01-02T03:04:05.000Z');
});
