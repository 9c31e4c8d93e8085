/** Figures whose points have no axis in common: the roofline, and what time buys. */
import { describeAxis } from '../../harness/format.ts';
import type { Figure, FigureSeries } from '../figure.ts';
import { buildRoofline } from '../roofline.ts';
import { rooflinesOf } from '../figure-list.ts';
import { seriesLabel } from '../figure.ts';
import type { Row } from '../rows.ts';
import type { Sweep } from '../sweeps.ts';
import { checked, drawnRows, isContender, quantities } from './along-axis.ts';
import { numbersOf } from './numbers.ts';
import { built, none } from './paper-figure.ts';
import type { Built, Measure } from './paper-figure.ts';
import { chooseSweep } from './selection.ts';
import type { Selection } from './selection.ts';

/** A roofline for each run that has peaks. */
export function rooflines({ analysis }: Selection, id: string): Built {
  const specs = rooflinesOf(analysis);
  const figures = specs
    .map((spec, index) =>
      buildRoofline(analysis, { ...spec, id: specs.length === 1 ? id : `${id}-${index + 1}` }),
    )
    .filter(({ message }) => message === null);
  if (figures.length === 0) {
    return none(
      analysis.runs.every(({ header }) => header.peaks === null)
        ? 'the runs have no peaks of their adapter; attnbench peaks measures them, and runs after it carry them: attnbench run quick'
        : 'no case did arithmetic and was timed; run some that do: attnbench run quick',
    );
  }
  return built(
    figures.map((figure) => ({
      id: figure.id,
      title: 'Roofline',
      subtitle: figure.subtitle,
      method: [
        'Points are cases: FLOPs over bytes that must be moved, and FLOPs over the median time of a call.',
        checked,
      ],
      rows: drawnRows(figure),
      notes: figure.notes,
      marked: [],
      numbers: numbersOf(analysis, figure, {
        axis: null,
        x: 'flop_per_byte',
        y: 'flop_per_s',
      }),
      body: {
        kind: 'chart',
        figure,
        x: { title: 'arithmetic intensity (FLOP/byte)', unit: 'number' },
        y: quantities.throughput.y,
        joined: false,
        front: [],
        reference: null,
      },
    })),
  );
}

export const costs = ['error', 'softmax', 'memory'] as const;
export type Cost = (typeof costs)[number];

interface CostWords {
  readonly value: (row: Row) => number | null;
  readonly title: string;
  readonly y: Measure;
  readonly heading: string;
  readonly method: string;
  /** Of kernels that have no place, what they lack. */
  readonly lacking: string;
}

const costWords: Readonly<Record<Cost, CostWords>> = {
  error: {
    value: ({ quality }) => quality?.nmse ?? null,
    title: 'Time against error',
    y: quantities.error.y,
    heading: 'nmse',
    method: quantities.error.method[0],
    lacking: 'no error above 0',
  },
  softmax: {
    value: ({ quality }) => quality?.distanceToSoftmax ?? null,
    title: 'Time against distance to softmax attention',
    y: { title: 'distance to softmax attention', unit: 'number' },
    heading: 'distance_to_softmax',
    method: 'Distances are relative root mean squares over the same random inputs.',
    lacking: 'exact, or another function than softmax attention',
  },
  memory: {
    value: ({ bytes }) => bytes?.peak ?? null,
    title: 'Time against memory',
    y: quantities.memory.y,
    heading: 'peak_bytes',
    method: quantities.memory.method[0],
    lacking: 'no bytes counted',
  },
};

/** The value of the axis at which most kernels have both, the largest of these. */
function busiestPlace(rows: readonly Row[], axis: string, cost: CostWords): string | number | boolean | null {
  const counts = new Map<string | number | boolean, Set<string>>();
  for (const row of rows) {
    if (row.timing === null || !((cost.value(row) ?? 0) > 0)) continue;
    const kernels = counts.get(row.params[axis]) ?? new Set();
    counts.set(row.params[axis], kernels.add(row.kernel));
  }
  const [best] = [...counts].sort(
    ([a, one], [b, other]) =>
      other.size - one.size || (typeof a === 'number' && typeof b === 'number' ? b - a : 0),
  );
  return best?.[0] ?? null;
}

/** Those that no other beats in both, from the fastest on. */
export function frontOf(
  points: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  const front: (readonly [number, number])[] = [];
  for (const [x, y] of [...points].sort(([a, c], [b, d]) => a - b || c - d)) {
    const last = front.at(-1);
    if (last === undefined || y < last[1]) front.push([x, y]);
  }
  return front;
}

function placed(
  selection: Selection,
  sweep: Sweep,
  place: string | number | boolean,
  cost: CostWords,
): readonly FigureSeries[] {
  const { analysis, named } = selection;
  const seen = new Map<string, number>();
  const series = sweep.series.filter(({ rows }) => isContender(analysis.rows[rows[0]], named));
  return series.flatMap((one): readonly FigureSeries[] => {
    const row = one.rows.find((index) => analysis.rows[index].params[sweep.axis] === place);
    if (row === undefined) return [];
    const { timing } = analysis.rows[row];
    const value = cost.value(analysis.rows[row]);
    if (timing === null || value === null || value <= 0) return [];
    const variant = seen.get(one.kernel) ?? 0;
    seen.set(one.kernel, variant + 1);
    return [
      {
        kernel: one.kernel,
        variant,
        variants: series.filter(({ kernel }) => kernel === one.kernel).length,
        label: seriesLabel(analysis, sweep, one),
        points: [{ x: timing.medianNs, y: value, low: null, high: null, row }],
        fit: null,
        marks: [],
      },
    ];
  });
}

/** The cases of one place by their time and what it buys. */
export function pareto(selection: Selection, id: string, axis: string | null, against: Cost): Built {
  const { analysis } = selection;
  const chosen = chooseSweep(analysis, axis);
  if (typeof chosen === 'string') return none(chosen);
  const { sweep } = chosen;
  const words = costWords[against];
  const rows = sweep.series.flatMap((series) => series.rows.map((index) => analysis.rows[index]));
  const place = busiestPlace(rows, sweep.axis, words);
  const series = place === null ? [] : placed(selection, sweep, place, words);
  if (place === null || series.length < 2) {
    return none(
      'fewer than two kernels have a time and a value at the same place; run several: attnbench run quick',
    );
  }
  const points = series.flatMap((one) =>
    one.points.map(({ x, y }): readonly [number, number] => [x, y ?? x]),
  );
  const xs = points.map(([x]) => x);
  const kernels = new Set(series.map(({ kernel }) => kernel));
  const without = [
    ...new Set(rows.filter(({ params }) => params[sweep.axis] === place).map(({ kernel }) => kernel)),
  ].filter((kernel) => !kernels.has(kernel));
  const figure: Figure = {
    id,
    metric: 'pareto',
    title: words.title,
    subtitle: [
      describeAxis(sweep.axis, place),
      ...sweep.fixed
        .filter(([name]) => ['heads', 'd', 'precision', 'causal'].includes(name))
        .map(([name, value]) => describeAxis(name, value)),
    ].join(' · '),
    xTitle: quantities.time.y.title,
    yTitle: words.y.title,
    x: { kind: 'numeric', values: [Math.min(...xs), Math.max(...xs)], wide: true },
    series,
    limit: null,
    roofs: [],
    notes:
      without.length === 0
        ? []
        : [`Without a place: ${without.join(', ')} (not attention, not timed there, or ${words.lacking}).`],
    message: null,
  };
  return built(
    [
      {
        id,
        title: words.title,
        subtitle: figure.subtitle,
        method: [
          `Points are cases at ${describeAxis(sweep.axis, place)}, lower left is better; the line joins those that none beats in both.`,
          words.method,
          checked,
        ],
        rows: drawnRows(figure),
        notes: figure.notes,
        marked: [],
        numbers: numbersOf(analysis, figure, { axis: sweep.axis, x: 'median_ns', y: words.heading }),
        body: {
          kind: 'chart',
          figure,
          x: quantities.time.y,
          y: words.y,
          joined: false,
          front: frontOf(points),
          reference: null,
        },
      },
    ],
    chosen.remarks,
  );
}
