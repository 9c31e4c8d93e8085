/** What readers filter a hardware comparison by. */
import type { Analysis } from '../analysis.ts';

/** What the page filters by where there are several devices, beside what varies. */
export function deviceFilters(
  analysis: Analysis,
): readonly { readonly axis: string; readonly values: readonly string[] }[] {
  const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
  return [
    { axis: 'kernel', values: analysis.kernels },
    { axis: 'mechanism', values: distinct(analysis.rows.map(({ mechanism }) => mechanism)) },
  ].filter(({ values }) => values.length > 1);
}
