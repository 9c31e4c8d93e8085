import { describe, expect, it } from 'vitest';
import type { CaseRecord, MeasuredRecord, Peaks, Run } from '../../harness/record.ts';
import { header, okCase, params, wrongCase } from '../testing/records.ts';
import { judgeTarget } from './target.ts';
import type { Measure, Target } from './target.ts';
import { targets } from './target-list.ts';

const names = {
  flash: 'flash:n=1024,heads=8,d=64,precision=f32',
  naive: 'naive:n=1024,heads=8,d=64,precision=f32',
};

const withTime = (
  kernel: string,
  ns: number,
  change: Partial<Pick<MeasuredRecord, 'compileNs' | 'firstDispatchNs'>> = {},
): CaseRecord => {
  const record = okCase(kernel, params({ n: 1024 }));
  const cost = { flops: 2e9, exps: 4e6, bytesRead: 3e6, bytesWritten: 1e6 };
  return { ...record, cost, gpuNs: Array.from({ length: 8 }, () => ns), ...change };
};

const peaks: Peaks = {
  flopsPerSecond: 100e9,
  bytesPerSecond: 3e9,
  ceilings: [
    { name: 'f32', unit: 'flop', perSecond: 100e9, by: 'made up' },
    { name: 'readCold', unit: 'byte', perSecond: 3e9, by: 'made up' },
    { name: 'copyCold', unit: 'byte', perSecond: 2e9, by: 'made up' },
    { name: 'exp', unit: 'exp', perSecond: 1e9, by: 'made up' },
  ],
  overheads: { submitNs: 0, passNs: 0, dispatchNs: 0 },
  measuredAt: '2026-01-02T03:04:05.000Z',
};

const runOf = (cases: readonly CaseRecord[], change: Partial<Run['header']> = {}): Run => {
  const base = header({ peaks, ...change });
  return { header: { ...base, adapter: { ...base.adapter, name: 'lavapipe' } }, cases };
};
const target = (measure: Measure, goal: Target['goal'] = { atLeast: 3 }): Target => ({
  id: 'made-up',
  adapter: 'lavapipe',
  says: 'made up',
  goal,
  measure,
});
const speedUp: Measure = { kind: 'ratio', slow: names.naive, fast: names.flash };

describe('judgeTarget', () => {
  it('divides medians of the same run, and says whether the goal is met', () => {
    const run = runOf([withTime('naive', 40e6), withTime('flash', 10e6)]);
    expect(judgeTarget(target(speedUp), run)).toMatchObject({ value: 4, reached: true });
    expect(judgeTarget(target(speedUp, { atLeast: 5 }), run)).toMatchObject({ value: 4, reached: false });
    expect(judgeTarget(target(speedUp, { atMost: 4 }), run)).toMatchObject({ reached: true });
    expect(judgeTarget(target(speedUp, { atMost: 3.9 }), run)).toMatchObject({ reached: false });
  });

  it('takes the last measurement of a case', () => {
    const run = runOf([withTime('naive', 90e6), withTime('flash', 10e6), withTime('naive', 40e6)]);
    expect(judgeTarget(target(speedUp), run)).toMatchObject({ value: 4 });
  });

  it('says nothing for another adapter or without the cases', () => {
    const run = runOf([withTime('naive', 40e6)]);
    expect(judgeTarget(target(speedUp), run)).toBeNull();
    const elsewhere = { ...target(speedUp), adapter: 'swiftshader' };
    expect(judgeTarget(elsewhere, runOf([withTime('naive', 1), withTime('flash', 1)]))).toBeNull();
  });

  it('has no value where a case is wrong', () => {
    const run = runOf([withTime('naive', 40e6), wrongCase('flash', params({ n: 1024 }), 'nmse 0.3')]);
    expect(judgeTarget(target(speedUp), run)).toEqual({
      kind: 'without a time',
      reason: `${names.flash}: wrong, nmse 0.3`,
    });
  });

  it('holds a case against the measured ceilings', () => {
    const run = runOf([withTime('flash', 50e6)]);
    // 2e9 FLOPs in 50 ms are 40 GFLOP/s of 100.
    const share = judgeTarget(target({ kind: 'share of peak', of: names.flash, ceiling: 'f32' }), run);
    expect(share).toMatchObject({ value: expect.closeTo(0.4, 9), reached: false });
    // 3e6 bytes at 3e9 a second are 1 ms.
    const read = judgeTarget(target({ kind: 'over a plain read', of: names.flash }), run);
    expect(read).toMatchObject({ value: expect.closeTo(50, 9) });
    // 4e6 / 2e9 + 2e9 / 100e9 + 4e6 / 1e9 = 2 + 20 + 4 ms.
    const both = judgeTarget(target({ kind: 'over copy and arithmetic', of: names.flash }), run);
    expect(both).toMatchObject({ value: expect.closeTo(50 / 26, 9), detail: 'bound 26.0 ms' });
  });

  it('says nothing against ceilings that the run does not have', () => {
    const run = runOf([withTime('flash', 50e6)], { peaks: null });
    expect(judgeTarget(target({ kind: 'over a plain read', of: names.flash }), run)).toBeNull();
    expect(judgeTarget(target({ kind: 'share of peak', of: names.flash, ceiling: 'f32' }), run)).toBeNull();
  });

  it('finds the longest first dispatch of a run without a shader cache only', () => {
    const cases = [
      withTime('naive', 1e6, { compileNs: 0.2e9, firstDispatchNs: 0.3e9 }),
      withTime('flash', 1e6, { compileNs: 0.5e9, firstDispatchNs: 1e9 }),
    ];
    const slowest = target({ kind: 'longest first dispatch' }, { atMost: 2 });
    expect(judgeTarget(slowest, runOf(cases))).toBeNull();
    expect(judgeTarget(slowest, runOf(cases, { flags: ['MESA_SHADER_CACHE_DISABLE=true'] }))).toMatchObject({
      value: 1.5,
      reached: true,
      detail: `${names.flash}, of 2 cases`,
    });
  });
});

describe('targets', () => {
  it('have ids of their own', () => {
    expect(new Set(targets.map(({ id }) => id)).size).toBe(targets.length);
  });
});
