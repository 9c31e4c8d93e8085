/** The cases that figures are made of: those of the runs that the filters leave, and what varies among them. */
import { UsageError } from '../../harness/errors.ts';
import { unknownWord } from '../../harness/nearest.ts';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import type { Analysis } from '../analysis.ts';
import { mostSeries } from '../figure-list.ts';
import { latestCases, orderAxes } from '../rows.ts';
import type { Sweep } from '../sweeps.ts';

export interface Filters {
  /** Null: all. */
  readonly kernels: readonly string[] | null;
  /** By axis the texts of its values that stay. */
  readonly axes: Readonly<Record<string, readonly string[]>>;
  readonly suite: string | null;
}

/** Whether a case is of the kind that a figure shows. */
export type Where = (record: CaseRecord) => boolean;

export interface Selection {
  readonly analysis: Analysis;
  /** By row of the analysis. */
  readonly records: readonly CaseRecord[];
  /** Every kernel that the runs have, shown or not: who has which look does not depend on the filter. */
  readonly kernels: readonly string[];
  /** The cases of kernels that are not shown too, by run. */
  readonly unshown: readonly (readonly CaseRecord[])[];
  /** Kernels that were asked for by name. */
  readonly named: readonly string[];
}

const textsOf = (cases: readonly CaseRecord[], axis: string): readonly string[] => [
  ...new Set(cases.flatMap(({ params }) => (axis in params ? [String(params[axis])] : []))),
];

/** A kernel without the axis stays: an axis of its own is for the kernels that have it. */
function refuseMisses(cases: readonly CaseRecord[], { kernels, axes, suite }: Filters): void {
  const known = [...new Set(cases.map(({ kernel }) => kernel))].sort();
  for (const kernel of kernels ?? []) {
    if (!known.includes(kernel)) throw new UsageError(unknownWord('kernel', kernel, known));
  }
  const suites = [...new Set(cases.map((record) => record.suite))].sort();
  if (suite !== null && !suites.includes(suite)) throw new UsageError(unknownWord('suite', suite, suites));
  const names = orderAxes(cases.flatMap(({ params }) => Object.keys(params)));
  for (const [axis, texts] of Object.entries(axes)) {
    if (!names.includes(axis)) throw new UsageError(unknownWord('axis', axis, names));
    const there = textsOf(cases, axis);
    const missing = texts.find((text) => !there.includes(text));
    if (missing !== undefined) {
      throw new UsageError(`no case has ${axis}=${missing}; the runs have ${axis}=${there.join(',')}`);
    }
  }
}

/** Null where no case is of that kind. Throws UsageError where a filter names what the runs do not have, or leaves nothing. */
export function select(runs: readonly Run[], filters: Filters, where: Where = () => true): Selection | null {
  const all = runs.map(latestCases);
  refuseMisses(all.flat(), filters);
  const { kernels, suite } = filters;
  const fits = (record: CaseRecord): boolean =>
    (suite === null || record.suite === suite) &&
    Object.entries(filters.axes).every(
      ([axis, texts]) => !(axis in record.params) || texts.includes(String(record.params[axis])),
    );
  const isShown = ({ kernel }: CaseRecord): boolean => kernels === null || kernels.includes(kernel);
  const left = all.map((cases) => cases.filter(fits));
  if (!left.flat().some(isShown)) {
    throw new UsageError(
      all.flat().length === 0
        ? 'the runs have no cases; measure some: attnbench run quick'
        : 'the filters leave no case; give fewer of --kernels, --suite and -a',
    );
  }
  const unshown = left.map((cases) => cases.filter(where));
  const shown = unshown.map((cases) => cases.filter(isShown));
  if (shown.flat().length === 0) return null;
  return {
    analysis: analyse(
      runs.map(({ header }, index) => ({ header, cases: shown[index] })),
      { growth: false },
    ),
    records: shown.flatMap((cases) => latestCases({ header: runs[0].header, cases })),
    kernels: [...new Set(all.flat().map(({ kernel }) => kernel))].sort(),
    unshown,
    named: kernels ?? [],
  };
}

export interface Chosen {
  /** Index of the sweep. */
  readonly index: number;
  readonly sweep: Sweep;
  /** What else could have been drawn, in a sentence each. */
  readonly remarks: readonly string[];
}

const size = ({ series }: Sweep): number => series.reduce((sum, { rows }) => sum + rows.length, 0);

/** The axes that can be drawn along x, as words. */
export const axesOf = (analysis: Analysis): readonly string[] => [
  ...new Set(analysis.sweeps.map(({ axis }) => axis)),
];

/**
 * The sweep along an axis, or along the main axis of its suite where none is named, that has the most cases. A sentence where there
 * is none, or more series than can be told apart.
 */
export function chooseSweep(analysis: Analysis, axis: string | null): Chosen | string {
  const mains = new Map<string, number>();
  analysis.sweeps.forEach(({ suite }, index) => {
    if (!mains.has(suite)) mains.set(suite, index);
  });
  const candidates = analysis.sweeps
    .map((sweep, index) => ({ sweep, index }))
    .filter(({ sweep, index }) => (axis === null ? mains.get(sweep.suite) === index : sweep.axis === axis))
    .sort((a, b) => size(b.sweep) - size(a.sweep));
  const best = candidates.at(0);
  if (best === undefined) {
    return `nothing varies along ${axis}; the runs vary ${axesOf(analysis).join(', ')}`;
  }
  const { series, splitBy } = best.sweep;
  if (series.length > mostSeries) {
    const narrow = [
      '--kernels',
      ...splitBy.map((name) => (name === 'run' ? 'fewer runs' : `-a ${name}=…`)),
    ].join(' or ');
    return `${series.length} series are more than the ${mostSeries} that can be told apart; narrow with ${narrow}`;
  }
  const others = [...new Set(candidates.slice(1).map(({ sweep }) => sweep.suite))].filter(
    (suite) => suite !== best.sweep.suite,
  );
  return {
    ...best,
    remarks:
      others.length === 0
        ? []
        : [
            `drawn from suite ${best.sweep.suite}; --suite ${others.join(' or --suite ')} draws what else there is`,
          ],
  };
}
