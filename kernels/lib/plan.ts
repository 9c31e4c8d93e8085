/** Shorthands that every plan uses. */
import type { Pass, Precision, TensorSpec } from '../contract.ts';

/** Elements of a row in quads of four, the last one padded. */
export const quads = (elements: number): number => Math.ceil(elements / 4);

export const ceilDivide = (a: number, b: number): number => Math.ceil(a / b);

/** The next multiple of `step`: room in workgroup memory comes in steps, so that many shapes share one pipeline. */
export const inSteps = (count: number, step: number): number => ceilDivide(count, step) * step;

/** Quads of room for a row of so many elements, where there is room for more than its own. */
export const roomQuads = (elements: number): number => Math.max(8, inSteps(quads(elements), 4));

/** Bytes of one element as the precision stores it. */
export const elementBytes = (precision: Precision): number => (precision === 'f32' ? 4 : 2);

export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/**
 * A pass at a precision. The chunk `storage-<precision>.wgsl` gives it `quad` (four stored elements), `real` and `real4`
 * (the type of products), `unpack`, `pack` (to and from vec4<f32>) and `unpack_real`.
 */
export function passAt(
  precision: Precision,
  pass: Omit<Pass, 'includes' | 'enables' | 'constants' | 'uniforms'> &
    Partial<Pick<Pass, 'includes' | 'enables' | 'constants' | 'uniforms'>>,
): Pass {
  return {
    constants: {},
    uniforms: {},
    ...pass,
    includes: [`../lib/storage-${precision}.wgsl`, ...(pass.includes ?? [])],
    enables: [...(precision === 'f16' ? ['f16'] : []), ...(pass.enables ?? [])],
  };
}

/** Bytes of the tensors as stored, without padding: what a cost model charges. */
export function storedBytes(specs: readonly TensorSpec[], precision: Precision): number {
  return specs.reduce(
    (sum, { shape, type }) => sum + elementCount(shape) * (type === 'elem' ? elementBytes(precision) : 4),
    0,
  );
}
