import { describe, expect, test } from 'vitest';
import { clockOf, tickOf } from './clock.ts';
import { seededRandom } from './random.ts';

/** Stamps of a timer that counts in `periodNs`, read at random times, rounded to whole nanoseconds. */
function stampsOf(periodNs: number, count = 512, meanGapNs = 300): bigint[] {
  const random = seededRandom(periodNs);
  let timeNs = 1e9;
  return Array.from({ length: count }, () => {
    timeNs += random.uniform() * 2 * meanGapNs;
    return BigInt(Math.round(Math.floor(timeNs / periodNs) * periodNs));
  });
}

describe('tickOf', () => {
  test.each([1, 10, 32, 100, 65_536])('finds a tick of %i ns', (periodNs) => {
    expect(tickOf(stampsOf(periodNs, 512, 3 * periodNs))).toBe(periodNs);
  });

  test.each([1e9 / 19.2e6, 1e9 / 12e6, 1e9 / 24e6])(
    'finds a tick of %d ns behind the rounding',
    (periodNs) => {
      expect(tickOf(stampsOf(periodNs))).toBeCloseTo(periodNs, 0);
    },
  );

  test('does not take rare stamps of a fine timer for a coarse one', () => {
    expect(tickOf(stampsOf(1, 200, 40_000))).toBe(1);
  });

  test('knows nothing of a clock that stands still', () => {
    expect(tickOf([5n, 5n, 5n])).toBeNull();
  });
});

describe('clockOf', () => {
  test('reads what empty passes take', () => {
    expect(clockOf([100n, 130n, 200n, 237n, 300n, 331n])).toEqual({
      source: 'timestamp-query',
      tickNs: 1,
      overheadNs: 31,
      quantised: false,
      monotonic: true,
    });
  });

  test('calls a coarse clock quantised', () => {
    const quantum = 65_536n;
    expect(clockOf([quantum, quantum, 2n * quantum, 2n * quantum, 4n * quantum, 5n * quantum])).toMatchObject(
      {
        tickNs: 65_536,
        overheadNs: 0,
        quantised: true,
      },
    );
  });

  test('notices a clock that runs backwards, and stamps that were never written', () => {
    expect(clockOf([100n, 110n, 105n, 120n])?.monotonic).toBe(false);
    expect(clockOf([0n, 110n, 115n, 120n])?.monotonic).toBe(false);
  });
});
