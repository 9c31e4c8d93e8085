/** Which figures an analysis has: four for each sweep, more where one cannot show all series, and a roofline for each run. */
import type { Analysis } from './analysis.ts';
import { metrics, splitLabel } from './figure.ts';
import type { FigureSpec, RooflineSpec } from './figure.ts';
import type { AxisValue } from './rows.ts';
import type { Sweep } from './sweeps.ts';

/** The most series that one figure shows: more colours, markers and labels cannot be told apart. */
export const mostSeries = 12;

interface Part {
  readonly series: readonly number[];
  readonly words: readonly string[];
}

function splitPart(analysis: Analysis, sweep: Sweep, part: Part): readonly Part[] {
  if (part.series.length <= mostSeries) return [part];
  const valuesAt = (position: number): readonly AxisValue[] => [
    ...new Set(part.series.map((index) => sweep.series[index].split[position])),
  ];
  const [position] = sweep.splitBy
    .map((_, index) => index)
    .filter((index) => valuesAt(index).length > 1)
    .sort((a, b) => valuesAt(a).length - valuesAt(b).length);
  if (position === undefined) {
    const count = Math.ceil(part.series.length / mostSeries);
    return Array.from({ length: count }, (_, index) => ({
      series: part.series.slice(index * mostSeries, (index + 1) * mostSeries),
      words: [...part.words, `part ${index + 1} of ${count}`],
    }));
  }
  return valuesAt(position).flatMap((value) =>
    splitPart(analysis, sweep, {
      series: part.series.filter((index) => sweep.series[index].split[position] === value),
      words: [...part.words, splitLabel(analysis, sweep.splitBy[position], value)],
    }),
  );
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'x'
  );
}

/** Every figure of an analysis. A sweep with more series than one figure can show is split along an axis. */
export function figuresOf(analysis: Analysis): readonly FigureSpec[] {
  const ids = new Set<string>();
  const unique = (wanted: string): string => {
    let id = wanted;
    for (let count = 2; ids.has(id); count++) id = `${wanted}-${count}`;
    ids.add(id);
    return id;
  };
  return analysis.sweeps.flatMap((sweep, sweepIndex) => {
    const all = { series: sweep.series.map((_, index) => index), words: [] };
    return splitPart(analysis, sweep, all).flatMap(({ series, words }) =>
      metrics.map((metric): FigureSpec => ({
        id: unique([sweep.suite, metric, 'by', sweep.axis, ...words].map(slug).join('-')),
        sweep: sweepIndex,
        metric,
        series,
        part: words.length > 0 ? words.join(', ') : null,
      })),
    );
  });
}

/** A roofline for every run whose peaks were measured and that timed anything. */
export function rooflinesOf(analysis: Analysis): readonly RooflineSpec[] {
  const runs = analysis.runs.flatMap(({ header }, run) =>
    header.peaks !== null && analysis.rows.some((row) => row.run === run && row.timing !== null) ? [run] : [],
  );
  return runs.map((run) => ({
    id: runs.length === 1 ? 'roofline' : `roofline-${run + 1}`,
    metric: 'roofline',
    run,
  }));
}
