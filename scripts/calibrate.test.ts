import { describe, expect, it } from 'vitest';
import { defaultDesign } from '../harness/gate/design.ts';
import { builtInKernels } from '../harness/hosts/kernel-folders.ts';
import { resolveParams } from '../harness/params.ts';
import type { PairSession } from './compare-measure.ts';
import type { Trial, TrialResult } from './calibrate-measure.ts';
import { measureTrials } from './calibrate-measure.ts';
import { calibrationText } from './calibrate-table.ts';
import { calibrationOf } from './calibrate.ts';
import { fakeDeps } from './testing/fake-pairs.ts';
import type { FakeDevice } from './testing/fake-pairs.ts';

const side = (kernel: string) => ({
  kernels: builtInKernels.href,
  kernel,
  params: resolveParams({}, { n: 64 }),
});
const trialOf = (id: string, kernel: string, slowdown: number): Trial => ({
  id,
  slowdown,
  base: side(kernel),
  head: side(kernel),
});

async function measured(trials: readonly Trial[], device: FakeDevice, seconds = 1e6) {
  const deps = fakeDeps(device);
  const host = await deps.chooseHost({}, 'fake');
  let number = 1;
  const results: TrialResult[] = [];
  await measureTrials(trials, defaultDesign, {
    open: (): Promise<PairSession> => deps.openSession(host, number++),
    nowNs: deps.nowNs,
    outOfTime: () => deps.nowNs() / 1e9 >= seconds,
    found: (result) => results.push(result),
    notify: () => undefined,
  });
  return { results, opened: deps.opened(), asked: deps.asked };
}

/** `copy` is what it was; `naive` takes 8 % longer. */
const device: FakeDevice = { ratio: (kernel) => (kernel === 'naive' ? 1.08 : 1) };

describe('comparisons whose truth is known', () => {
  it('go through the whole gate, a kernel with itself by its control arm too', async () => {
    const { results } = await measured([trialOf('null', 'copy', 0), trialOf('slow', 'naive', 0.08)], device);
    expect(results.map(({ id, result }) => [id, result.verdict])).toEqual([
      ['null', 'SAME'],
      ['null, control', 'SAME'],
      ['slow', 'REGRESSED'],
    ]);
  });

  it('share processes: one for a session of each that still waits', async () => {
    const { opened, asked } = await measured(
      [trialOf('a', 'copy', 0), trialOf('b', 'copy', 0), trialOf('c', 'naive', 0.08)],
      device,
    );
    expect(asked.length).toBeGreaterThan(opened);
    expect(new Set(asked.map(({ orderSeed }) => orderSeed)).size).toBe(asked.length);
  });

  it('tell what each would have taken alone: its own processes and its own samples', async () => {
    const { results } = await measured([trialOf('a', 'copy', 0), trialOf('b', 'copy', 0)], device);
    for (const { seconds, result } of results) expect(seconds).toBe(2 * (result.timed?.sessions.length ?? 0));
  });

  it('say what the usual designs say of base in one process and head in the next', async () => {
    const { results } = await measured([trialOf('slow', 'naive', 0.08), trialOf('null', 'copy', 0)], device);
    expect(results[0].foils).toEqual({ flatThreshold: 'REGRESSED', mannWhitney: 'REGRESSED' });
    expect(results[1].foils?.flatThreshold).toBe('SAME');
  });

  it('leave out what time cut off', async () => {
    const { results } = await measured([trialOf('null', 'copy', 0)], device, 5);
    expect(results).toEqual([]);
  });

  it('outlive processes that crash', async () => {
    const { results } = await measured([trialOf('null', 'copy', 0)], {
      ...device,
      outcome: (_, process) => (process % 4 === 2 ? 'crash' : null),
    });
    expect(results[0].result.verdict).toBe('SAME');
  });
});

describe('a calibration', () => {
  it('counts false positives and what was found, with exact intervals', async () => {
    const trials = [
      ...['a', 'b', 'c'].map((id) => trialOf(id, 'copy', 0)),
      ...['d', 'e'].map((id) => trialOf(id, 'naive', 0.08)),
    ];
    const { results } = await measured(trials, device);
    const about = { commandLine: 'attnbench calibrate', slowdowns: [0.08] };
    const calibration = calibrationOf(results, about, 'fake');
    expect(calibration.falsePositives).toMatchObject({ tries: 6, found: 0, low: 0 });
    expect(calibration.falsePositives.high).toBeCloseTo(0.459, 3);
    expect(calibration.power).toMatchObject([{ slowdown: 0.08, found: { tries: 2, found: 2 } }]);
    expect(calibration.nullSpread).toBeLessThan(0.02);
    expect(calibrationText(calibration, results)).toMatchSnapshot();
  });

  it('knows nothing without comparisons', () => {
    const { falsePositives, power } = calibrationOf([], { commandLine: '', slowdowns: [0.05] }, 'fake');
    expect(falsePositives).toEqual({ tries: 0, found: 0, rate: 0, low: 0, high: 1 });
    expect(power).toEqual([]);
  });
});
