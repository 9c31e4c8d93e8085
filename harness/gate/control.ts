/** The A/A arms of all cases together: is this machine fit to compare anything? */
import { median } from '../stats.ts';
import type { Comparison, SessionOfCase } from './comparison.ts';
import type { Moments } from './effect.ts';
import { moments, pDifferent } from './effect.ts';
import { percent } from './words.ts';

/** A fit machine is called unfit, or a verdict taken back, once in a thousand. A bias that could make a verdict is far surer than that. */
const controlAlpha = 0.001;

const controlRatios = (sessions: readonly SessionOfCase[]): readonly number[] =>
  sessions.flatMap(({ controlLogRatio }) => (controlLogRatio === null ? [] : [controlLogRatio]));

/** The A/A arm of one case. Null without one. */
export function controlArm(sessions: readonly SessionOfCase[]): Moments | null {
  const ratios = controlRatios(sessions);
  return ratios.length === 0 ? null : moments(ratios);
}

/** Whether a case's own arm shows a difference that could have made its verdict: real, and half the margin or more. */
export function isBiased(arm: Moments, margin: number): boolean {
  return pDifferent(arm) < controlAlpha && Math.abs(arm.mean) > Math.log1p(margin) / 2;
}

/**
 * Each control ratio is scaled by its case's own scatter, so that a noisy case does not drown the rest; a session's value is the mean over
 * its cases, because cases measured in one process share its luck; then one t-test over the sessions. However many cases there are, it is one test.
 * A bias that is real but small beside the margin turns no verdict, so it does not count.
 */
export function controlOf(
  cases: readonly (readonly SessionOfCase[])[],
  margin: number,
): Comparison['control'] {
  const bySession = new Map<number, number[]>();
  const biases: number[] = [];
  for (const sessions of cases) {
    const arm = controlArm(sessions);
    if (arm === null) continue;
    biases.push(arm.mean);
    const scale = Math.sqrt(moments(controlRatios(sessions).map((ratio) => ratio ** 2)).mean);
    for (const { session, controlLogRatio } of sessions) {
      if (controlLogRatio === null) continue;
      const values = bySession.get(session) ?? [];
      values.push(scale === 0 ? 0 : controlLogRatio / scale);
      bySession.set(session, values);
    }
  }
  if (biases.length === 0) return null;
  const pValue = pDifferent(moments([...bySession.values()].map((values) => moments(values).mean)));
  const bias = median(biases);
  const significant = pValue < controlAlpha && Math.abs(bias) > Math.log1p(margin) / 4;
  const seen = `head against its own copy differs by ${percent(bias)} over ${biases.length} cases (p ${pValue.toPrecision(2)})`;
  return {
    cases: biases.length,
    significant,
    pValue,
    message: significant
      ? `${seen}: this machine shows differences where there are none. Stop other work on it and try again`
      : seen,
  };
}
