import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastCaps } from '../../harness/testing/caps.ts';
import { precisions } from '../contract.ts';
import { broadcastMatmul, matmulPass, tileMatmul } from './matmul.ts';

const capsOf = (subgroupMinSize: number, subgroupMaxSize: number, workgroupBytes = 16_384) =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize,
    subgroupMaxSize,
    limits: { maxComputeWorkgroupStorageSize: workgroupBytes },
  });
const shapes = fc.record({
  precision: fc.constantFrom(...precisions),
  innerQuads: fc.integer({ min: 1, max: 80 }),
  outerQuads: fc.integer({ min: 1, max: 5 }).map((panels) => panels * 16),
});

describe('broadcast', () => {
  it('assumes no subgroup size, and fits in workgroup memory or says that it does not', () => {
    const sizes = fc.constantFrom(4, 8, 16, 32, 64, 128);
    fc.assert(
      fc.property(sizes, sizes, shapes, fc.constantFrom(16_384, 32_768), (one, other, shape, bytes) => {
        const [least, most] = [Math.min(one, other), Math.max(one, other)];
        const matmul = broadcastMatmul(shape, capsOf(least, most, bytes));
        const real = shape.precision === 'f16' ? 2 : 4;
        const fewestBytes = 4 * 16 * (shape.innerQuads * real + shape.outerQuads * 4);
        expect(matmul === null).toBe(fewestBytes > bytes);
        if (matmul === null) return;
        const [lanes, width] = [Number(matmul.constants.LANES), Number(matmul.constants.WIDTH)];
        expect(matmul.workgroupBytes).toBe((fewestBytes / 4) * lanes);
        expect(matmul.workgroupBytes).toBeLessThanOrEqual(bytes);
        // Broadcasts come from lanes that every subgroup has, and every column is held by one of them.
        expect(lanes).toBeLessThanOrEqual(most);
        expect(width).toBeLessThanOrEqual(Math.min(lanes, least));
        expect(matmul.step % width).toBe(0);
        expect(matmul.tileRows).toBe(4 * lanes);
      }),
    );
  });

  it('needs subgroups', () => {
    expect(broadcastMatmul({ precision: 'f32', innerQuads: 1 }, leastCaps())).toBeNull();
  });
});

describe('tile', () => {
  it('fits in the workgroup memory that every adapter has, whatever the shape', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(tileMatmul(shape).workgroupBytes).toBeLessThanOrEqual(16_384);
      }),
    );
  });
});

describe('a pass', () => {
  const parts = { name: 'p', shader: 'p.wgsl', bindings: [], workgroups: 1 };

  it('includes the products that its shape names, and no others', () => {
    const inner = matmulPass('f16', tileMatmul({ precision: 'f16', innerQuads: 4 }), parts);
    expect(inner.includes).toEqual([
      '../lib/storage-f16.wgsl',
      '../lib/matmul-block.wgsl',
      '../lib/matmul-tile.wgsl',
      '../lib/matmul-inner-tile.wgsl',
    ]);
    const outer = matmulPass('f32', tileMatmul({ precision: 'f32', outerQuads: 16, numbers: true }), parts);
    expect(outer.includes).toEqual([
      '../lib/storage-f32.wgsl',
      '../lib/matmul-block.wgsl',
      '../lib/matmul-tile.wgsl',
      '../lib/matmul-outer-tile.wgsl',
      '../lib/matmul-numbers-tile.wgsl',
    ]);
  });

  it('keeps what the kernel adds', () => {
    const matmul = broadcastMatmul({ precision: 'f16', innerQuads: 4 }, capsOf(8, 8));
    expect(matmul).not.toBeNull();
    if (matmul === null) return;
    const pass = matmulPass('f16', matmul, { ...parts, includes: ['own.wgsl'], constants: { OWN: 1 } });
    expect(pass.includes.at(-1)).toBe('own.wgsl');
    expect(pass.enables).toEqual(['f16', 'subgroups']);
    expect(pass.constants).toEqual({ LANES: 8, WIDTH: 8, INNER_QUADS: 4, OWN: 1 });
  });
});
