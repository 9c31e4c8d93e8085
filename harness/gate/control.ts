/** The A/A arms of all cases together: is this machine fit to compare anything? */
import { median } from '../stats.ts';
import type { Comparison, SessionOfCase } from './comparison.ts';
import { moments, pDifferent } from './effect.ts';
import { percent } from './words.ts';

/** A fit machine is called unfit in at most one run of a hundred. */
const controlAlpha = 0.01;

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
    const arms = sessions.flatMap(({ session, controlLogRatio }) =>
      controlLogRatio === null ? [] : [{ session, controlLogRatio }],
    );
    if (arms.length === 0) continue;
    const scale = Math.sqrt(arms.reduce((sum, arm) => sum + arm.controlLogRatio ** 2, 0) / arms.length);
    biases.push(moments(arms.map((arm) => arm.controlLogRatio)).mean);
    for (const { session, controlLogRatio } of arms) {
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
