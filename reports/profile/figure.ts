/** Stacked bars of pass time, before any drawing library: by n where several lengths are profiled, side by side where several cases are. */
import { describeAxis } from '../../harness/format.ts';
import type { RecordParams } from '../../harness/record.ts';
import { axesThatDiffer } from './labels.ts';
import type { CaseProfile, Profile } from './profile.ts';

export interface BarFigure {
  /** Unique, and safe as a file name. */
  readonly id: string;
  readonly title: string;
  /** What is held fixed. */
  readonly subtitle: string;
  readonly xTitle: string;
  readonly quantity: 'time' | 'share';
  readonly bars: readonly { readonly label: string; readonly totalNs: number }[];
  /** From the bottom up; a value for each bar, null where its case has no such pass. */
  readonly segments: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
  /** Every pass of the profile, so that each keeps its colour from figure to figure. */
  readonly passes: readonly string[];
}

const betweenPasses = 'between passes';
/** More bars side by side cannot be labelled. */
const mostBars = 8;

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function passNames(cases: readonly CaseProfile[]): readonly string[] {
  return [...new Set(cases.flatMap(({ passes }) => passes.map(({ name }) => name)))];
}

function segmentsOf(
  cases: readonly CaseProfile[],
  quantity: BarFigure['quantity'],
): readonly BarFigure['segments'][number][] {
  const names = passNames(cases);
  const value = (ns: number, { call }: CaseProfile): number =>
    quantity === 'time' ? ns : ns / call.medianNs;
  const passes = names.map((label) => ({
    label,
    values: cases.map((one) => {
      const pass = one.passes.find(({ name }) => name === label);
      return pass === undefined ? null : value(pass.time.medianNs, one);
    }),
  }));
  // Passes that run side by side leave less than nothing between them.
  const gaps = cases.map((one) => Math.max(0, value(one.gaps.medianNs, one)));
  return [...passes, { label: betweenPasses, values: gaps }];
}

function figuresOf(
  cases: readonly CaseProfile[],
  words: { readonly id: string; readonly title: string; readonly subtitle: string; readonly xTitle: string },
  passes: readonly string[],
  label: (one: CaseProfile) => string,
): readonly BarFigure[] {
  const bars = cases.map((one) => ({ label: label(one), totalNs: one.call.medianNs }));
  const onlyWhole = cases.every((one) => one.passes.length === 1);
  const quantities = onlyWhole ? (['time'] as const) : (['time', 'share'] as const);
  return quantities.map((quantity) => ({
    ...words,
    id: `${words.id}-${quantity}`,
    title: quantity === 'time' ? words.title : `${words.title}, as shares`,
    quantity,
    bars,
    segments: segmentsOf(cases, quantity),
    passes,
  }));
}

/** Everything but the length, which is along x. */
function seriesKey({ kernel, variant, params }: CaseProfile): string {
  const { n, m, ...others } = params;
  return JSON.stringify([kernel, variant, m === n ? null : m, others]);
}

function fixedWords(params: RecordParams, but: readonly string[]): string {
  const shown = ['n', 'heads', 'd', 'precision', ...(params.causal ? ['causal'] : [])];
  return shown
    .filter((axis) => !but.includes(axis))
    .map((axis) => describeAxis(axis, params[axis]))
    .join(' · ');
}

/** Times and, where there are several passes, shares: for each series over n, and for cases of several kernels or variants. */
export function figuresOfProfile({ cases }: Profile): readonly BarFigure[] {
  const passes = passNames(cases);
  const series = new Map<string, CaseProfile[]>();
  for (const one of cases) series.set(seriesKey(one), [...(series.get(seriesKey(one)) ?? []), one]);
  const byLength = [...series.values()].filter((members) => members.length > 1);
  const ids = new Map<string, number>();
  const unique = (id: string): string => {
    const count = (ids.get(id) ?? 0) + 1;
    ids.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  };
  const overN = byLength.flatMap((members) => {
    const ascending = [...members].sort((a, b) => a.params.n - b.params.n);
    const [first] = ascending;
    return figuresOf(
      ascending,
      {
        id: unique(slug(`${first.kernel} by n`)),
        title: `Passes of ${first.kernel} by sequence length`,
        subtitle: `${first.variant} · ${fixedWords(first.params, ['n'])}`,
        xTitle: 'sequence length n',
      },
      passes,
      ({ params }) => String(params.n),
    );
  });
  if (series.size < 2 || cases.length > mostBars) return overN;
  const beside = [...cases].sort((a, b) => a.params.n - b.params.n);
  const [first] = cases;
  return [
    ...overN,
    ...figuresOf(
      beside,
      {
        id: unique('cases'),
        title: 'Passes, case by case',
        subtitle: fixedWords(first.params, axesThatDiffer(cases)),
        xTitle: '',
      },
      passes,
      ({ label }) => label,
    ),
  ];
}
