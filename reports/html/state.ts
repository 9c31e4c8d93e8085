/** What the reader has chosen. Everything on the page is drawn from the payload and this. */
import type { Analysis } from '../analysis.ts';
import type { SeriesFilter } from '../figure.ts';
import { seriesLabel } from '../figure.ts';
import type { Row } from '../rows.ts';
import type { Series, Sweep } from '../sweeps.ts';
import type { PageFilter } from './payload.ts';

type Value = string | number | boolean;

export interface PageState {
  /** Values that are switched off, by axis. After a change `applyFilters` brings `shown` up to date. */
  readonly off: ReadonlyMap<string, Set<Value>>;
  /** By row of the analysis: 1 unless a value of it is switched off. */
  readonly shown: Uint8Array;
  /** Series that the legend switched off, by key. */
  readonly hidden: Set<string>;
  xScale: 'logarithmic' | 'linear';
  yScale: 'logarithmic' | 'linear';
}

export function initialState(filters: readonly PageFilter[], { rows }: Analysis): PageState {
  return {
    off: new Map(filters.map((filter) => [filter.axis, new Set()])),
    shown: new Uint8Array(rows.length).fill(1),
    hidden: new Set(),
    xScale: 'logarithmic',
    yScale: 'logarithmic',
  };
}

function valueOf(row: Row, axis: string): Value | undefined {
  if (axis === 'run') return row.run;
  if (axis === 'suite') return row.suite;
  if (axis === 'kernel') return row.kernel;
  if (axis === 'mechanism') return row.mechanism;
  return row.params[axis];
}

/** A row is shown unless a value of it is switched off, of an axis that is not passed over. */
export function isLeft(
  { off }: Pick<PageState, 'off'>,
  row: Row,
  passedOver: readonly string[] = [],
): boolean {
  return [...off].every(([axis, values]) => {
    if (values.size === 0 || passedOver.includes(axis)) return true;
    const value = valueOf(row, axis);
    return value === undefined || !values.has(value);
  });
}

export function applyFilters(state: PageState, { rows }: Analysis): void {
  rows.forEach((row, index) => {
    state.shown[index] = isLeft(state, row) ? 1 : 0;
  });
}

export function seriesKey(analysis: Analysis, sweep: Sweep, series: Series): string {
  return JSON.stringify([sweep.suite, sweep.axis, seriesLabel(analysis, sweep, series)]);
}

/** The series with the rows that the filters leave; null where none is left. */
export function filtered({ shown }: PageState, series: Series): Series | null {
  const rows = series.rows.filter((index) => shown[index] === 1);
  return rows.length === 0 ? null : { ...series, rows };
}

/** What both the filters and the legend leave of a sweep. */
export function seriesFilter(analysis: Analysis, state: PageState, sweep: Sweep): SeriesFilter {
  return (series) => {
    const left = filtered(state, series);
    return left === null || state.hidden.has(seriesKey(analysis, sweep, series)) ? null : left;
  };
}
