/** Which cases a search measures, and for which others each of them speaks. */
import type { AxisSpecs, AxisValue, Params } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import type { Overrides } from './axis-overrides.ts';
import { overrideValues } from './axis-overrides.ts';
import type { AxisValues } from './params.ts';
import { resolveParams } from './params.ts';
import type { When } from './tuning-table.ts';
import { tunedAxis } from './tuning-table.ts';

/** Few rows, many, and one query against a long cache. */
const lengths = (software: boolean): readonly AxisValues[] =>
  software
    ? [
        { heads: 2, n: 1024 },
        { heads: 2, n: 128 },
        { heads: 8, n: 1, m: 2048 },
      ]
    : [
        { heads: 16, n: 4096 },
        { heads: 16, n: 512 },
        { heads: 16, n: 1, m: 8192 },
      ];

const usual: Readonly<Record<string, readonly AxisValue[]>> = {
  precision: precisions,
  causal: [false, true],
  d: [64, 128],
};

/** Every combination of the lists, the last varying fastest. */
function product(lists: Readonly<Record<string, readonly AxisValue[]>>): readonly AxisValues[] {
  let points: readonly AxisValues[] = [{}];
  for (const [name, values] of Object.entries(lists)) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points;
}

/** The cases of a search for a kernel, the longest first, each once. Throws UsageError for a value out of range. */
export function tuningCases(axes: AxisSpecs, software: boolean, overrides: Overrides): readonly Params[] {
  const asked = overrideValues(overrides, axes);
  const cases = new Map<string, Params>();
  for (const length of lengths(software)) {
    for (const point of product({ ...usual, ...asked })) {
      const params = resolveParams(axes, { ...length, ...point });
      if (params.causal && seesAll(params, overrides)) continue;
      cases.set(JSON.stringify(params), params);
    }
  }
  return [...cases.values()];
}

interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** Beyond the outermost value measured, an axis is taken to go on like this for one octave. */
const octave = 2;

/** The part of an axis that each of its measured values speaks for: half way to its neighbours, counted in octaves. */
export function regions(measured: readonly number[], upwards: 'closed' | 'open'): ReadonlyMap<number, Range> {
  const values = [...new Set(measured)].sort((a, b) => a - b);
  const between = (a: number, b: number): number => Math.floor(Math.sqrt(a * b));
  return new Map(
    values.map((value, at) => {
      const [below, above] = [values[at - 1], values[at + 1]];
      const least = below === undefined ? Math.ceil(value / octave) : between(below, value) + 1;
      if (above !== undefined) return [value, { least, most: between(value, above) }];
      return [value, upwards === 'open' ? { least } : { least, most: value * octave }];
    }),
  );
}

/**
 * The conditions under which each case of a search speaks for others: nearby head dimensions and numbers of rows, all else as
 * measured. No two of them overlap.
 */
export function conditionsOf(
  cases: readonly Params[],
  axes: AxisSpecs,
  overrides: Overrides,
): readonly { readonly params: Params; readonly when: When }[] {
  const numbers = (axis: string): readonly number[] =>
    cases.flatMap((params) => {
      const value = tunedAxis(params, axis);
      return typeof value === 'number' ? [value] : [];
    });
  const ranged = {
    d: regions(numbers('d'), 'closed'),
    dv: regions(numbers('dv'), 'closed'),
    rows: regions(numbers('rows'), 'open'),
  };
  // Any other axis that was asked for is part of what was measured.
  const exact = Object.keys({ ...axes, kvHeads: null, m: null }).filter((axis) =>
    Object.hasOwn(overrides, axis),
  );
  const found = new Map<string, { readonly params: Params; readonly when: When }>();
  for (const params of cases) {
    const when: When = {
      precision: params.precision,
      ...(seesAll(params, overrides) ? {} : { causal: params.causal }),
      ...Object.fromEntries(exact.map((axis) => [axis, params[axis]])),
      ...Object.fromEntries(
        Object.entries(ranged).map(([axis, region]) => [
          axis,
          region.get(Number(tunedAxis(params, axis))) ?? {},
        ]),
      ),
    };
    // As many rows in another way speak for the same cases.
    const key = JSON.stringify(when);
    if (!found.has(key)) found.set(key, { params, when });
  }
  return [...found.values()];
}

/** The last query of a cache sees all of it, causal or not. */
const seesAll = ({ n }: Params, asked: Overrides): boolean => n === 1 && asked['causal'] === undefined;
