import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { moments } from './effect.ts';
import type { NullProcess } from './predict.ts';
import { predictedSpread } from './predict.ts';
import type { NoiseModel } from './simulate.ts';
import { busyMachine, drawProcess, drawSession, scaled } from './simulate.ts';

const pairs = 50;
const processes = 4;

/** As the probe takes them: half as many control pairs. */
function drawn(noise: NoiseModel, seed: string): NullProcess[] {
  const random = seededRandom(seed);
  return Array.from({ length: processes }, () => {
    const taken = drawProcess(noise, 0, pairs, random);
    return { pairs: taken.pairs, control: taken.control.slice(0, pairs / 2) };
  });
}

/** What sessions on such a machine really vary by. */
function truth(noise: NoiseModel): number {
  const random = seededRandom('truth');
  const at = { session: 1, stage: 'screen' } as const;
  return moments(Array.from({ length: 600 }, () => drawSession(noise, 0, pairs, at, random).logRatio))
    .deviation;
}

/** Of 200 predictions, the share within one and a half times of the truth. */
function shareWithin(name: string, noise: NoiseModel): number {
  const real = truth(noise);
  const tries = 200;
  const near = Array.from({ length: tries }, (_, index) => {
    const ratio = (predictedSpread(drawn(noise, `${name} ${index}`), pairs) ?? 0) / real;
    return ratio < 1.5 && ratio > 1 / 1.5;
  });
  return near.filter(Boolean).length / tries;
}

describe('what sessions are predicted to vary by is within one and a half times of the truth', () => {
  it.each([
    ['quiet', { ...scaled(busyMachine, 1 / 3), spellShare: 0.02 }],
    ['busy', busyMachine],
    ['twice as noisy', scaled(busyMachine, 2)],
  ] as const)('on nine of ten tries: %s', (name, noise) => {
    expect(shareWithin(name, noise)).toBeGreaterThanOrEqual(0.9);
  });

  it('on most tries, where processes differ more than their pairs explain', () => {
    const noise = { ...scaled(busyMachine, 1 / 3), session: 0.02 };
    expect(shareWithin('lucky processes', noise)).toBeGreaterThanOrEqual(0.7);
  });
});

it('a process whose pairs all say the same still counts for how far off it is', () => {
  const off = (ratio: number): NullProcess => {
    const arm = (count: number): NullProcess['pairs'] =>
      Array.from({ length: count }, (_, index) => ({
        order: index % 2 === 0 ? 'base first' : 'head first',
        baseNs: 1e6,
        headNs: 1e6 * Math.exp(ratio),
      }));
    return { pairs: arm(50), control: arm(25) };
  };
  expect(predictedSpread([off(0.03), off(-0.03), off(0.03), off(-0.03)], pairs)).toBeCloseTo(0.03, 12);
  expect(predictedSpread([off(0), off(0)], pairs)).toBe(0);
});

it('says nothing of a handful of pairs', () => {
  const [{ pairs: all }] = drawn(busyMachine, 'few');
  expect(predictedSpread([{ pairs: all.slice(0, 10), control: [] }], pairs)).toBeNull();
});
