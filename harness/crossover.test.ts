import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCrossover } from './crossover.ts';
import type { TimePoint } from './points.ts';
import { seededRandom } from './random.ts';

const doublings = [128, 256, 512, 1024, 2048, 4096];

function timed(timeNs: (n: number) => number, noise = 0, seed = 'times', ns = doublings): TimePoint[] {
  const random = seededRandom(seed);
  return ns.map((n) => ({
    n,
    samplesNs: Array.from({ length: 15 }, () => timeNs(n) * Math.exp(noise * random.normal())),
  }));
}

describe('crossover', () => {
  test('power laws cross where algebra says, and swapping the kernels swaps the names alone', () => {
    fc.assert(
      fc.property(fc.double({ min: 140, max: 4000, noNaN: true }), (where) => {
        const square = timed((n) => (n / where) ** 2);
        const line = timed((n) => n / where);
        const crossing = findCrossover(square, line, { draws: 20 });
        const swapped = findCrossover(line, square, { draws: 20 });
        expect(crossing).toMatchObject({ kind: 'crossing', fasterAbove: 'second' });
        expect(swapped).toMatchObject({ kind: 'crossing', fasterAbove: 'first' });
        expect(crossing.kind === 'crossing' && crossing.n / where).toBeCloseTo(1, 6);
        expect(swapped.kind === 'crossing' && swapped.n / where).toBeCloseTo(1, 6);
      }),
    );
  });

  test('none in range says who is faster throughout', () => {
    const slow = timed((n) => 10 * n, 0.02);
    const fast = timed((n) => n, 0.02, 'other');
    expect(findCrossover(slow, fast)).toEqual({
      kind: 'none in range',
      faster: 'second',
      from: 128,
      to: 4096,
      agreement: 1,
    });
  });

  test('two that are level do not agree with themselves', () => {
    const first = timed((n) => n * 1.02, 0.1);
    const same = timed((n) => n, 0.1);
    const level = findCrossover(first, same);
    expect(level.kind === 'none in range' && level.agreement).toBeLessThan(0.9);
  });

  test('several crossings: the last counts, all are listed', () => {
    const wave = timed((n) => n * (n === 512 ? 0.5 : n >= 2048 ? 0.8 : 1.25));
    const crossing = findCrossover(
      wave,
      timed((n) => n),
    );
    expect(crossing.kind === 'crossing' && crossing.all).toHaveLength(3);
    expect(crossing).toMatchObject({ kind: 'crossing', fasterAbove: 'first' });
    expect(crossing.kind === 'crossing' && crossing.n).toBeGreaterThan(1024);
    expect(crossing.kind === 'crossing' && crossing.n).toBeLessThan(2048);
  });

  test('an interval that reaches past the largest n is open there', () => {
    const crossing = findCrossover(
      timed((n) => (n / 3800) ** 2, 0.1, 'square'),
      timed((n) => n / 3800, 0.1, 'line'),
    );
    if (crossing.kind !== 'crossing') throw new Error(`no crossing but ${crossing.kind}`);
    expect(crossing.high).toBeNull();
    expect(crossing.low).toBeGreaterThan(3000);
  });

  test('only n that both have are compared', () => {
    const long = timed((n) => n, 0, 'long', [128, 256, 512, 1024, 2048, 4096, 8192]);
    const short = timed((n) => n ** 2 / 300, 0, 'short', [256, 512, 1024]);
    const crossing = findCrossover(long, short);
    expect(crossing.kind === 'crossing' && crossing.n).toBeCloseTo(300, 6);
    expect(
      findCrossover(
        long,
        timed((n) => n, 0, 'one', [256]),
      ),
    ).toEqual({
      kind: 'unknown',
      why: '1 values of n at which both were measured; comparing needs two',
    });
  });

  test('the interval holds the true crossing 93 to 98 % of the time', () => {
    // A little cautious on purpose (96.4 % over many seeds): interval ends are draws, rounded outwards.
    const trials = 800;
    const where = 700;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const crossing = findCrossover(
        timed((n) => (n / where) ** 2, 0.1, `square/${trial}`),
        timed((n) => n / where, 0.1, `line/${trial}`),
        { draws: 300, seed: trial },
      );
      if (crossing.kind !== 'crossing') throw new Error(`no crossing but ${crossing.kind}`);
      if ((crossing.low ?? 0) <= where && where <= (crossing.high ?? Infinity)) held++;
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.93);
    expect(held / trials).toBeLessThanOrEqual(0.98);
  });
});
