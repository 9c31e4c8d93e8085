/** The case id: the one address of a measurement, `scaling/flash:n=1024,heads=8,d=64,precision=f32`. */
import type { AxisSpecs, Params } from '../kernels/contract.ts';
import { UsageError } from './errors.ts';
import type { AxisValues } from './params.ts';
import { axisSpec, baseAxes, defaultOf, parseAxisValue } from './params.ts';

/** These lead every id, whatever their value; the others follow in the fixed order where they are off their default. */
const leadingAxes: readonly string[] = ['n', 'heads', 'd', 'precision'];

export interface ParsedCaseId {
  /** Null when the id names no suite. */
  readonly suite: string | null;
  readonly kernel: string;
  readonly axes: Readonly<Record<string, string>>;
}

/** The canonical id of a case. */
export function caseId(suite: string, kernel: string, axes: AxisSpecs, params: Params): string {
  const others = [...baseAxes, ...Object.keys(axes)].filter(
    (name) => !leadingAxes.includes(name) && params[name] !== defaultOf(axes, name, params),
  );
  const words = [...leadingAxes, ...others].map((name) => `${name}=${params[name]}`);
  return `${suite}/${kernel}:${words.join(',')}`;
}

/** Splits an id into its words without knowing the kernel. Throws UsageError. */
export function parseCaseId(id: string): ParsedCaseId {
  const match = /^(?:([\w-]+)\/)?([\w+-]+)(?::(.*))?$/.exec(id);
  if (match === null) {
    throw new UsageError(
      `'${id}' is not a case id; one looks like scaling/flash:n=1024,heads=8,d=64,precision=f32`,
    );
  }
  const axes: Record<string, string> = {};
  for (const word of (match[3] ?? '').split(',').filter((text) => text !== '')) {
    const [name, value, ...rest] = word.split('=');
    if (name === '' || value === undefined || rest.length > 0) {
      throw new UsageError(`'${word}' in case id '${id}' is not axis=value`);
    }
    if (Object.hasOwn(axes, name)) throw new UsageError(`axis '${name}' stands twice in case id '${id}'`);
    axes[name] = value;
  }
  return { suite: match[1] ?? null, kernel: match[2], axes };
}

/** Looks like a case id rather than a suite's name. */
export function looksLikeCaseId(word: string): boolean {
  return word.includes(':') || word.includes('/');
}

/** The values an id gives, typed by the kernel's axes. Throws UsageError. */
export function axisValuesOf(parsed: ParsedCaseId, axes: AxisSpecs): AxisValues {
  return Object.fromEntries(
    Object.entries(parsed.axes).map(([name, text]) => [
      name,
      parseAxisValue(name, axisSpec(axes, name), text),
    ]),
  );
}
