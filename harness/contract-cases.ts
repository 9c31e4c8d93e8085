/** The shapes every kernel must get right, whatever its author thought of. */
import type { AxisValue, Kernel, Params, Precision } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import { resolveParams } from './params.ts';

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
