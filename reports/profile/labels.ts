/** Short names for cases that are shown together: what tells them apart. */
import type { RecordParams } from '../../harness/record.ts';
import { describeAxis } from '../../harness/format.ts';
import { orderAxes } from '../rows.ts';

interface Labelled {
  readonly kernel: string;
  readonly variant: string;
  readonly params: RecordParams;
}

/** Axes that say nothing new where they equal another. */
const leaders: Readonly<Record<string, string>> = { m: 'n', kvHeads: 'heads', dv: 'd' };

/** The axes with several values among the cases; one that follows another throughout is left out. */
export function axesThatDiffer(cases: readonly Labelled[]): readonly string[] {
  return orderAxes(cases.flatMap(({ params }) => Object.keys(params))).filter((axis) => {
    const leader = leaders[axis];
    if (leader !== undefined && cases.every(({ params }) => params[axis] === params[leader])) return false;
    return new Set(cases.flatMap(({ params }) => (axis in params ? [params[axis]] : []))).size > 1;
  });
}

/** The kernel, the axes that differ, and the variant where nothing else tells two cases apart. */
export function labelsOf(cases: readonly Labelled[]): readonly string[] {
  const axes = axesThatDiffer(cases);
  const short = cases.map(({ kernel, params }) =>
    [kernel, ...axes.flatMap((axis) => (axis in params ? [describeAxis(axis, params[axis])] : []))].join(' '),
  );
  return short.map((label, index) =>
    short.filter((other) => other === label).length > 1 ? `${label} ${cases[index].variant}` : label,
  );
}
