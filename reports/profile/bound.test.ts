import { describe, expect, test } from 'vitest';
import type { CostCounts, Peaks } from '../../harness/record.ts';
import { peaks } from '../testing/profiles.ts';
import { boundOf, explainedBy } from './bound.ts';

const work = (cost: Partial<CostCounts> | null, precision: 'f32' | 'f16' | 'f16s' = 'f32') => ({
  cost: cost === null ? null : { flops: 0, exps: 0, bytesRead: 0, bytesWritten: 0, ...cost },
  precision,
});
const verdict = (of: ReturnType<typeof work>, ns: number, at: Peaks | null = peaks) =>
  boundOf(of, explainedBy(of, ns, at), at);

describe('what a ceiling explains', () => {
  test('is the time of the work at the ceiling over the time it took', () => {
    const of = work({ flops: 50e6, exps: 0.1e6, bytesRead: 1e6, bytesWritten: 0.5e6 });
    // 0.5 ms of arithmetic, 0.1 ms of exponentials, 0.1 + 0.1 ms of memory, 3 µs of launch, in 1 ms.
    expect(explainedBy(of, 1e6, peaks)).toEqual({
      memory: 0.2,
      arithmetic: 0.5,
      'special functions': 0.1,
      launch: 0.003,
    });
  });

  test('takes the cache where memory beyond it could not have been so fast', () => {
    const { memory } = explainedBy(work({ bytesRead: 20e6 }), 1e6, peaks);
    expect(memory).toBeCloseTo(20e6 / 30e9 / 1e-3);
  });

  test('holds f16 arithmetic against the fastest that its precision may use', () => {
    expect(explainedBy(work({ flops: 100e6 }, 'f16'), 1e6, peaks).arithmetic).toBe(0.5);
    expect(explainedBy(work({ flops: 50e6 }, 'f16s'), 1e6, peaks).arithmetic).toBe(0.5);
  });

  test('falls back on the run’s two main ceilings', () => {
    const bare: Peaks = { ...peaks, ceilings: [] };
    expect(explainedBy(work({ flops: 50e6, exps: 1, bytesRead: 1e6, bytesWritten: 1e6 }), 1e6, bare)).toEqual(
      {
        memory: 0.2,
        arithmetic: 0.5,
        'special functions': null,
        launch: 0.003,
      },
    );
  });
});

describe('the bound', () => {
  test.each([
    ['memory', { bytesRead: 6e6 }, 1e6],
    ['arithmetic', { flops: 60e6, bytesRead: 1e6 }, 1e6],
    ['special functions', { flops: 10e6, exps: 0.7e6 }, 1e6],
    ['launch', { flops: 1000 }, 4_000],
  ] as const)('is %s', (by, cost, ns) => {
    expect(verdict(work(cost), ns)).toMatchObject({ kind: 'bound', by });
  });

  test('is none where no ceiling explains half of the time, and the nearest is named', () => {
    expect(verdict(work({ flops: 30e6, bytesRead: 1e6 }), 1e6)).toEqual({
      kind: 'none',
      most: 'arithmetic',
      share: 0.3,
    });
  });

  test('is not known without peaks, nor without a cost unless launching is most of it', () => {
    expect(verdict(work({ flops: 60e6 }), 1e6, null)).toMatchObject({ kind: 'unknown' });
    expect(verdict(work(null), 1e6)).toMatchObject({ kind: 'unknown' });
    expect(verdict(work(null), 4_000)).toMatchObject({ kind: 'bound', by: 'launch' });
  });
});
