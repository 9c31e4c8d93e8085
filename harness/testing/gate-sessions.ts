/** Sessions drawn for tests of the gate, and a procedure played with them. */
import { expect } from 'vitest';
import type { SessionOfCase } from '../gate/comparison.ts';
import type { Batch, GateProcedure, GateResult, Stage } from '../gate/procedure.ts';
import { seededRandom } from '../random.ts';

export function sessionOf(
  stage: Stage,
  session: number,
  logRatio: number,
  controlLogRatio: number | null = null,
): SessionOfCase {
  return {
    session,
    stage,
    pairs: 50,
    logRatio,
    controlLogRatio,
    baseNs: 1e6,
    headNs: 1e6 * Math.exp(logRatio),
    orderEffect: 0,
  };
}

interface Drawn {
  readonly logRatio: number;
  readonly control?: number;
}
export type Draw = (id: string, stage: Stage, index: number) => Drawn;

/** Runs to its end; the batches, in order. */
export function run(gate: GateProcedure, draw: Draw, most = Infinity): Batch[] {
  const batches: Batch[] = [];
  const counts = new Map<string, number>();
  for (let batch = gate.next(); batch !== null && batches.length < most; batch = gate.next()) {
    for (const id of batch.cases) {
      const key = `${id}/${batch.stage}`;
      const index = counts.get(key) ?? 0;
      counts.set(key, index + 1);
      const { logRatio, control } = draw(id, batch.stage, index);
      gate.add(id, sessionOf(batch.stage, batches.length, logRatio, control ?? null));
    }
    batches.push(batch);
  }
  return batches;
}

export const normal = (seed: string, mean: number, deviation: number): Draw => {
  const random = seededRandom(seed);
  return () => ({ logRatio: mean + deviation * random.normal(), control: deviation * random.normal() });
};

export const only = (results: readonly GateResult[]): GateResult => {
  expect(results).toHaveLength(1);
  return results[0];
};
export const codes = ({ reasons }: Pick<GateResult, 'reasons'>): readonly string[] =>
  reasons.map(({ code }) => code);
