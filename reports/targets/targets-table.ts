/** The targets of an adapter, each with what the first run that answers it reached. */
import type { Run } from '../../harness/record.ts';
import { formatNumber } from '../../harness/format.ts';
import type { Table } from '../table.ts';
import { textCell } from '../table.ts';
import { judgeTarget } from './target.ts';
import type { Outcome, Target } from './target.ts';

export interface JudgedTarget {
  readonly target: Target;
  /** Null where no run measured it. */
  readonly outcome: Outcome | null;
}

/** Every target of the adapters of the runs. */
export function judgeTargets(targets: readonly Target[], runs: readonly Run[]): readonly JudgedTarget[] {
  const adapters = new Set(runs.map(({ header }) => header.adapter.name));
  return targets
    .filter(({ adapter }) => adapters.has(adapter))
    .map((target) => ({
      target,
      outcome: runs.map((run) => judgeTarget(target, run)).find((outcome) => outcome !== null) ?? null,
    }));
}

const share = ({ measure }: Target): boolean => measure.kind === 'share of peak';

function valueText(target: Target, value: number): string {
  if (share(target)) return `${formatNumber(value * 100)} %`;
  return target.measure.kind === 'longest first dispatch' ? `${formatNumber(value)} s` : formatNumber(value);
}

function goalText(target: Target): string {
  const { goal } = target;
  return 'atLeast' in goal ? `≥ ${valueText(target, goal.atLeast)}` : `≤ ${valueText(target, goal.atMost)}`;
}

function reachedText({ target, outcome }: JudgedTarget): string {
  if (outcome === null) return 'not measured';
  if (outcome.kind === 'without a time') return outcome.reason;
  const { value, interval, detail } = outcome;
  const ends =
    interval === null ? '' : ` [${valueText(target, interval.low)}, ${valueText(target, interval.high)}]`;
  return `${valueText(target, value)}${ends}${detail === null ? '' : ` (${detail})`}`;
}

function verdictText({ outcome }: JudgedTarget): string {
  if (outcome === null || outcome.kind === 'without a time') return '–';
  return outcome.reached ? 'reached' : 'missed';
}

export function targetsTable(judged: readonly JudgedTarget[], caption: string): Table {
  return {
    id: 'targets',
    caption,
    columns: [
      { key: 'target', title: 'target', align: 'left' },
      { key: 'goal', title: 'goal', align: 'right' },
      { key: 'value', title: 'measured, 95 % interval', align: 'left' },
      { key: 'verdict', title: 'verdict', align: 'left' },
    ],
    rows: judged.map((one) => [
      textCell(one.target.says),
      textCell(goalText(one.target)),
      {
        value: one.outcome?.kind === 'measured' ? one.outcome.value : null,
        text: reachedText(one),
      },
      textCell(verdictText(one)),
    ]),
  };
}
