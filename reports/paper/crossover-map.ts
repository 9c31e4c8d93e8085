/** Which kernel is fastest at each pair of values of two axes. */
import { describeAxis, formatDuration } from '../../harness/format.ts';
import { axisTitle } from '../figure.ts';
import { axesThatVary } from '../sweeps.ts';
import type { AxisValue, Row } from '../rows.ts';
import { left, right, tableOf, textCell, valueCell } from '../table.ts';
import type { Table } from '../table.ts';
import { checked, isContender } from './along-axis.ts';
import { built, none } from './paper-figure.ts';
import type { Built, Cell } from './paper-figure.ts';
import type { Selection } from './selection.ts';

interface Contest extends Cell {
  readonly x: AxisValue;
  readonly y: AxisValue;
  /** The fastest first; indices of rows. */
  readonly order: readonly number[];
}

const example = 'attnbench run {naive,flash,performer}:heads={1,2,4,8} -a n=128:2048:*2';

/** Axes of the case itself: what a kernel has of its own does not keep it from being compared. */
const compared = ['run', 'batch', 'heads', 'kvHeads', 'n', 'm', 'd', 'dv', 'precision', 'causal'];

function sortedValues(rows: readonly Row[], axis: string): readonly AxisValue[] {
  const values = [...new Set(rows.map(({ params }) => params[axis]))];
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => a - b) : values;
}

/** Of a kernel with several variants at a place the fastest counts. */
function contest(rows: readonly Row[], indices: readonly number[]): readonly number[] {
  const time = (index: number): number => rows[index].timing?.medianNs ?? Number.POSITIVE_INFINITY;
  const ascending = indices.filter((index) => rows[index].timing !== null).sort((a, b) => time(a) - time(b));
  const kernels = new Set<string>();
  return ascending.filter((index) => {
    const isNew = !kernels.has(rows[index].kernel);
    kernels.add(rows[index].kernel);
    return isNew;
  });
}

/** Without a second there is nothing to be told from. */
function apart(first: Row, second: Row | undefined): boolean {
  const [one, other] = [first.timing?.interval ?? null, second?.timing?.interval ?? null];
  return second === undefined || (one !== null && other !== null && one.highNs < other.lowNs);
}

function numbers(
  id: string,
  title: string,
  contests: readonly Contest[],
  rows: readonly Row[],
  axes: readonly [string, string],
): Table {
  const timeAt = ({ order }: Contest, rank: number): number | null =>
    rows[order[rank]]?.timing?.medianNs ?? null;
  return tableOf(id, title, contests, [
    { column: right(axes[0], axes[0]), cell: ({ x }) => ({ value: x, text: String(x) }) },
    { column: right(axes[1], axes[1]), cell: ({ y }) => ({ value: y, text: String(y) }) },
    { column: left('fastest', 'fastest'), cell: ({ kernel }) => textCell(kernel) },
    { column: right('median_ns', 'median'), cell: (one) => valueCell(timeAt(one, 0), formatDuration) },
    { column: left('next', 'next'), cell: ({ order }) => textCell(rows[order[1]]?.kernel ?? '') },
    { column: right('next_median_ns', 'median'), cell: (one) => valueCell(timeAt(one, 1), formatDuration) },
    { column: right('lead', 'lead'), cell: ({ lead }) => valueCell(lead, String) },
    {
      column: left('decided', 'decided'),
      cell: ({ decided }) => ({ value: decided, text: decided ? 'yes' : 'no' }),
    },
  ]);
}

/** `xAxis` and `yAxis` as asked for, null where nothing was said. */
export function crossoverMap(
  { analysis, named }: Selection,
  id: string,
  xAxis: string | null,
  yAxis: string | null,
): Built {
  const rows = analysis.rows.filter((row) => isContender(row, named));
  const suites = [...new Set(rows.map(({ suite }) => suite))];
  if (suites.length > 1) {
    return none(`a map shows one suite; choose with --suite ${suites.join(' or --suite ')}`);
  }
  const varying = axesThatVary(rows).filter((axis) => compared.includes(axis));
  const count = (axis: string): number => sortedValues(rows, axis).length;
  const byCount = varying.filter((axis) => axis !== 'run').sort((a, b) => count(b) - count(a));
  const x = xAxis ?? (varying.includes('n') ? 'n' : byCount.at(0));
  const y = yAxis ?? byCount.find((axis) => axis !== x);
  if (x === undefined || y === undefined || x === y) {
    return none(
      `a map needs two axes that vary, and ${varying.length === 0 ? 'none does' : `only ${varying.join(', ')} does`}; measure one: ${example}`,
    );
  }
  for (const axis of [x, y]) {
    if (!varying.includes(axis))
      return none(`nothing varies along ${axis}; the runs vary ${varying.join(', ')}`);
  }
  const others = varying.filter((axis) => axis !== x && axis !== y);
  if (others.length > 0) {
    const fix = others.map((axis) =>
      axis === 'run' ? 'one run only' : `-a ${axis}=${sortedValues(rows, axis)[0]}`,
    );
    return none(
      `${others.join(' and ')} ${others.length === 1 ? 'varies' : 'vary'} too, and a map shows two axes; choose with ${fix.join(' ')}`,
    );
  }
  const [columns, lines] = [sortedValues(rows, x), sortedValues(rows, y)];
  const contests = lines.flatMap((yValue, row) =>
    columns.flatMap((xValue, column): readonly Contest[] => {
      const here = rows.flatMap((one) =>
        one.params[x] === xValue && one.params[y] === yValue ? [analysis.rows.indexOf(one)] : [],
      );
      const order = contest(analysis.rows, here);
      if (order.length === 0) return [];
      const [first, second] = [analysis.rows[order[0]], analysis.rows.at(order[1] ?? analysis.rows.length)];
      const [firstNs, secondNs] = [first, second].map((one) => one?.timing?.medianNs ?? null);
      const lead = firstNs === null || secondNs === null ? null : secondNs / firstNs;
      return [
        {
          column,
          row,
          kernel: first.kernel,
          lead,
          decided: apart(first, second),
          x: xValue,
          y: yValue,
          order,
        },
      ];
    }),
  );
  if (contests.every(({ lead }) => lead === null)) {
    return none(`no place has times of two kernels; measure several at the same places: ${example}`);
  }
  const title = `Fastest kernel by ${x} and ${y}`;
  const kernels = [...new Set(rows.map(({ kernel }) => kernel))].sort();
  const skipped = [...new Set(rows.filter(({ timing }) => timing === null).map(({ kernel }) => kernel))];
  return built([
    {
      id,
      title,
      subtitle: suites.join(),
      method: [
        `Of ${kernels.join(', ')} the one with the least median time, and how many times as long the next best takes. Hatched: their 95 % intervals overlap.`,
        checked,
      ],
      rows: contests.flatMap(({ order }) => order),
      notes:
        skipped.length === 0
          ? []
          : [`Not timed everywhere: ${skipped.join(', ')}; attnbench report says why.`],
      marked: [],
      numbers: numbers(id, title, contests, analysis.rows, [x, y]),
      body: {
        kind: 'map',
        xTitle: axisTitle(x),
        yTitle: axisTitle(y),
        columns: columns.map(valueText(x)),
        rows: lines.map(valueText(y)),
        cells: contests,
      },
    },
  ]);
}

const valueText =
  (axis: string) =>
  (value: AxisValue): string | number =>
    typeof value === 'number' ? value : describeAxis(axis, value);
