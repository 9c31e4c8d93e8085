import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ceilingNames } from './record.ts';
import type { CeilingName, Peaks } from './record.ts';
import { impossible, mostOfCeiling, shareOfPeak } from './roofline.ts';

function peaksWith(values: Partial<Record<CeilingName, number | null>>): Peaks {
  const all: Partial<Record<CeilingName, number | null>> = { f32: 100e9, readCold: 10e9, ...values };
  return {
    flopsPerSecond: all.f32 ?? 1,
    bytesPerSecond: all.readCold ?? 1,
    ceilings: ceilingNames.flatMap((name) => {
      const perSecond = all[name];
      return perSecond === undefined ? [] : [{ name, unit: 'flop' as const, perSecond, by: 'made up' }];
    }),
    overheads: { submitNs: 0, passNs: 0, dispatchNs: 0 },
    measuredAt: '',
  };
}

const work = (flops: number, bytes = 0) => ({ flops, bytesRead: bytes, bytesWritten: 0 });
const timed = (
  flops: number,
  bytes: number,
  medianNs: number,
  precision: 'f32' | 'f16' | 'f16s' = 'f32',
) => ({
  cost: work(flops, bytes),
  precision,
  medianNs,
  hasMatrixUnits: false,
});

describe('an impossible time', () => {
  test('is one in which the FLOPs or the bytes are more than 105 % of what was measured, and no other', () => {
    const positive = fc.double({ min: 1, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (flops, bytes, medianNs) => {
        const share = Math.max((flops / medianNs) * (1e9 / 100e9), (bytes / medianNs) * (1e9 / 10e9));
        fc.pre(Math.abs(share - mostOfCeiling) > 1e-9 * share);
        const message = impossible(peaksWith({}), timed(flops, bytes, medianNs));
        expect(message !== null).toBe(share > mostOfCeiling);
      }),
    );
  });

  test('is told with both numbers, the ceiling, and what to do about it', () => {
    expect(impossible(peaksWith({}), timed(1e9, 0, 5e6))).toBe(
      '200 GFLOP/s is 200 % of the 100 GFLOP/s (f32) that the arithmetic of this adapter was measured to do at most; if the machine was busy then, measure again: attnbench peaks --force',
    );
    expect(impossible(peaksWith({ copyWarm: 40e9 }), timed(0, 1e9, 10e6))).toContain(
      '100 GB/s is 250 % of the 40.0 GB/s (copyWarm) that the memory',
    );
  });

  test('a faster ceiling never makes a time impossible', () => {
    const rate = fc.double({ min: 1e9, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 1, max: 1e9, noNaN: true }), (a, b, medianNs) => {
        const [slow, fast] = [Math.min(a, b), Math.max(a, b)];
        const one = timed(1e9, 1e8, medianNs);
        const isPossible = impossible(peaksWith({ f32: slow, readCold: slow }), one) === null;
        if (isPossible) expect(impossible(peaksWith({ f32: fast, readCold: fast }), one)).toBeNull();
      }),
    );
  });

  test('f16 may use the fastest of f32, f16 and matrices; f16s computes in f32', () => {
    const peaks = peaksWith({ f16: 200e9, subgroupMatrix: 900e9 });
    const at = (gigaflops: number, precision: 'f32' | 'f16' | 'f16s') =>
      impossible(peaks, timed(gigaflops * 1e9, 0, 1e9, precision));
    expect(at(800, 'f16')).toBeNull();
    expect(at(1000, 'f16')).toContain('subgroupMatrix');
    expect(at(200, 'f16s')).toContain('f32');
    expect(at(200, 'f32')).toContain('f32');
    expect(impossible(peaksWith({ f16: 20e9 }), timed(90e9, 0, 1e9, 'f16'))).toBeNull();
  });

  test('nothing bounds f16 where matrix units are there and were not measured', () => {
    const one = timed(1e12, 0, 1e9, 'f16');
    expect(impossible(peaksWith({ subgroupMatrix: null }), one)).not.toBeNull();
    expect(impossible(peaksWith({ subgroupMatrix: null }), { ...one, hasMatrixUnits: true })).toBeNull();
  });

  test('data that fits a cache is held against the cache', () => {
    const one = timed(0, 30e9, 1e9);
    expect(impossible(peaksWith({}), one)).not.toBeNull();
    expect(impossible(peaksWith({ readWarm: 30e9 }), one)).toBeNull();
  });
});

describe('the share of the peak', () => {
  test('is the FLOPs a second over min(arithmetic, intensity x bandwidth)', () => {
    const positive = fc.double({ min: 1, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (flops, bytes, medianNs) => {
        const roof = Math.min(100e9, (flops / bytes) * 10e9);
        const share = shareOfPeak(peaksWith({}), 'f32', work(flops, bytes), medianNs) ?? Number.NaN;
        expect(share / ((flops * 1e9) / medianNs / roof)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('is that of the bandwidth where there are no FLOPs, and none where there is no work', () => {
    expect(shareOfPeak(peaksWith({}), 'f32', work(0, 5e9), 1e9)).toBeCloseTo(0.5);
    expect(shareOfPeak(peaksWith({}), 'f32', work(0, 0), 1e9)).toBeNull();
  });
});
