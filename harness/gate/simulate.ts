/** The whole gate on drawn times: how often it is wrong, and what it finds. Seeded: the same seed gives the same rates. */
import type { Random } from '../../kernels/contract.ts';
import { seededRandom } from '../random.ts';
import { quantile } from '../stats.ts';
import type { ErrorRate, SessionOfCase } from './comparison.ts';
import type { GateDesign } from './design.ts';
import { moments } from './effect.ts';
import { errorRate } from './error-rate.ts';
import type { FoilVerdict } from './foils.ts';
import type { Pair } from './pairs.ts';
import { pairOrder, summarisePairs } from './pairs.ts';
import type { Decision, Stage } from './procedure.ts';
import { GateProcedure } from './procedure.ts';

/** Scatter of times on a logarithmic scale: 0.1 is about 10 %. */
export interface NoiseModel {
  /** Of one sample about its neighbours. */
  readonly sample: number;
  /** Share of samples that something else on the machine slows down, and the scatter of how much. One-sided, heavy. */
  readonly spellShare: number;
  readonly spell: number;
  /** A process is as a whole faster or slower than the one before it, base and head alike. */
  readonly process: number;
  /** A process favours base or head, whatever the pairs do. */
  readonly session: number;
  /** How much slower the last pair of a session is than its first. */
  readonly drift: number;
  /** How much slower the second of a pair is than the first. */
  readonly order: number;
}

/**
 * Like a virtual machine of two cores on which other jobs ran: sessions of 50 pairs scattered by 0.029, and of runs of identical code, one after the
 * other, three of four differed by more than 5 %.
 */
export const busyMachine: NoiseModel = {
  sample: 0.075,
  spellShare: 0.2,
  spell: 0.9,
  process: 0.11,
  session: 0.005,
  drift: 0.2,
  order: 0.01,
};

/** The same machine with all its chances larger. */
export function scaled(noise: NoiseModel, factor: number): NoiseModel {
  return {
    ...noise,
    sample: noise.sample * factor,
    spell: noise.spell * factor,
    process: noise.process * factor,
    session: noise.session * factor,
  };
}

function sampleNs(noise: NoiseModel, shift: number, random: Random): number {
  const spell = random.uniform() < noise.spellShare ? Math.abs(random.normal()) * noise.spell : 0;
  return 1e6 * Math.exp(shift + noise.sample * random.normal() + spell);
}

function drawPairs(
  noise: NoiseModel,
  pairs: number,
  process: number,
  change: number,
  random: Random,
): Pair[] {
  return pairOrder(pairs, random).map((order, index) => {
    const start = process + (noise.drift * index) / pairs;
    const [baseLate, headLate] = order === 'base first' ? [0, noise.order] : [noise.order, 0];
    return {
      order,
      baseNs: sampleNs(noise, start + baseLate, random),
      headNs: sampleNs(noise, start + headLate + change, random),
    };
  });
}

/** The pairs of one fresh process that measures one case: `slowdown` 0.05 makes head 5 % slower. */
export function drawProcess(
  noise: NoiseModel,
  slowdown: number,
  pairs: number,
  random: Random,
): { readonly pairs: readonly Pair[]; readonly control: readonly Pair[] } {
  const process = noise.process * random.normal();
  const bias = noise.session * random.normal();
  const controlBias = noise.session * random.normal();
  return {
    pairs: drawPairs(noise, pairs, process, Math.log1p(slowdown) + bias, random),
    control: drawPairs(noise, pairs, process, controlBias, random),
  };
}

/** What such a process says. */
export function drawSession(
  noise: NoiseModel,
  slowdown: number,
  pairs: number,
  at: { readonly session: number; readonly stage: Stage },
  random: Random,
): SessionOfCase {
  const drawn = drawProcess(noise, slowdown, pairs, random);
  return { ...at, ...summarisePairs(drawn.pairs, drawn.control) };
}

/** Samples of one side, taken in one process, as the usual designs take them. */
export function drawSeries(noise: NoiseModel, slowdown: number, count: number, random: Random): number[] {
  const process = noise.process * random.normal();
  return Array.from({ length: count }, (_, index) =>
    sampleNs(noise, process + (noise.drift * index) / count + Math.log1p(slowdown), random),
  );
}

export interface SimulatedCase extends Decision {
  readonly slowdown: number;
  readonly sessions: number;
}

export interface SimulatedSweep {
  readonly cases: readonly SimulatedCase[];
  readonly unfit: boolean;
}

/** One comparison of as many cases as there are slowdowns. */
export function simulateSweep(
  slowdowns: readonly number[],
  noise: NoiseModel,
  design: GateDesign,
  seed: string,
): SimulatedSweep {
  const random = seededRandom(seed);
  const cases = new Map<string, { readonly slowdown: number; sessions: number }>();
  for (const [index, slowdown] of slowdowns.entries()) cases.set(`case ${index}`, { slowdown, sessions: 0 });
  const procedure = new GateProcedure([...cases.keys()], design);
  let session = 0;
  for (let batch = procedure.next(); batch !== null; batch = procedure.next()) {
    const at = { session, stage: batch.stage };
    for (const id of batch.cases) {
      const drawn = cases.get(id);
      if (drawn === undefined) continue;
      drawn.sessions++;
      procedure.add(id, drawSession(noise, drawn.slowdown, design.pairsPerSession, at, random));
    }
    session++;
  }
  return {
    cases: procedure.decisions().map((decision) => {
      const { slowdown, sessions } = cases.get(decision.id) ?? { slowdown: 0, sessions: 0 };
      return { ...decision, slowdown, sessions };
    }),
    unfit: procedure.control()?.significant === true,
  };
}

export interface CaseRates {
  readonly regressed: ErrorRate;
  readonly improved: ErrorRate;
  readonly same: ErrorRate;
  readonly unknown: ErrorRate;
  /** A case's sessions: on average, and what nine of ten stay within. */
  readonly meanSessions: number;
  readonly mostSessions: number;
}

export function ratesOf(cases: readonly SimulatedCase[]): CaseRates {
  const rateOf = (verdict: Decision['verdict']): ErrorRate =>
    errorRate(cases.filter((simulated) => simulated.verdict === verdict).length, cases.length);
  const sessions = cases.map((simulated) => simulated.sessions);
  return {
    regressed: rateOf('REGRESSED'),
    improved: rateOf('IMPROVED'),
    same: rateOf('SAME'),
    unknown: rateOf('UNKNOWN'),
    meanSessions: moments(sessions).mean,
    mostSessions: quantile(sessions, 0.9),
  };
}

/** How many sweeps go red with a case that did not get slower. */
export function redSweeps(sweeps: readonly SimulatedSweep[]): ErrorRate {
  const isRed = ({ cases }: SimulatedSweep): boolean =>
    cases.some(({ verdict, slowdown }) => verdict === 'REGRESSED' && slowdown <= 0);
  return errorRate(sweeps.filter(isRed).length, sweeps.length);
}

export function simulateSweeps(
  slowdowns: readonly number[],
  noise: NoiseModel,
  design: GateDesign,
  sweeps: number,
  seed: string,
): SimulatedSweep[] {
  return Array.from({ length: sweeps }, (_, index) =>
    simulateSweep(slowdowns, noise, design, `${seed}/${index}`),
  );
}

export type Foil = (baseNs: readonly number[], headNs: readonly number[]) => FoilVerdict;

/** How often one of the usual designs calls two runs different: base in a process, then head in another. */
export function foilRate(
  foil: Foil,
  slowdown: number,
  noise: NoiseModel,
  samples: number,
  tries: number,
  seed: string,
): ErrorRate {
  const random = seededRandom(seed);
  let found = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    const base = drawSeries(noise, 0, samples, random);
    if (foil(base, drawSeries(noise, slowdown, samples, random)) !== 'SAME') found++;
  }
  return errorRate(found, tries);
}
