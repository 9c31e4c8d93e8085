/** Trials with given outcomes, for tests of what is made of them. */
import { defaultDesign } from '../../harness/gate/design.ts';
import type { TrialRecord, Trials } from '../../harness/gate/trials.ts';
import { seededRandom } from '../../harness/random.ts';
import { header } from './records.ts';

export function trial(over: Partial<TrialRecord> & Pick<TrialRecord, 'slowdown' | 'verdict'>): TrialRecord {
  const random = seededRandom(`trial ${over.id}`);
  const noise = Array.from({ length: 10 }, () => Math.log1p(over.slowdown) + 0.005 * random.normal());
  return {
    kind: 'trial',
    id: 'a trial',
    reason: null,
    seconds: 12,
    effect: { ratio: 1 + over.slowdown, low: 0.99 + over.slowdown, high: 1.01 + over.slowdown },
    logRatios: { screen: noise, confirm: [] },
    foils: null,
    ...over,
  };
}

export function trialsOf(trials: readonly TrialRecord[]): Trials {
  const { tool, host, adapter, flags } = header();
  return {
    header: {
      kind: 'trials',
      command: 'npm run bench:gate -- --adapter synthetic',
      startedAt: '2026-01-02T03:04:05.000Z',
      neighbour: 'none',
      tool,
      host,
      adapter,
      flags,
      design: {
        ...defaultDesign,
        looks: [...defaultDesign.looks],
        confirmLooks: [...defaultDesign.confirmLooks],
      },
    },
    trials,
  };
}
