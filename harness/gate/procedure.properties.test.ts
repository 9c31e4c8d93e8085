/** What holds of the gate whatever the sessions say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { shuffled } from '../shuffle.ts';
import { only, run, sessionOf } from '../testing/gate-sessions.ts';
import type { GateDesign } from './design.ts';
import { defaultDesign } from './design.ts';
import type { GateResult, Stage } from './procedure.ts';
import { GateProcedure } from './procedure.ts';

describe('properties', () => {
  const cheap: GateDesign = {
    ...defaultDesign,
    looks: defaultDesign.looks.slice(0, 3),
    confirmLooks: defaultDesign.confirmLooks.slice(0, 3),
  };
  const values = (draws: number): fc.Arbitrary<number[]> =>
    fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: draws, maxLength: draws });
  const length = 16;
  /** Everything that a case may be asked for: as many screening as confirming sessions. */
  const series = fc.record({
    screen: values(length),
    confirm: values(length),
    shift: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
  });
  type Series = {
    readonly screen: readonly number[];
    readonly confirm: readonly number[];
    readonly shift: number;
  };
  const played = (of: Series, scale: number, sign = 1): GateProcedure => {
    const gate = new GateProcedure(['a'], cheap);
    run(gate, (_, stage, index) => ({
      logRatio: sign * (of.shift + scale * of[stage][index]),
      control: sign * scale * of[stage][index] * 0.01,
    }));
    return gate;
  };

  test('less noise never turns SAME into UNKNOWN, wherever within the margin the truth lies', () => {
    let same = 0;
    fc.assert(
      fc.property(
        series,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (drawn, scale, less) => {
          const inside = { ...drawn, shift: drawn.shift / 10 };
          if (played(inside, scale).decisions()[0].verdict !== 'SAME') return;
          same++;
          expect(played(inside, scale * less).decisions()[0].verdict).toBe('SAME');
        },
      ),
      { numRuns: 500 },
    );
    expect(same).toBeGreaterThan(50);
  });

  test('base and head change places: the verdict is mirrored, the p-values stay', () => {
    const mirrored = { REGRESSED: 'IMPROVED', IMPROVED: 'REGRESSED', SAME: 'SAME', UNKNOWN: 'UNKNOWN' };
    const seen = new Set<string>();
    fc.assert(
      fc.property(series, fc.constantFrom(0.02, 0.1, 1), (drawn, scale) => {
        const there = only(played(drawn, scale).results());
        const back = only(played(drawn, scale, -1).results());
        seen.add(there.verdict);
        expect(back.verdict).toBe(mirrored[there.verdict]);
        expect(back.timed?.pValue).toBeCloseTo(there.timed?.pValue ?? Number.NaN, 10);
        expect(back.timed?.pSignFlip).toBe(there.timed?.pSignFlip);
        expect((back.timed?.effect.low ?? 0) * (there.timed?.effect.high ?? 0)).toBeCloseTo(1, 10);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect([...seen].sort()).toEqual(['IMPROVED', 'REGRESSED', 'SAME', 'UNKNOWN']);
  });

  test('the order in which the cases of a batch, and the sessions of a look, come in changes nothing', () => {
    fc.assert(
      fc.property(fc.array(series, { minLength: 2, maxLength: 4 }), fc.integer(), (drawn, seed) => {
        const ids = drawn.map((_, index) => `case ${index}`);
        const inOrder = new GateProcedure(ids, cheap);
        const reordered = new GateProcedure(ids, cheap);
        const random = seededRandom(seed);
        // Feed both a whole look at a time, one of them in any order.
        for (let batch = inOrder.next(); batch !== null; batch = inOrder.next()) {
          const { stage, cases } = batch;
          const before = inOrder.next();
          expect(reordered.next()).toEqual(before);
          const looks = stage === 'screen' ? cheap.looks : cheap.confirmLooks;
          const done = fed.get(stage) ?? 0;
          const until = looks.find(({ sessions }) => sessions > done)?.sessions ?? done;
          fed.set(stage, until);
          const sessions = cases.flatMap((id) =>
            Array.from({ length: until - done }, (_, offset) => ({
              id,
              session: sessionOf(
                stage,
                (stage === 'screen' ? 0 : 100) + done + offset,
                drawn[ids.indexOf(id)].shift + 0.1 * drawn[ids.indexOf(id)][stage][done + offset],
                0.1 * drawn[ids.indexOf(id)][stage][done + offset] * (offset % 2 === 0 ? 1 : -1),
              ),
            })),
          );
          for (const { id, session } of sessions) inOrder.add(id, session);
          for (const { id, session } of shuffled(sessions, random)) reordered.add(id, session);
        }
        fed.clear();
        const plain = (results: readonly GateResult[]): unknown =>
          results.map((result) => ({ ...result, timed: { ...result.timed, sessions: null } }));
        expect(plain(reordered.results())).toEqual(plain(inOrder.results()));
        expect(reordered.control()).toEqual(inOrder.control());
      }),
      { numRuns: 60 },
    );
  });
  const fed = new Map<Stage, number>();

  test('no verdict below the least number of sessions; p-values are probabilities; the interval holds the ratio', () => {
    fc.assert(
      fc.property(
        series,
        fc.constantFrom(0, 0.1, 1),
        fc.integer({ min: 1, max: 12 }),
        (drawn, scale, most) => {
          const gate = new GateProcedure(['a'], cheap);
          run(gate, (_, stage, index) => ({ logRatio: drawn.shift + scale * drawn[stage][index] }), most);
          gate.stop();
          const { verdict, timed } = only(gate.results());
          if (most < 6) expect(verdict).toBe('UNKNOWN');
          if (most < 12) expect(['SAME', 'UNKNOWN']).toContain(verdict);
          if (most < 2) expect(timed).toBeNull();
          if (timed === null) return;
          for (const p of [timed.pValue, timed.pAdjusted, timed.pSignFlip]) {
            expect(p).toBeGreaterThanOrEqual(0);
            expect(p).toBeLessThanOrEqual(1);
          }
          expect(timed.pAdjusted).toBeGreaterThanOrEqual(timed.pValue);
          expect(timed.effect.low).toBeLessThanOrEqual(timed.effect.ratio);
          expect(timed.effect.high).toBeGreaterThanOrEqual(timed.effect.ratio);
        },
      ),
    );
  });
});
