/**
 * A suite says what to measure: a base case, and for each varied axis the values it takes while all others stay at the base.
 * Not a full product: the cost of a sweep is the sum of its axes, and every chart has one thing that changes.
 */
import type { AxisSpecs, AxisValue, Params } from '../kernels/contract.ts';
import type { Overrides } from './axis-overrides.ts';
import { isKnownAxis, overrideValues } from './axis-overrides.ts';
import { caseId } from './case-id.ts';
import type { AxisValues } from './params.ts';
import { defaultOf, resolveParams } from './params.ts';
import type { SamplingPolicy } from './sampling.ts';
import { defaultPolicy } from './sampling.ts';

type AxisLists = Readonly<Record<string, readonly AxisValue[]>>;

interface SuiteSettings {
  /** Axes that differ from their defaults in every case. A kernel without the axis goes without it. */
  readonly base: AxisValues;
  /** One axis at a time takes these values. */
  readonly vary: AxisLists;
  /** Further points that need several axes at once. They are for the kernels that have all of these axes. */
  readonly also?: readonly AxisValues[];
  /** By kernel id: axes of its base case. */
  readonly with?: Readonly<Record<string, AxisValues>>;
  /** By kernel id: the values of a varied axis for this kernel, where it cannot or need not take them all. */
  readonly only?: Readonly<Record<string, AxisLists>>;
  /** Where sampling differs from the default: seconds per case, fewest and most samples. */
  readonly sampling?: Partial<SamplingPolicy>;
}

export interface Suite extends SuiteSettings {
  /** One line that says which question the suite answers. */
  readonly description: string;
  readonly kernels: 'all' | readonly string[];
  /**
   * What is different on a software adapter, which is hundreds of times slower: `vary`, `also` and `only` replace, `base` and `with`
   * are laid over those above axis by axis.
   */
  readonly software?: Partial<SuiteSettings>;
}

/** Gives a suite file its types. Nothing is registered: a suite is found by its file's name. */
export function defineSuite(suite: Suite): Suite {
  return suite;
}

/** first, 2·first, 4·first, ... up to last. */
export function powersOfTwo(first: number, last: number): readonly number[] {
  const values: number[] = [];
  for (let value = first; value <= last; value *= 2) values.push(value);
  return values;
}

/** What a sweep needs to know of a kernel. */
export interface SweepKernel {
  readonly id: string;
  readonly kernel: { readonly axes: AxisSpecs };
}

export interface PlannedCase {
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
  readonly params: Params;
  readonly sampling: SamplingPolicy;
}

/** Does the suite measure this kernel? */
export function suiteHasKernel(suite: Suite, kernel: string): boolean {
  return suite.kernels === 'all' || suite.kernels.includes(kernel);
}

/** The suite as it is on this sort of adapter. */
function settingsFor(suite: Suite, software: boolean): Required<SuiteSettings> {
  const over = software ? (suite.software ?? {}) : {};
  const kernelIds = Object.keys({ ...suite.with, ...over.with });
  return {
    base: { ...suite.base, ...over.base },
    vary: over.vary ?? suite.vary,
    also: over.also ?? suite.also ?? [],
    with: Object.fromEntries(kernelIds.map((id) => [id, { ...suite.with?.[id], ...over.with?.[id] }])),
    only: over.only ?? suite.only ?? {},
    sampling: { ...suite.sampling, ...over.sampling },
  };
}

const knownTo = <Value>(axes: AxisSpecs, values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isKnownAxis(axes, name)));

interface KernelSweep extends SweepKernel {
  readonly base: AxisValues;
  readonly vary: AxisLists;
}

/** One kernel's base and varied axes, with the overrides in: one value goes into the base, several are varied. */
function kernelSweep(
  loaded: SweepKernel,
  settings: Required<SuiteSettings>,
  overrides: Overrides,
): KernelSweep {
  const { axes } = loaded.kernel;
  const base: Record<string, AxisValue> = {
    ...knownTo(axes, settings.base),
    ...knownTo(axes, settings.with[loaded.id] ?? {}),
  };
  const vary: Record<string, readonly AxisValue[]> = knownTo(axes, {
    ...settings.vary,
    ...settings.only[loaded.id],
  });
  for (const [name, values] of Object.entries(overrideValues(overrides, axes))) {
    delete vary[name];
    if (values.length > 1) vary[name] = values;
    const usual = base[name] ?? defaultOf(axes, name, base);
    if (values.length === 1 || !values.includes(usual)) base[name] = values[0];
  }
  return { ...loaded, base, vary };
}

/** How long the suite samples a case on this sort of adapter. */
export function samplingOf(suite: Suite, software: boolean): SamplingPolicy {
  return { ...defaultPolicy, ...settingsFor(suite, software).sampling };
}

/**
 * The cases of a suite for these kernels, each once. All kernels of one point stand together, so that a sweep which is cut short
 * compares what it has. Throws UsageError for an override that no kernel knows or a value out of range.
 */
export function expandSuite(
  name: string,
  suite: Suite,
  kernels: readonly SweepKernel[],
  software: boolean,
  overrides: Overrides = {},
): readonly PlannedCase[] {
  const settings = settingsFor(suite, software);
  const sampling = samplingOf(suite, software);
  const sweeps = kernels.map((loaded) => kernelSweep(loaded, settings, overrides));
  const cases = new Map<string, PlannedCase>();
  const add = ({ id: kernel, kernel: { axes }, base }: KernelSweep, deviation: AxisValues): void => {
    const params = resolveParams(axes, { ...base, ...deviation });
    const id = caseId(name, kernel, axes, params);
    if (!cases.has(id)) cases.set(id, { id, suite: name, kernel, params, sampling });
  };

  for (const sweep of sweeps) {
    // A base that one of the varied axes passes through keeps its place in that axis's order.
    const passedThrough = Object.entries(sweep.vary).some(([axis, values]) =>
      values.includes(resolveParams(sweep.kernel.axes, sweep.base)[axis]),
    );
    if (!passedThrough) add(sweep, {});
  }
  for (const axis of new Set(sweeps.flatMap(({ vary }) => Object.keys(vary)))) {
    for (const value of new Set(sweeps.flatMap(({ vary }) => vary[axis] ?? []))) {
      for (const sweep of sweeps) if (sweep.vary[axis]?.includes(value)) add(sweep, { [axis]: value });
    }
  }
  for (const point of settings.also) {
    const names = Object.keys(point);
    const left = Object.fromEntries(
      Object.entries(point).filter(([axis]) => !Object.hasOwn(overrides, axis)),
    );
    for (const sweep of sweeps) {
      if (names.every((axis) => isKnownAxis(sweep.kernel.axes, axis))) add(sweep, left);
    }
  }
  return [...cases.values()];
}

/** One case named by its id, and what overrides make of it. `given` holds the axes that the id names. */
export function expandCase(
  suite: string,
  loaded: SweepKernel,
  given: AxisValues,
  sampling: SamplingPolicy,
  overrides: Overrides = {},
): readonly PlannedCase[] {
  const single: Suite = { description: '', kernels: [loaded.id], base: given, vary: {}, sampling };
  return expandSuite(suite, single, [loaded], false, overrides);
}
