/** The tables of a comparison: verdicts, exact figures that differ, sessions. */
import type { ComparedCase, Comparison, ExactFigure, SessionOfCase } from '../../harness/gate/comparison.ts';
import { formatDuration } from '../../harness/format.ts';
import { orderAxes } from '../rows.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Field, Table } from '../table.ts';
import {
  changedFigures,
  changeText,
  effectText,
  exactValue,
  figureNames,
  figureText,
  probabilityText,
  reasonText,
  shareText,
  timedOf,
  worstFirst,
} from './verdicts.ts';

const logRatioText = (logRatio: number): string => changeText(Math.exp(logRatio));

/** One row per case, worst first. */
export function verdictsTable({ cases }: Comparison): Table {
  const axes = orderAxes(cases.flatMap(({ params }) => Object.keys(params)));
  const ratio = (key: string, of: (one: ComparedCase) => number | undefined): Field<ComparedCase> => ({
    column: right(key, null),
    cell: (one) => valueCell(of(one), String),
  });
  const bytes = (side: 'base' | 'head'): Field<ComparedCase> => ({
    column: right(`${side}_peak_bytes`, null),
    cell: (one) => valueCell(exactValue(one, 'peakBytes', side), (value) => figureText('peakBytes', value)),
  });
  const fields: readonly Field<ComparedCase>[] = [
    { column: left('verdict', 'verdict'), cell: ({ verdict }) => textCell(verdict) },
    { column: left('id', 'case'), cell: ({ id }) => textCell(id) },
    { column: left('suite', null), cell: ({ suite }) => textCell(suite) },
    { column: left('kernel', null), cell: ({ kernel }) => textCell(kernel) },
    { column: left('mechanism', null), cell: ({ mechanism }) => textCell(mechanism) },
    ...axes.map((axis): Field<ComparedCase> => ({
      column: left(axis, null),
      cell: ({ params }) => ({ value: params[axis] ?? null, text: String(params[axis] ?? '–') }),
    })),
    {
      column: right(null, 'change of time, 95 % interval'),
      cell: (one) => {
        const timed = timedOf(one);
        return textCell(timed === null ? '–' : effectText(timed.effect));
      },
    },
    ratio('ratio', (one) => timedOf(one)?.effect.ratio),
    ratio('ratio_low', (one) => timedOf(one)?.effect.low),
    ratio('ratio_high', (one) => timedOf(one)?.effect.high),
    { column: right('base_ns', 'base'), cell: (one) => valueCell(timedOf(one)?.baseNs, formatDuration) },
    { column: right('head_ns', 'head'), cell: (one) => valueCell(timedOf(one)?.headNs, formatDuration) },
    ratio('p', (one) => timedOf(one)?.pValue),
    {
      column: right('p_adjusted', 'p, adjusted'),
      cell: (one) => valueCell(timedOf(one)?.pAdjusted, probabilityText),
    },
    ratio('p_sign_flip', (one) => timedOf(one)?.pSignFlip),
    {
      column: right('minimum_detectable', 'detectable'),
      cell: (one) => valueCell(timedOf(one)?.minimumDetectable, shareText),
    },
    { column: right('margin', null), cell: (one) => valueCell(timedOf(one)?.margin, shareText) },
    ratio('control_ratio', (one) => timedOf(one)?.control?.ratio),
    ratio('control_p', (one) => timedOf(one)?.control?.pValue),
    ratio('tick_share', (one) => timedOf(one)?.tickShare),
    {
      column: right('sessions', 'sessions'),
      cell: (one) => valueCell(timedOf(one)?.sessions.length, String),
    },
    bytes('base'),
    bytes('head'),
    {
      column: left('reason_codes', null),
      cell: ({ reasons }) => textCell(reasons.map(({ code }) => code).join(' ')),
    },
    { column: left('reason', 'reason'), cell: (one) => textCell(reasonText(one)) },
    { column: left('file', null), cell: ({ file }) => textCell(file) },
    { column: left('base_hash', null), cell: ({ hashes }) => textCell(hashes.base ?? '') },
    { column: left('head_hash', null), cell: ({ hashes }) => textCell(hashes.head ?? '') },
  ];
  return tableOf('verdicts', 'Time of head against base, worst first', worstFirst(cases), fields);
}

/** One row per exact figure that differs. */
export function figuresTable({ cases }: Comparison): Table {
  const rows = worstFirst(cases).flatMap((one) => changedFigures(one).map((figure) => ({ one, figure })));
  type Changed = (typeof rows)[number];
  const side = (name: 'base' | 'head'): Field<Changed> => ({
    column: right(name, name),
    cell: ({ figure }) => valueCell(figure[name], (value) => figureText(figure.metric, value)),
  });
  const ratioOf = ({ base, head }: ExactFigure): number | null =>
    base === null || head === null || base === 0 ? null : head / base;
  return tableOf<Changed>('figures', 'Memory, work and error that differ: exact, no statistics', rows, [
    { column: left('id', 'case'), cell: ({ one }) => textCell(one.id) },
    {
      column: left('metric', 'figure'),
      cell: ({ figure }) => ({ value: figure.metric, text: figureNames[figure.metric] }),
    },
    side('base'),
    side('head'),
    { column: right('ratio', 'change'), cell: ({ figure }) => valueCell(ratioOf(figure), changeText) },
    { column: left('change', 'is'), cell: ({ figure }) => textCell(figure.change) },
  ]);
}

/** One row per case and session: the sampling unit. */
export function sessionsTable({ cases }: Comparison): Table {
  const rows = cases.flatMap(({ id, ...one }) =>
    ('timed' in one ? (one.timed?.sessions ?? []) : []).map((session) => ({ id, session })),
  );
  type OfSession = (typeof rows)[number];
  const logRatio = (
    key: string,
    title: string,
    of: (session: SessionOfCase) => number | null,
  ): Field<OfSession> => ({
    column: right(key, title),
    cell: ({ session }) => valueCell(of(session), logRatioText),
  });
  return tableOf<OfSession>('sessions', 'What each process measured', rows, [
    { column: left('id', 'case'), cell: ({ id }) => textCell(id) },
    { column: right('session', 'session'), cell: ({ session }) => valueCell(session.session, String) },
    { column: left('stage', 'stage'), cell: ({ session }) => textCell(session.stage) },
    { column: right('pairs', 'pairs'), cell: ({ session }) => valueCell(session.pairs, String) },
    { column: right('base_ns', 'base'), cell: ({ session }) => valueCell(session.baseNs, formatDuration) },
    { column: right('head_ns', 'head'), cell: ({ session }) => valueCell(session.headNs, formatDuration) },
    logRatio('log_ratio', 'change', ({ logRatio: value }) => value),
    logRatio('control_log_ratio', 'control', ({ controlLogRatio }) => controlLogRatio),
    logRatio('order_effect', 'order', ({ orderEffect }) => orderEffect),
  ]);
}

/** A table without rows says nothing, but for the verdicts. */
export function comparisonTables(comparison: Comparison): readonly Table[] {
  return [verdictsTable(comparison), figuresTable(comparison), sessionsTable(comparison)].filter(
    ({ id, rows }) => id === 'verdicts' || rows.length > 0,
  );
}
