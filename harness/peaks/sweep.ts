/** Finds the fastest of several ways to do the same: a ceiling is the best that any of them reached. */
import { median } from '../stats.ts';

/** One way to do the work. `Infinity` and zero are no durations: such a candidate has failed. */
export interface Candidate {
  /** Names it, as the record does: `vec4, 8 chains, unrolled 16`. */
  readonly by: string;
  readonly unitsPerRound: number;
  /** Rounds come in multiples of this. */
  readonly roundsStep: number;
  /** Does it, and answers with the time it took. The first call may compile. Throws what `isFailure` knows. */
  run(rounds: number): Promise<number>;
  /** What is wrong with what the last run left; null when it is right. */
  problem(rounds: number): Promise<string | null>;
}

export interface SweepPolicy {
  /** Rounds are raised until a run takes this long. */
  readonly targetNs: number;
  /** Runs of each candidate, of which the median ranks it. */
  readonly samples: number;
  /** The best by rank, which run again: the ceiling is their best run. */
  readonly finalists: number;
  readonly finalSamples: number;
  /** Candidates that start below this share of the best so far take no further samples. */
  readonly hopeless: number;
  readonly mostRounds: number;
}

export type Ceiling =
  | { readonly kind: 'reached'; readonly perSecond: number; readonly by: string }
  | { readonly kind: 'none'; readonly why: string };

interface Ranked {
  readonly candidate: Candidate;
  readonly rounds: number;
  readonly bestNs: number;
  readonly medianNs: number;
}

const rate = ({ candidate, rounds }: Pick<Ranked, 'candidate' | 'rounds'>, ns: number): number =>
  (candidate.unitsPerRound * rounds * 1e9) / ns;

/** More rounds until one run lasts long against tick and launch; a step at a time, as a slow candidate must not take minutes. */
async function calibrate(
  candidate: Candidate,
  { targetNs, mostRounds }: SweepPolicy,
): Promise<{ readonly rounds: number; readonly ns: number }> {
  const { roundsStep } = candidate;
  const most = Math.max(roundsStep, Math.floor(mostRounds / roundsStep) * roundsStep);
  let rounds = roundsStep;
  // Compiles where the driver puts that off, and touches the memory.
  await candidate.run(rounds);
  for (;;) {
    const ns = await candidate.run(rounds);
    if (ns >= targetNs || rounds >= most) return { rounds, ns };
    const growth = Math.min(16, Math.max(1.2, (1.2 * targetNs) / Math.max(ns, 1)));
    rounds = Math.min(most, Math.ceil((rounds * growth) / roundsStep) * roundsStep);
  }
}

/**
 * The best of the candidates. One that fails or leaves wrong results is out and the others go on; `isFailure` tells such errors
 * from those that end everything, such as a lost device.
 */
export async function sweepMaximum(
  candidates: readonly Candidate[],
  policy: SweepPolicy,
  isFailure: (error: unknown) => boolean,
): Promise<Ceiling> {
  const ranked: Ranked[] = [];
  const failures: string[] = [];
  let best = 0;
  for (const candidate of candidates) {
    try {
      const { rounds, ns } = await calibrate(candidate, policy);
      const samplesNs = [ns];
      const isHopeless = rate({ candidate, rounds }, ns) < policy.hopeless * best;
      const samples = isHopeless ? 1 : policy.samples;
      while (samplesNs.length < samples) samplesNs.push(await candidate.run(rounds));
      const problem = await candidate.problem(rounds);
      if (problem !== null) failures.push(`${candidate.by}: ${problem}`);
      else if (samplesNs.every((one) => one > 0)) {
        const one = { candidate, rounds, bestNs: Math.min(...samplesNs), medianNs: median(samplesNs) };
        best = Math.max(best, rate(one, one.medianNs));
        ranked.push(one);
      } else failures.push(`${candidate.by}: its timestamps stood still or ran backwards`);
    } catch (error) {
      if (!isFailure(error)) throw error;
      failures.push(`${candidate.by}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  ranked.sort((a, b) => rate(b, b.medianNs) - rate(a, a.medianNs));
  let ceiling: Ceiling = { kind: 'none', why: failures[0] ?? 'nothing to measure it with' };
  for (const one of ranked.slice(0, policy.finalists)) {
    let { bestNs } = one;
    for (let sample = 0; sample < policy.finalSamples; sample++) {
      const ns = await one.candidate.run(one.rounds);
      if (ns > 0) bestNs = Math.min(bestNs, ns);
    }
    const perSecond = rate(one, bestNs);
    if (ceiling.kind === 'none' || perSecond > ceiling.perSecond) {
      ceiling = { kind: 'reached', perSecond, by: one.candidate.by };
    }
  }
  return ceiling;
}
