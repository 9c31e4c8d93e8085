import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineOf } from './timeline.ts';

const host = { encodeNs: 1000, encodedNs: 1200, submitNs: 1250, submittedNs: 1300, doneNs: 5250 };

describe('timelineOf', () => {
  it('counts from the start of encoding and puts foreign stamps at the end', () => {
    expect(timelineOf(host, [900_000n, 901_000n, 901_100n, 902_000n])).toEqual({
      encodedNs: 200,
      submitNs: 250,
      submittedNs: 300,
      doneNs: 4250,
      passes: [
        { beginNs: 2250, endNs: 3250 },
        { beginNs: 3350, endNs: 4250 },
      ],
      alignment: 'latest',
    });
  });

  it('leaves stamps of the host’s own clock where they are', () => {
    const { passes, alignment } = timelineOf(host, [2000n, 3000n, 3100n, 4000n]);
    expect(alignment).toBe('shared clock');
    expect(passes).toEqual([
      { beginNs: 1000, endNs: 2000 },
      { beginNs: 2100, endNs: 3000 },
    ]);
  });

  it('has no passes without stamps, or when they run backwards', () => {
    for (const stamps of [null, [], [5n, 4n], [5n, 9n, 4n, 10n]]) {
      expect(timelineOf(host, stamps)).toMatchObject({ passes: [], alignment: 'none' });
    }
  });

  it('begins with the queue when the GPU’s clock says it took longer than the host saw', () => {
    expect(timelineOf(host, [0n, 9000n]).passes).toEqual([{ beginNs: 250, endNs: 9250 }]);
  });

  it('keeps durations and order, and lies within the queue where it fits', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 53n), steps, steps, (start, busy, idle) => {
        const stamps: bigint[] = [];
        let now = start;
        busy.forEach((ns, pass) => {
          stamps.push(now, now + BigInt(ns));
          now += BigInt(ns + idle[pass % idle.length]);
        });
        const { passes, submitNs, doneNs } = timelineOf({ ...host, doneNs: 50_000 }, stamps);
        expect(passes.map(({ beginNs, endNs }) => endNs - beginNs)).toEqual(busy);
        expect(passes[0].beginNs).toBeGreaterThanOrEqual(submitNs);
        expect(passes[passes.length - 1].endNs).toBeLessThanOrEqual(doneNs);
      }),
    );
  });
});
