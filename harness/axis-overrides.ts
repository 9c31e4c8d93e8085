/** Axis overrides as typed: `n=256,1024`, `n=256:4096:*2`, `d=16:256:+48`, `precision=f32,f16s`. */
import type { AxisSpecs, AxisValue } from '../kernels/contract.ts';
import { UsageError } from './errors.ts';
import { unknownWord } from './nearest.ts';
import { baseAxes, baseAxisSpecs, parseAxisValue } from './params.ts';

/** Axis to the texts of its values, in the order given. What a text means is for each kernel's axis to say. */
export type Overrides = Readonly<Record<string, readonly string[]>>;

/** More than anyone waits for; a longer range is a slip of the hand. */
const mostValues = 1000;

const baseSpecs: Readonly<Record<string, (typeof baseAxisSpecs)[keyof typeof baseAxisSpecs]>> = baseAxisSpecs;

export const isKnownAxis = (axes: AxisSpecs, name: string): boolean =>
  Object.hasOwn(baseSpecs, name) || Object.hasOwn(axes, name);

function rangeValues(axis: string, text: string): readonly string[] {
  const [firstText, lastText, step, ...rest] = text.split(':');
  if (step === undefined || rest.length > 0) {
    throw new UsageError(
      `'${text}' is not a range for axis '${axis}'; write first:last:*factor or first:last:+step, such as ${axis}=256:4096:*2`,
    );
  }
  const match = /^([*+])(\d+(?:\.\d+)?)$/.exec(step);
  const [first, last, by] = [Number(firstText), Number(lastText), Number(match?.[2])];
  if (match === null || firstText.trim() === '' || lastText.trim() === '' || !(first <= last)) {
    throw new UsageError(
      `'${text}' is not a range for axis '${axis}'; it goes upwards, first:last:*factor or first:last:+step`,
    );
  }
  const grows = match[1] === '*' ? by > 1 && first > 0 : by > 0;
  if (!grows) throw new UsageError(`range '${text}' of axis '${axis}' never gets past ${first}`);
  const values: string[] = [];
  for (let value = first; value <= last; value = match[1] === '*' ? value * by : value + by) {
    if (values.length === mostValues) {
      throw new UsageError(`range '${text}' of axis '${axis}' has more than ${mostValues} values`);
    }
    values.push(String(value));
  }
  return values;
}

/** Reads the words of `-a`. Throws UsageError with a sentence. */
export function parseOverrides(words: readonly string[]): Overrides {
  const overrides: Record<string, readonly string[]> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const axis = word.slice(0, Math.max(0, at));
    const texts = word.slice(at + 1).split(',');
    if (axis === '' || texts.includes('')) {
      throw new UsageError(`'${word}' is not axis=value, axis=value,value or axis=first:last:*factor`);
    }
    if (Object.hasOwn(overrides, axis)) {
      throw new UsageError(
        `axis '${axis}' is given twice; write its values together: -a ${axis}=value,value`,
      );
    }
    const values = texts.flatMap((text) => (text.includes(':') ? rangeValues(axis, text) : [text]));
    overrides[axis] = [...new Set(values)];
  }
  return overrides;
}

/** The overrides that a kernel with these axes takes, typed. Throws UsageError for a value out of range. */
export function overrideValues(
  overrides: Overrides,
  axes: AxisSpecs,
): Readonly<Record<string, readonly AxisValue[]>> {
  return Object.fromEntries(
    Object.entries(overrides)
      .filter(([name]) => isKnownAxis(axes, name))
      .map(([name, texts]) => {
        const spec = baseSpecs[name] ?? axes[name];
        return [name, [...new Set(texts.map((text) => parseAxisValue(name, spec, text)))]];
      }),
  );
}

/** An axis that only some kernels have is for those kernels; one that none has is a mistake. Throws UsageError. */
export function refuseUnknownAxes(
  overrides: Overrides,
  kernels: readonly { kernel: { axes: AxisSpecs } }[],
): void {
  const own = kernels.flatMap(({ kernel }) => Object.keys(kernel.axes));
  const words = [...new Set([...baseAxes, ...own])];
  for (const name of Object.keys(overrides)) {
    if (words.includes(name)) continue;
    throw new UsageError(unknownWord('axis', name, words));
  }
}
