/** The history as tables for the terminal and the page. */
import type { Step, Trend, TrendPoint } from '../../harness/history/trend.ts';
import type { Table } from '../table.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';

/** `+5.2 %` for a ratio of 1.052. */
export function changeText(ratio: number): string {
  const percent = (100 * (ratio - 1)).toFixed(1);
  return Number(percent) === 0 ? '0.0 %' : `${ratio > 1 ? '+' : '−'}${percent.replace('-', '')} %`;
}

export const dayOf = (committedAt: string): string => committedAt.slice(0, 10);
export const shortCommit = (commit: string): string => commit.slice(0, 10);

export const rangeText = ({ after, upTo }: Pick<Step, 'after' | 'upTo'>): string =>
  after === null ? shortCommit(upTo.commit) : `${shortCommit(after.commit)}..${shortCommit(upTo.commit)}`;

/** What became of a step. */
export function stateOf({ accepted, stands, ratio }: Step): string {
  if (ratio <= 1) return 'faster';
  if (accepted !== null) return `accepted: ${accepted}`;
  return stands ? 'SLOWER' : 'slower, made up for since';
}

export type Alarm = Step & { readonly environment: string; readonly case: string };

export function alarmSentence(alarm: Alarm): string {
  const { after, upTo, ratio, environment } = alarm;
  const since =
    after === null ? '' : `after ${shortCommit(after.commit)} of ${dayOf(after.committedAt)} and `;
  return `${alarm.case} is ${changeText(ratio).replace('+', '')} slower since ${rangeText(alarm)} (${since}by ${shortCommit(upTo.commit)} of ${dayOf(upTo.committedAt)}), ${environment}`;
}

interface StepOfTrend {
  readonly trend: Trend;
  readonly step: Step;
}

/** Slow-downs that stand first, then by date. */
export function stepsTable(trends: readonly Trend[]): Table {
  const steps = trends
    .flatMap((trend) =>
      trend.segments.flatMap((segment) => segment.steps.map((step): StepOfTrend => ({ trend, step }))),
    )
    .sort((a, b) => {
      const open = ({ step }: StepOfTrend): number => Number(step.stands && step.accepted === null);
      return open(b) - open(a) || Date.parse(b.step.upTo.committedAt) - Date.parse(a.step.upTo.committedAt);
    });
  return tableOf('steps', 'Steps: where a level of time ends and another begins.', steps, [
    { column: left('case', 'case'), cell: ({ trend }) => textCell(trend.case) },
    {
      column: right('change', 'change'),
      cell: ({ step }) => valueCell(step.ratio - 1, () => changeText(step.ratio)),
    },
    { column: left('commits', 'commits'), cell: ({ step }) => textCell(rangeText(step)) },
    { column: left('date', 'date'), cell: ({ step }) => textCell(dayOf(step.upTo.committedAt)) },
    { column: left('state', 'state'), cell: ({ step }) => textCell(stateOf(step)) },
    { column: left('environment', 'environment'), cell: ({ trend }) => textCell(trend.environment) },
  ]);
}

const newest = (trend: Trend): TrendPoint | undefined => trend.segments.at(-1)?.points.at(-1);

/** One row a trend: where it stands now against the first base of its newest segment. */
export function trendsTable(trends: readonly Trend[]): Table {
  return tableOf('trends', 'Time now over time at the first base, by case.', trends, [
    { column: left('case', 'case'), cell: (trend) => textCell(trend.case) },
    { column: left('environment', 'environment'), cell: (trend) => textCell(trend.environment) },
    {
      column: right('points', 'points'),
      cell: ({ segments }) =>
        valueCell(
          segments.reduce((sum, { points }) => sum + points.length, 0),
          String,
        ),
    },
    {
      column: right('breaks', 'breaks'),
      cell: ({ segments }) => valueCell(Math.max(0, segments.length - 1), String),
    },
    {
      column: right('ratio', 'now'),
      cell: (trend) => valueCell(newest(trend)?.ratio, changeText),
    },
    {
      column: left('interval', '95 % interval'),
      cell: (trend) => {
        const point = newest(trend);
        return textCell(point === undefined ? '–' : `${changeText(point.low)} to ${changeText(point.high)}`);
      },
    },
    {
      column: left('date', 'newest'),
      cell: (trend) => {
        const point = newest(trend);
        return textCell(
          point === undefined ? '–' : `${dayOf(point.committedAt)} ${shortCommit(point.commit)}`,
        );
      },
    },
    {
      column: right('without', 'without a time'),
      cell: ({ without }) => valueCell(without.length, String),
    },
  ]);
}
