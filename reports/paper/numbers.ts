/** The numbers behind a chart, a line each: what is drawn, and what is missing. */
import type { Analysis } from '../analysis.ts';
import type { Figure, Point } from '../figure.ts';
import type { Row } from '../rows.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Field, Table } from '../table.ts';

interface Line {
  readonly label: string;
  readonly point: Point;
  readonly row: Row;
}

const plain = String;

/** `x` is the heading of places that are no axis of the case; null where x is an axis, or a name. */
export function numbersOf(
  analysis: Analysis,
  figure: Figure,
  headings: { readonly axis: string | null; readonly x: string | null; readonly y: string },
): Table {
  const { axis, x, y } = headings;
  const lines = figure.series.flatMap(({ label, points }) =>
    points.map((point): Line => ({ label, point, row: analysis.rows[point.row] })),
  );
  const fields: readonly Field<Line>[] = [
    { column: left('series', 'series'), cell: ({ label }) => textCell(label) },
    { column: left('kernel', 'kernel'), cell: ({ row }) => textCell(row.kernel) },
    { column: left('run', 'run'), cell: ({ row }) => textCell(analysis.runs[row.run].label) },
    ...(axis === null
      ? []
      : [
          {
            column: right(axis, axis),
            cell: ({ row }: Line) => {
              const value = row.params[axis];
              return { value, text: String(value) };
            },
          },
        ]),
    ...(x === null ? [] : [{ column: right(x, x), cell: ({ point }: Line) => valueCell(point.x, plain) }]),
    { column: right(y, y), cell: ({ point }) => valueCell(point.y, plain) },
    { column: right('low', 'low'), cell: ({ point }) => valueCell(point.low, plain) },
    { column: right('high', 'high'), cell: ({ point }) => valueCell(point.high, plain) },
    { column: right('samples', 'samples'), cell: ({ row }) => valueCell(row.timing?.samples, plain) },
    { column: left('status', 'status'), cell: ({ row }) => textCell(row.status) },
    { column: left('reason', 'reason'), cell: ({ row }) => textCell(row.reason?.message ?? '') },
    { column: left('case', 'case'), cell: ({ row }) => textCell(row.id) },
  ];
  return tableOf(figure.id, figure.title, lines, fields);
}
