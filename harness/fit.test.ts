import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitScaling, fittedNs } from './fit.ts';
import type { ExponentFit, FitOptions } from './fit.ts';
import type { TimePoint } from './points.ts';
import { seededRandom } from './random.ts';

const doublings = [128, 256, 512, 1024, 2048, 4096];

function flat(ns: readonly number[], timeNs: (n: number) => number): TimePoint[] {
  return ns.map((n) => ({ n, samplesNs: Array.from({ length: 10 }, () => timeNs(n)) }));
}

function fitted(points: readonly TimePoint[], options?: FitOptions): Extract<ExponentFit, { kind: 'fit' }> {
  const { exponent } = fitScaling(points, options);
  if (exponent.kind === 'none') throw new Error(exponent.why);
  return exponent;
}

/** Linear, then quadratic from 1024 on, as where a cache overflows. */
function bent(n: number): number {
  return 1000 * (n <= 1024 ? n : n ** 2 / 1024);
}

describe('exponent', () => {
  const truths = fc.record({
    exponent: fc.double({ min: 0.5, max: 3, noNaN: true }),
    /** c over the growing part at the smallest n. */
    floor: fc.constantFrom(0, 0.3, 1, 10),
    scaleNs: fc.double({ min: 1, max: 1e6, noNaN: true }),
  });

  test('noiseless points give back c, a and k', () => {
    fc.assert(
      fc.property(truths, ({ exponent, floor, scaleNs }) => {
        const fit = fitted(
          flat(doublings, (n) => scaleNs * (floor + (n / 128) ** exponent)),
          { draws: 20 },
        );
        expect(fit.exponent).toBeCloseTo(exponent, 4);
        expect(fit.floorNs / scaleNs).toBeCloseTo(floor, 3);
        expect((fit.scaleNs * 128 ** exponent) / scaleNs).toBeCloseTo(1, 2);
        expect(fit.description.kind).toBe('within noise');
        expect(fit.rSquared).toBeCloseTo(1, 6);
        expect(fittedNs(fit, 777)).toBeCloseTo(scaleNs * (floor + (777 / 128) ** exponent), -2);
      }),
      { numRuns: 60 },
    );
  });

  test('a multiple of all times changes neither the exponent nor its interval', () => {
    const random = seededRandom('units');
    const points = doublings.map((n) => ({
      n,
      samplesNs: Array.from({ length: 12 }, () => (5000 + n ** 1.5) * Math.exp(0.05 * random.normal())),
    }));
    const inSeconds = points.map(({ n, samplesNs }) => ({ n, samplesNs: samplesNs.map((x) => x * 1e-9) }));
    const [a, b] = [fitted(points, { draws: 200 }), fitted(inSeconds, { draws: 200 })];
    expect(b.exponent).toBeCloseTo(a.exponent, 4);
    expect(b.interval.low).toBeCloseTo(a.interval.low, 4);
    expect(b.interval.high).toBeCloseTo(a.interval.high, 4);
    expect(b.floorNs / a.floorNs).toBeCloseTo(1e-9, 12);
  });

  test('the same input gives the same answer', () => {
    const random = seededRandom('twice');
    const points = doublings.map((n) => ({
      n,
      samplesNs: Array.from({ length: 10 }, () => n * Math.exp(0.1 * random.normal())),
    }));
    expect(fitScaling(points)).toEqual(fitScaling(points));
  });

  // 1000 draws: the share that holds is itself uncertain by 0.7 % (one standard deviation).
  test.each([
    { exponent: 1, floor: 0 },
    { exponent: 1.5, floor: 0 },
    { exponent: 2, floor: 0 },
    { exponent: 1, floor: 5 },
    { exponent: 1.5, floor: 5 },
    { exponent: 2, floor: 5 },
  ])(
    'the interval holds k = $exponent over a floor of $floor 93 to 97 % of the time',
    ({ exponent, floor }) => {
      const random = seededRandom(`coverage/${exponent}/${floor}`);
      const trials = 1000;
      let held = 0;
      for (let trial = 0; trial < trials; trial++) {
        const noise = 0.1 * random.uniform();
        const count = 10 + random.integer(21);
        const points = doublings.map((n) => ({
          n,
          samplesNs: Array.from(
            { length: count },
            () => 1e4 * (floor + (n / 128) ** exponent) * Math.exp(noise * random.normal()),
          ),
        }));
        const { interval } = fitted(points, { draws: 149, seed: trial });
        if (interval.low <= exponent && exponent <= interval.high) held++;
      }
      expect(held / trials).toBeGreaterThanOrEqual(0.93);
      expect(held / trials).toBeLessThanOrEqual(0.97);
    },
    30_000,
  );

  test('a curve that is no power law is called so, and its interval is wider than noise alone makes it', () => {
    const random = seededRandom('bent');
    const points = doublings.map((n) => ({
      n,
      samplesNs: Array.from({ length: 20 }, () => bent(n) * Math.exp(0.01 * random.normal())),
    }));
    const fit = fitted(points);
    expect(fit.description.kind).toBe('poor');
    expect(fit.worstMiss).toBeGreaterThan(0.1);
    expect(fit.interval.high - fit.interval.low).toBeGreaterThan(0.3);
    const { lastOctave } = fitScaling(points);
    expect(lastOctave.kind === 'slope' && lastOctave.slope).toBeCloseTo(2, 1);
  });

  test('small misses beyond the noise are said and widen the interval', () => {
    const wavy = doublings.map((n, index) => ({
      n,
      samplesNs: Array.from(
        { length: 20 },
        (_, i) => n ** 2 * (1 + 0.04 * (-1) ** index) * (1 + 1e-4 * (i % 5)),
      ),
    }));
    const fit = fitted(wavy);
    expect(fit.description.kind).toBe('beyond noise');
    expect(fit.interval.low).toBeLessThan(2);
    expect(fit.interval.high).toBeGreaterThan(2);
  });

  test('time that hardly grows has no exponent', () => {
    const random = seededRandom('level');
    const level = doublings.map((n) => ({
      n,
      samplesNs: Array.from({ length: 12 }, () => 5e4 * Math.exp(0.05 * random.normal())),
    }));
    expect(fitScaling(level).exponent).toEqual({
      kind: 'none',
      code: 'undetermined',
      why: 'time from n = 128 to 4096 rises too little above its floor to tell an exponent; measure larger n',
    });
    expect(fitScaling(flat(doublings, () => 5e4)).exponent.kind).toBe('none');
  });

  test('three points are too few', () => {
    expect(fitScaling(flat([128, 256, 512], (n) => n)).exponent).toEqual({
      kind: 'none',
      code: 'too few points',
      why: '3 usable values of n; a floor and an exponent need at least 4',
    });
  });

  test('1000 draws take well under 50 ms', () => {
    const random = seededRandom('speed');
    const points = doublings.map((n) => ({
      n,
      samplesNs: Array.from({ length: 30 }, () => (5e4 + n ** 2) * Math.exp(0.05 * random.normal())),
    }));
    fitScaling(points);
    const took = Array.from({ length: 5 }, () => {
      const start = performance.now();
      fitScaling(points);
      return performance.now() - start;
    });
    // The fastest of five, because the machine may be busy.
    expect(Math.min(...took)).toBeLessThan(50);
  });
});

describe('points', () => {
  test('says which were used, and why the others were not', () => {
    const points: TimePoint[] = [
      ...flat([64], () => 900),
      ...flat(doublings, (n) => 1000 + 100 * n),
      { n: 8192, samplesNs: [1e6, 1e6] },
      { n: 16384, missing: 'limit: the scores need 2 GiB in one buffer' },
      { n: 32, samplesNs: [0, 0, 70, 70, 70] },
    ];
    const { used, leftOut } = fitScaling(points, { overheadNs: 500 });
    expect(used).toEqual(doublings);
    expect(leftOut.map(({ n, code }) => [n, code])).toEqual([
      [32, 'launch floor'],
      [64, 'launch floor'],
      [8192, 'few samples'],
      [16384, 'missing'],
    ]);
    expect(leftOut[1].why).toBe(
      'median 900 ns is less than twice what the clock reads for an empty pass (500 ns)',
    );
    expect(leftOut[2].why).toBe('2 of at least 5 samples');
    expect(leftOut[3].why).toBe('limit: the scores need 2 GiB in one buffer');
  });

  test('the same n in two sessions is one point with the samples of both', () => {
    const twice = [
      { n: 256, samplesNs: [4, 4, 4] },
      { n: 128, samplesNs: [2, 2, 2, 2, 2] },
      { n: 256, samplesNs: [4, 4] },
    ];
    expect(fitScaling(twice).used).toEqual([128, 256]);
    expect(fitScaling(twice).lastOctave).toMatchObject({ kind: 'slope', slope: 1 });
  });
});

describe('last octave', () => {
  test('slope between n_max / 2 and n_max', () => {
    const { lastOctave } = fitScaling(flat([1000, 1500, 2000, 3000], (n) => n ** 2));
    expect(lastOctave).toMatchObject({ kind: 'slope', from: 1500, to: 3000 });
    expect(lastOctave.kind === 'slope' && lastOctave.slope).toBeCloseTo(2, 10);
  });

  test('takes the point nearest to half where half was not measured, and counts per doubling', () => {
    const { lastOctave } = fitScaling(flat([64, 256, 1024, 4096], (n) => n ** 1.5));
    expect(lastOctave).toMatchObject({ kind: 'slope', from: 1024, to: 4096 });
    expect(lastOctave.kind === 'slope' && lastOctave.slope).toBeCloseTo(1.5, 10);
  });

  test('one point has none', () => {
    expect(fitScaling(flat([64], () => 1)).lastOctave).toEqual({
      kind: 'none',
      why: '1 usable values of n; a slope needs two',
    });
  });

  test('the interval holds the true slope 93 to 97 % of the time', () => {
    const random = seededRandom('octave coverage');
    const trials = 1000;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const points = [2048, 4096].map((n) => ({
        n,
        samplesNs: Array.from({ length: 20 }, () => n ** 2 * Math.exp(0.1 * random.normal())),
      }));
      const { lastOctave } = fitScaling(points, { draws: 400, seed: trial });
      if (lastOctave.kind === 'slope' && lastOctave.interval.low <= 2 && lastOctave.interval.high >= 2)
        held++;
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.93);
    expect(held / trials).toBeLessThanOrEqual(0.97);
  });
});
