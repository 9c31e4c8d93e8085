import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Candidate, SweepPolicy } from './sweep.ts';
import { sweepMaximum } from './sweep.ts';

const policy: SweepPolicy = {
  targetNs: 1e6,
  samples: 3,
  finalists: 3,
  finalSamples: 5,
  hopeless: 0.8,
  mostRounds: 2 ** 30,
};

class Refused extends Error {}
const isFailure = (error: unknown): boolean => error instanceof Refused;

interface Faked {
  readonly by: string;
  readonly nsPerRound: number;
  readonly noise?: () => number;
  readonly problem?: string;
  readonly fails?: Error;
  readonly roundsStep?: number;
}

/** Works at a fixed speed on a clock of its own; keeps the rounds it was asked for. */
function fake({ by, nsPerRound, noise, problem, fails, roundsStep = 1 }: Faked): Candidate & {
  readonly asked: number[];
} {
  const asked: number[] = [];
  return {
    by,
    unitsPerRound: 1000,
    roundsStep,
    asked,
    run: (rounds) => {
      asked.push(rounds);
      return fails === undefined
        ? Promise.resolve(rounds * nsPerRound * (noise?.() ?? 1))
        : Promise.reject(fails);
    },
    problem: () => Promise.resolve(problem ?? null),
  };
}

describe('a sweep', () => {
  test('finds the fastest, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 }),
        async (speeds) => {
          const candidates = speeds.map((nsPerRound) => fake({ by: String(nsPerRound), nsPerRound }));
          const fastest = Math.min(...speeds);
          const ceiling = await sweepMaximum(candidates, policy, isFailure);
          expect(ceiling).toMatchObject({ kind: 'reached', by: String(fastest) });
          expect(ceiling.kind === 'reached' && ceiling.perSecond).toBeCloseTo(1e12 / fastest, -6);
        },
      ),
    );
  });

  test('takes the best run of the finalists, so that a neighbour on the machine lowers nothing', async () => {
    let call = 0;
    // Two of three runs are disturbed.
    const noisy = fake({ by: 'noisy', nsPerRound: 10, noise: () => (call++ % 3 === 0 ? 1 : 1.7) });
    const ceiling = await sweepMaximum([noisy, fake({ by: 'steady', nsPerRound: 13 })], policy, isFailure);
    expect(ceiling).toEqual({ kind: 'reached', by: 'noisy', perSecond: 1e11 });
  });

  test('raises the rounds until a run is long against the clock, in whole steps', async () => {
    const candidate = fake({ by: 'x', nsPerRound: 3, roundsStep: 7 });
    await sweepMaximum([candidate], policy, isFailure);
    expect(candidate.asked.every((rounds) => rounds % 7 === 0)).toBe(true);
    expect((candidate.asked.at(-1) ?? 0) * 3).toBeGreaterThanOrEqual(policy.targetNs);
  });

  test('never asks for more rounds than a run may have, though the clock stands still', async () => {
    const still = fake({ by: 'x', nsPerRound: 0, roundsStep: 3 });
    const ceiling = await sweepMaximum([still], { ...policy, mostRounds: 100 }, isFailure);
    expect(Math.max(...still.asked)).toBe(99);
    expect(ceiling).toEqual({ kind: 'none', why: 'x: its timestamps stood still or ran backwards' });
  });

  test('a wrong result is no peak, however fast', async () => {
    const wrong = fake({ by: 'wrong', nsPerRound: 1, problem: 'wrong numbers' });
    const right = fake({ by: 'right', nsPerRound: 10 });
    expect(await sweepMaximum([wrong, right], policy, isFailure)).toMatchObject({ by: 'right' });
    expect(await sweepMaximum([wrong], policy, isFailure)).toEqual({
      kind: 'none',
      why: 'wrong: wrong numbers',
    });
  });

  test('goes on after a candidate that fails, and ends with what is nobody’s failure', async () => {
    const refused = fake({ by: 'refused', nsPerRound: 1, fails: new Refused('does not compile') });
    const lost = fake({ by: 'lost', nsPerRound: 1, fails: new Error('device lost') });
    const right = fake({ by: 'right', nsPerRound: 10 });
    expect(await sweepMaximum([refused, right], policy, isFailure)).toMatchObject({ by: 'right' });
    expect(await sweepMaximum([refused], policy, isFailure)).toEqual({
      kind: 'none',
      why: 'refused: does not compile',
    });
    await expect(sweepMaximum([right, lost], policy, isFailure)).rejects.toThrow('device lost');
  });

  test('spends no samples on what is far behind', async () => {
    const slow = fake({ by: 'slow', nsPerRound: 1e6 });
    const fast = fake({ by: 'fast', nsPerRound: 1e5 });
    await sweepMaximum([fast, slow], { ...policy, finalists: 1 }, isFailure);
    // To compile, and to be timed once.
    expect(slow.asked).toHaveLength(2);
  });
});
