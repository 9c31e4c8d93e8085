import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { defaultDesign } from './design.ts';
import { moments } from './effect.ts';
import { flatThreshold, mannWhitneyVerdict } from './foils.ts';
import { GateProcedure } from './procedure.ts';
import {
  busyMachine,
  drawSession,
  foilRate,
  ratesOf,
  redSweeps,
  scaled,
  simulateSweep,
  simulateSweeps,
} from './simulate.ts';

const unchanged = (cases: number): number[] => Array.from({ length: cases }, () => 0);

test('the busy machine scatters as a busy machine of two cores was seen to', () => {
  const random = seededRandom('scatter');
  const drawn = Array.from({ length: 1500 }, (_, session) =>
    drawSession(busyMachine, 0.05, 50, { session, stage: 'screen' }, random),
  );
  const ratios = moments(drawn.map(({ logRatio }) => logRatio));
  expect(ratios.deviation).toBeGreaterThan(0.027);
  expect(ratios.deviation).toBeLessThan(0.031);
  expect(Math.abs(ratios.mean - Math.log(1.05))).toBeLessThan(0.003);
  expect(Math.abs(moments(drawn.map(({ controlLogRatio }) => controlLogRatio ?? 1)).mean)).toBeLessThan(
    0.003,
  );
  const differ = foilRate(flatThreshold, 0, busyMachine, 50, 500, 'scatter').rate;
  expect(differ).toBeGreaterThan(0.65);
  expect(differ).toBeLessThan(0.85);
});

test('identical code on a busy machine: no red sweep, hardly a case called different, most shown to be the same', () => {
  const sweeps = simulateSweeps(unchanged(100), busyMachine, defaultDesign, 3, 'null');
  const rates = ratesOf(sweeps.flatMap(({ cases }) => cases));
  expect(redSweeps(sweeps).found).toBe(0);
  expect(rates.regressed.found + rates.improved.found).toBeLessThanOrEqual(1);
  expect(rates.same.rate).toBeGreaterThan(0.8);
  expect(sweeps.some(({ unfit }) => unfit)).toBe(false);
});

test('a slowdown of 5 % is found, even where sessions scatter twice as much', () => {
  const busy = ratesOf(
    simulateSweeps([0.05], busyMachine, defaultDesign, 60, 'power').flatMap(({ cases }) => cases),
  );
  expect(busy.regressed.rate).toBeGreaterThan(0.95);
  expect(busy.meanSessions).toBeLessThan(35);
  const noisy = simulateSweeps([0.05], scaled(busyMachine, 2), defaultDesign, 60, 'power');
  expect(ratesOf(noisy.flatMap(({ cases }) => cases)).regressed.rate).toBeGreaterThan(0.8);
});

test('among unchanged cases, those that changed are named', () => {
  const { cases } = simulateSweep(
    [0, 0, 0.06, 0, 0, -0.06],
    scaled(busyMachine, 0.5),
    defaultDesign,
    'named',
  );
  expect(cases.map(({ verdict }) => verdict)).toEqual([
    'SAME',
    'SAME',
    'REGRESSED',
    'SAME',
    'SAME',
    'IMPROVED',
  ]);
});

test('the same seed gives the same sweep', () => {
  const sweep = (seed: string): unknown => simulateSweep([0, 0.05], busyMachine, defaultDesign, seed);
  expect(sweep('a')).toEqual(sweep('a'));
  expect(sweep('a')).not.toEqual(sweep('b'));
});

// Noise against which the margin is nothing: what is left is the correction over cases and looks, and the confirmation.
test('however noisy the machine, identical code is red in about one sweep of a hundred', () => {
  const random = seededRandom('hopeless');
  const sweeps = 400;
  let red = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const gate = new GateProcedure(['a', 'b', 'c', 'd', 'e', 'f'], defaultDesign);
    let session = 0;
    for (let batch = gate.next(); batch !== null; batch = gate.next(), session++) {
      for (const id of batch.cases) {
        gate.add(id, {
          session,
          stage: batch.stage,
          pairs: 1,
          logRatio: 5 * random.normal(),
          controlLogRatio: null,
          baseNs: 1,
          headNs: 1,
          orderEffect: 0,
        });
      }
    }
    if (gate.decisions().some(({ verdict }) => verdict === 'REGRESSED')) red++;
  }
  expect(red).toBeLessThanOrEqual(10);
});

test('the usual designs call half of all identical code different on the same machine', () => {
  for (const foil of [flatThreshold, mannWhitneyVerdict]) {
    expect(foilRate(foil, 0, busyMachine, 50, 200, 'foil').rate).toBeGreaterThan(0.5);
  }
});
