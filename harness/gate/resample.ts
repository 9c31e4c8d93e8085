/** Whole sweeps of the gate from measured noise: what hundreds of cases at once would do on the machine that was calibrated. */
import { seededRandom } from '../random.ts';
import type { ErrorRate } from './comparison.ts';
import type { GateDesign } from './design.ts';
import { errorRate } from './error-rate.ts';
import { GateProcedure } from './procedure.ts';

export interface ResampledSweeps {
  /** Sweeps with a case called slower. */
  readonly red: ErrorRate;
  /** Sweeps with a case called different either way. */
  readonly different: ErrorRate;
}

/**
 * Each case of each sweep takes the noise of one of the `series` (log ratios of a kernel with itself, one a process), and its sessions are
 * drawn from it with replacement. Nothing differs, so every verdict of a difference is false. Seeded.
 */
export function resampledSweeps(
  series: readonly (readonly number[])[],
  cases: number,
  sweeps: number,
  design: GateDesign,
  seed: string,
): ResampledSweeps {
  const ids = Array.from({ length: cases }, (_, index) => String(index));
  let red = 0;
  let different = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const random = seededRandom(`${seed}/${sweep}`);
    const noiseOf = new Map(ids.map((id) => [id, series[random.integer(series.length)]]));
    const gate = new GateProcedure(ids, design);
    for (let session = 0, batch = gate.next(); batch !== null; session++, batch = gate.next()) {
      for (const id of batch.cases) {
        const noise = noiseOf.get(id) ?? [];
        const logRatio = noise[random.integer(noise.length)];
        gate.add(id, {
          session,
          stage: batch.stage,
          pairs: design.pairsPerSession,
          logRatio,
          controlLogRatio: null,
          baseNs: 1,
          headNs: 1,
          orderEffect: 0,
        });
      }
    }
    const verdicts = new Set(gate.decisions().map(({ verdict }) => verdict));
    if (verdicts.has('REGRESSED')) red++;
    if (verdicts.has('REGRESSED') || verdicts.has('IMPROVED')) different++;
  }
  return { red: errorRate(red, sweeps), different: errorRate(different, sweeps) };
}
