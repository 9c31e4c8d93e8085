/** The shapes every kernel must get right, whatever its author thought of. */
import type { AxisValue, Caps, Kernel, Params, Precision, Shape } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import { resolveParams } from './params.ts';
import { refuseParams } from './refusal.ts';

/** Odd on purpose: no tile size divides them. */
const lengths = [1, 7, 63, 100, 1000];

/** Standard odd shapes plus the kernel's own contract cases, in every precision. Duplicates are left out. */
export function contractCases(kernel: Kernel): readonly Params[] {
  const shapes: Readonly<Record<string, AxisValue>>[] = [
    ...lengths.map((n) => ({ n, heads: n < 1000 ? 3 : 1, d: n === 63 ? 24 : 32, batch: n === 7 ? 2 : 1 })),
    ...lengths.filter((n) => n > 1).map((n) => ({ n, heads: 1, d: 32, causal: true })),
    ...kernel.contractCases.map((shape) => ({ heads: 2, d: 32, ...shape })),
  ];
  const cases = new Map<string, Params>();
  for (const shape of shapes) {
    for (const precision of precisionsOf(shape)) {
      const params = resolveParams(kernel.axes, { ...shape, precision });
      cases.set(JSON.stringify(params), params);
    }
  }
  return [...cases.values()];
}

const precisionsOf = (shape: Readonly<Record<string, AxisValue>>): readonly Precision[] =>
  precisions.filter((precision) => shape.precision === undefined || shape.precision === precision);

export interface ShapedCase {
  readonly params: Params;
  readonly shape: Shape;
}

/** The shapes that a case is offered beside the default, which it is checked with anyway. */
export function otherShapes(kernel: Kernel, params: Params, caps: Caps): readonly ShapedCase[] {
  if (kernel.shapes === undefined || refuseParams(kernel, params, caps) !== null) return [];
  return kernel
    .shapes(params, caps)
    .slice(1)
    .map((shape) => ({ params, shape }));
}

/**
 * Every shape that the contract cases are offered, in every precision, causal and not: each once, at the longest case that has it.
 * Cases that differ in a choice of the kernel's own (a variant) count apart.
 */
export function shapedContractCases(kernel: Kernel, caps: Caps): readonly ShapedCase[] {
  const choices = Object.keys(kernel.axes).filter((name) => kernel.axes[name].kind === 'choice');
  const longest = new Map<string, ShapedCase>();
  for (const one of contractCases(kernel).flatMap((params) => otherShapes(kernel, params, caps))) {
    const { params, shape } = one;
    const key = JSON.stringify([
      params.precision,
      params.causal,
      choices.map((name) => params[name]),
      Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    const known = longest.get(key);
    if (known === undefined || params.n * params.m > known.params.n * known.params.m) longest.set(key, one);
  }
  return [...longest.values()];
}
