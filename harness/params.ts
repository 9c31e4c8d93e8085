/** Axes: their order, their defaults, and how a bag of named values becomes the parameters of a case. */
import type { AxisSpec, AxisSpecs, AxisValue, BaseParams, Params } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import { UsageError } from './errors.ts';
import { didYouMean } from './nearest.ts';

export type AxisValues = Readonly<Record<string, AxisValue>>;

/** The base axes in their fixed order. */
export const baseAxes = [
  'batch',
  'heads',
  'kvHeads',
  'n',
  'm',
  'd',
  'dv',
  'precision',
  'causal',
] as const satisfies readonly (keyof BaseParams)[];

const positive = (summary: string, defaultValue: number): AxisSpec => ({
  kind: 'integer',
  min: 1,
  default: defaultValue,
  summary,
});

/** What each base axis accepts. Where the default follows another axis, `defaultOf` below says which. */
export const baseAxisSpecs: Readonly<Record<keyof BaseParams, AxisSpec>> = {
  batch: positive('batch elements', 1),
  heads: positive('query heads', 8),
  kvHeads: positive('key and value heads; divides heads (default: heads)', 8),
  n: positive('query length', 1024),
  m: positive('key length (default: n)', 1024),
  d: positive('head dimension of q and k', 64),
  dv: positive('head dimension of v and y (default: d)', 64),
  precision: { kind: 'choice', choices: precisions, default: 'f32', summary: 'storage and arithmetic' },
  causal: { kind: 'flag', default: false, summary: 'a query sees no later key' },
};

const follows: Partial<Record<string, keyof BaseParams>> = { kvHeads: 'heads', m: 'n', dv: 'd' };

/** Reads a value as typed on a command line or in a case id. Throws UsageError with a sentence. */
export function parseAxisValue(name: string, spec: AxisSpec, text: string): AxisValue {
  switch (spec.kind) {
    case 'integer':
    case 'number':
      // What is no number is refused in the words that were typed.
      return checkAxisValue(
        name,
        spec,
        text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text),
      );
    case 'flag':
      if (text !== 'true' && text !== 'false') {
        throw new UsageError(`axis '${name}' is true or false, not '${text}'`);
      }
      return text === 'true';
    case 'choice':
      return checkAxisValue(name, spec, text);
  }
}

function checkAxisValue(name: string, spec: AxisSpec, value: AxisValue): AxisValue {
  switch (spec.kind) {
    case 'integer': {
      const max = spec.max ?? 2 ** 31 - 1;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < spec.min || value > max) {
        throw new UsageError(
          `axis '${name}' is a whole number from ${spec.min}${spec.max === undefined ? '' : ` to ${spec.max}`}, not '${value}'`,
        );
      }
      return value;
    }
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new UsageError(`axis '${name}' is a number, not '${value}'`);
      }
      return value;
    case 'flag':
      if (typeof value !== 'boolean') throw new UsageError(`axis '${name}' is true or false, not '${value}'`);
      return value;
    case 'choice':
      if (typeof value !== 'string' || !spec.choices.includes(value)) {
        throw new UsageError(
          `axis '${name}' is one of ${spec.choices.join(', ')}, not '${value}'${didYouMean(String(value), spec.choices)}`,
        );
      }
      return value;
  }
}

/** The specification of an axis of a kernel. Throws UsageError for an axis it does not have. */
export function axisSpec(axes: AxisSpecs, name: string): AxisSpec {
  const base: Readonly<Record<string, AxisSpec>> = baseAxisSpecs;
  const specs = { ...axes, ...base };
  if (!Object.hasOwn(specs, name)) {
    const words = [...baseAxes, ...Object.keys(axes)];
    throw new UsageError(
      `unknown axis '${name}'${didYouMean(name, words) || `; this kernel has ${words.join(', ')}`}`,
    );
  }
  return specs[name];
}

/**
 * Completes the given axis values with their defaults, in the fixed order: base axes, then the kernel's own.
 * Throws UsageError for an unknown axis, a value out of range, or kvHeads that does not divide heads.
 */
export function resolveParams(axes: AxisSpecs, given: AxisValues): Params {
  for (const name of Object.keys(given)) axisSpec(axes, name);
  const values: Record<string, AxisValue> = {};
  for (const name of [...baseAxes, ...Object.keys(axes)]) {
    values[name] = checkAxisValue(name, axisSpec(axes, name), given[name] ?? defaultOf(axes, name, values));
  }
  const params = toParams(values);
  if (params.heads % params.kvHeads !== 0) {
    throw new UsageError(`kvHeads must divide heads, and ${params.kvHeads} does not divide ${params.heads}`);
  }
  return params;
}

/** The value an axis has when it is left out, given the values of the axes before it. */
export function defaultOf(axes: AxisSpecs, name: string, earlier: AxisValues): AxisValue {
  const leader = follows[name];
  return leader === undefined ? axisSpec(axes, name).default : earlier[leader];
}

function toParams(values: Record<string, AxisValue>): Params {
  const integer = (name: string): number => {
    const value = values[name];
    if (typeof value !== 'number') throw new UsageError(`axis '${name}' is a number`);
    return value;
  };
  return {
    ...values,
    batch: integer('batch'),
    heads: integer('heads'),
    kvHeads: integer('kvHeads'),
    n: integer('n'),
    m: integer('m'),
    d: integer('d'),
    dv: integer('dv'),
    precision: precisions.find((name) => name === values.precision) ?? 'f32',
    causal: values.causal === true,
  };
}
