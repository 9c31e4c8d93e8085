import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorSpec } from '../kernels/contract.ts';
import { precisions } from '../kernels/contract.ts';
import { halfBits, halfValue } from './float16.ts';
import {
  decodeTensor,
  elementsOf,
  encodeParts,
  encodeTensor,
  layoutOf,
  partsOf,
  roundToStorage,
} from './layout.ts';

describe('half precision', () => {
  it('gives every half back', () => {
    for (let half = 0; half < 65536; half++) {
      const value = halfValue(half);
      if (!Number.isNaN(value)) expect(halfBits(value)).toBe(half);
    }
  });
  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -70000, max: 70000 }), (value) => {
        const bits = halfBits(value);
        const rounded = halfValue(bits);
        if (!Number.isFinite(rounded)) return Math.abs(value) >= 65520;
        // The neighbours on both sides are not nearer; on a tie the even one was taken.
        const magnitude = bits & 0x7fff;
        const neighbours = [magnitude - 1, magnitude + 1].filter((b) => b >= 0 && b < 0x7c00);
        const error = Math.abs(Math.abs(value) - Math.abs(rounded));
        return neighbours.every((b) => {
          const other = Math.abs(Math.abs(value) - halfValue(b));
          return error < other || (error === other && magnitude % 2 === 0);
        });
      }),
    );
  });
  it('overflows to infinity from 65520 on', () => {
    expect(halfValue(halfBits(65519))).toBe(65504);
    expect(halfValue(halfBits(65520))).toBe(Infinity);
  });
});

const spec: TensorSpec = { name: 'x', shape: [2, 3, 5], type: 'elem' };

describe('layout', () => {
  it('pads elem rows to quads and leaves the others alone', () => {
    expect(layoutOf(spec, 'f32')).toMatchObject({ rows: 6, columns: 5, stride: 8, byteLength: 192 });
    expect(layoutOf(spec, 'f16s').byteLength).toBe(96);
    expect(layoutOf({ ...spec, type: 'f32' }, 'f16').byteLength).toBe(120);
  });

  it('decodes what it encodes, at every precision and shape', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(shapes, fc.constantFrom(...precisions), fc.integer(), (shape, precision, seed) => {
        const elements = shape.reduce((product, size) => product * size, 1);
        const values = Array.from({ length: elements }, (_, i) => Math.sin(seed + i) * 3);
        const tensor = roundToStorage(values, { ...spec, shape }, precision);
        const bytes = encodeTensor(tensor, { ...spec, shape }, precision);
        expect(decodeTensor(bytes, { ...spec, shape }, precision).data).toEqual(tensor.data);
      }),
    );
  });

  it('fills padding with zeros', () => {
    const tensor = roundToStorage(Array(30).fill(1), spec, 'f32');
    const cells = new Float32Array(encodeTensor(tensor, spec, 'f32'));
    expect([...cells.subarray(0, 8)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
  });
});

describe('parts', () => {
  it.each([
    { shape: [3, 5], type: 'elem' },
    { shape: [2, 2, 4], type: 'f32' },
    { shape: [1, 7], type: 'elem' },
    { shape: [6], type: 'f32' },
  ] as const)('of $shape $type lie where the whole has them', ({ shape, type }) => {
    const spec = { name: 'x', shape, type };
    const data = Float32Array.from({ length: elementsOf(shape) }, (_, i) => i + 1);
    for (const precision of ['f32', 'f16'] as const) {
      const whole = new Uint8Array(encodeTensor({ shape, data }, spec, precision));
      const { count } = partsOf(spec, precision);
      for (let first = 0; first < count; first++) {
        const { offset, bytes } = encodeParts({ shape, data }, spec, precision, first, count - first);
        expect(new Uint8Array(bytes)).toEqual(whole.subarray(offset));
      }
      const { offset, bytes } = encodeParts({ shape, data }, spec, precision, 0, 1);
      expect(offset).toBe(0);
      expect(new Uint8Array(bytes)).toEqual(whole.subarray(0, bytes.byteLength));
    }
  });
});
