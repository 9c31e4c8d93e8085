/** How often the gate is wrong and what it finds, beside the usual designs on the same work, from measured trials. */
import { formatNumber, formatShare } from '../../harness/format.ts';
import type { ErrorRate } from '../../harness/gate/comparison.ts';
import { errorRate } from '../../harness/gate/error-rate.ts';
import { resampledSweeps } from '../../harness/gate/resample.ts';
import type { TrialRecord, Trials } from '../../harness/gate/trials.ts';
import { designOf, isDifferent } from '../../harness/gate/trials.ts';
import { median, quantile } from '../../harness/stats.ts';
import type { Table } from '../table.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';

/** A kernel has this long. */
export const secondsPerKernel = 90;
const sweepCases = 200;
const sweeps = 100;
/** Fewer processes of a trial say little of its noise. */
const fewestForNoise = 6;

interface RateRow {
  readonly truth: string;
  readonly design: string;
  readonly called: string;
  readonly rate: ErrorRate;
  readonly goal: string;
}

const signed = (share: number): string => `${share > 0 ? '+' : '−'}${formatNumber(100 * Math.abs(share))} %`;

const rateOf = (trials: readonly TrialRecord[], found: (trial: TrialRecord) => boolean): ErrorRate =>
  errorRate(trials.filter(found).length, trials.length);

function foilRows(truth: string, called: string, trials: readonly TrialRecord[]): readonly RateRow[] {
  const both = trials.flatMap(({ foils }) => (foils === null ? [] : [foils]));
  if (both.length === 0) return [];
  return [
    {
      truth,
      design: 'base, then head: medians 5 % apart',
      called,
      rate: errorRate(both.filter(({ flatThreshold }) => flatThreshold !== 'SAME').length, both.length),
      goal: '–',
    },
    {
      truth,
      design: 'base, then head: Mann-Whitney, p < 0.05',
      called,
      rate: errorRate(both.filter(({ mannWhitney }) => mannWhitney !== 'SAME').length, both.length),
      goal: '–',
    },
  ];
}

function changeRows(trials: readonly TrialRecord[], slowdown: number): readonly RateRow[] {
  const truth = `${signed(slowdown)} work`;
  const wanted = slowdown > 0 ? 'REGRESSED' : 'IMPROVED';
  const called = slowdown > 0 ? 'slower' : 'faster';
  const within = rateOf(
    trials,
    ({ effect }) => effect !== null && effect.low <= 1 + slowdown && 1 + slowdown <= effect.high,
  );
  return [
    {
      truth,
      design: `gate, within ${secondsPerKernel} s`,
      called,
      rate: rateOf(trials, ({ verdict, seconds }) => verdict === wanted && seconds <= secondsPerKernel),
      goal: slowdown === 0.05 ? '≥ 90 %' : '–',
    },
    { truth, design: 'gate', called: 'interval holds the truth', rate: within, goal: '≈ 95 %' },
    ...foilRows(truth, 'different', trials),
  ];
}

/** All rows, the ones about identical kernels first. */
export function rateRows({ header, trials }: Trials): readonly RateRow[] {
  const nulls = trials.filter(({ slowdown }) => slowdown === 0);
  const series = nulls
    .map(({ logRatios }) => [...logRatios.screen, ...logRatios.confirm])
    .filter(({ length }) => length >= fewestForNoise);
  const changes = [...new Set(trials.map(({ slowdown }) => slowdown))]
    .filter((slowdown) => slowdown !== 0)
    .sort((a, b) => a - b);
  const drawn =
    series.length === 0
      ? []
      : [resampledSweeps(series, sweepCases, sweeps, designOf(header), 'bench:gate')].map(
          ({ red }): RateRow => ({
            truth: `${sweepCases} identical kernels`,
            design: 'gate, sweeps drawn from the sessions above',
            called: 'red',
            rate: red,
            goal: '≤ 1 %',
          }),
        );
  return [
    ...(nulls.length === 0
      ? []
      : [
          {
            truth: 'the same kernel',
            design: 'gate',
            called: 'different',
            rate: rateOf(nulls, ({ verdict }) => isDifferent(verdict)),
            goal: '≤ 5 %, upper end ≤ 7 %',
          },
          ...foilRows('the same kernel', 'different', nulls),
        ]),
    ...drawn,
    ...changes.flatMap((slowdown) =>
      changeRows(
        trials.filter((trial) => trial.slowdown === slowdown),
        slowdown,
      ),
    ),
  ];
}

export function ratesTable(all: Trials): Table {
  return tableOf(
    'gate-rates',
    `How often each design calls head different from base on ${all.header.adapter.name}`,
    rateRows(all),
    [
      { column: left('truth', 'head against base'), cell: ({ truth }) => textCell(truth) },
      { column: left('design', 'design'), cell: ({ design }) => textCell(design) },
      { column: left('called', 'called'), cell: ({ called }) => textCell(called) },
      {
        column: right('found', 'of'),
        cell: ({ rate }) => textCell(`${rate.found} of ${rate.tries}`),
      },
      { column: right('rate', 'rate'), cell: ({ rate }) => valueCell(rate.rate, formatShare) },
      {
        column: right(null, '95 % interval'),
        cell: ({ rate }) => textCell(`${formatShare(rate.low)} – ${formatShare(rate.high)}`),
      },
      { column: left('goal', 'goal'), cell: ({ goal }) => textCell(goal) },
    ],
  );
}

/** How much a verdict takes: processes and seconds, by what there was to find. */
export function effortTable({ trials }: Trials): Table {
  const kinds = [...new Set(trials.map(({ slowdown }) => slowdown))].sort((a, b) => a - b);
  const processes = ({ logRatios }: TrialRecord): number =>
    logRatios.screen.length + logRatios.confirm.length;
  const of = (slowdown: number): readonly TrialRecord[] =>
    trials.filter((trial) => trial.slowdown === slowdown);
  return tableOf('gate-effort', 'What a verdict took, for one kernel alone', kinds, [
    {
      column: left('truth', 'head against base'),
      cell: (kind) => textCell(kind === 0 ? 'the same kernel' : `${signed(kind)} work`),
    },
    { column: right('trials', 'comparisons'), cell: (kind) => valueCell(of(kind).length, String) },
    {
      column: right('unknown', 'unknown'),
      cell: (kind) => valueCell(of(kind).filter(({ verdict }) => verdict === 'UNKNOWN').length, String),
    },
    {
      column: right('processes', 'processes, median'),
      cell: (kind) => valueCell(median(of(kind).map(processes)), formatNumber),
    },
    {
      column: right('seconds', 'seconds, median'),
      cell: (kind) => valueCell(median(of(kind).map(({ seconds }) => seconds)), formatNumber),
    },
    {
      column: right('seconds_p90', 'nine of ten within'),
      cell: (kind) =>
        valueCell(
          quantile(
            of(kind).map(({ seconds }) => seconds),
            0.9,
          ),
          (seconds) => `${formatNumber(seconds)} s`,
        ),
    },
  ]);
}
