/** The chart that grows while a run is measured. Without fits: they take time that the machine needs for measuring. */
import type { Run } from '../../harness/record.ts';
import type { Analysis } from '../analysis.ts';
import { buildFigure } from '../figure.ts';
import type { Figure } from '../figure.ts';
import { figuresOf } from '../figure-list.ts';
import { latestCases, orderAxes, rowOf } from '../rows.ts';
import { sweepsOf } from '../sweeps.ts';

/** `kernels`: all that the run will have, so that each keeps its colour from the first point on. */
export function liveAnalysis(run: Run, kernels: readonly string[]): Analysis {
  const { header } = run;
  const rows = latestCases(run).map((record) => rowOf(record, 0, header.peaks));
  return {
    runs: [{ header, label: header.adapter.name }],
    kernels: [...kernels].sort(),
    axes: orderAxes(rows.flatMap((row) => Object.keys(row.params))),
    rows,
    groups: [],
    crossovers: [],
    sweeps: sweepsOf(rows, []),
    warnings: [],
    hardware: null,
  };
}

/** Time along the main axis of the suite that is being measured; null before its first record. */
export function liveFigure(analysis: Analysis, suite: string): Figure | null {
  const spec = figuresOf(analysis).find(
    ({ metric, sweep }) => metric === 'time' && analysis.sweeps[sweep].suite === suite,
  );
  return spec === undefined ? null : buildFigure(analysis, spec);
}
