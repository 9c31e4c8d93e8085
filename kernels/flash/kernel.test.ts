import { leastCaps } from '../../harness/testing/caps.ts';
import { capsWithSubgroups, matrixUnits } from '../../harness/testing/null-backend.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import type { Caps, Constant, Plan, Shape } from '../contract.ts';
import kernel from './kernel.ts';
import { variants } from './plan.ts';
import type { FlashParams } from './plan.ts';

const caps = (change: Partial<Omit<Caps, 'limits'>> = {}, workgroupBytes = 16_384): Caps =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    ...change,
    limits: { maxComputeWorkgroupStorageSize: workgroupBytes },
  });
const gpu = (subgroupMatrices: Caps['subgroupMatrices'], size = 32): Caps =>
  capsWithSubgroups(size, { software: false, subgroupMatrices });
const noSubgroups = caps({ features: new Set() });

const params = (given: AxisValues): FlashParams => {
  const { align, scale, variant, ...base } = resolveParams(kernel.axes, given);
  return {
    ...base,
    align: align === 'bottom_right' ? align : 'top_left',
    scale: Number(scale),
    variant: variants.find((known) => known === variant) ?? 'auto',
  };
};
const plan = (given: AxisValues, on = caps()): Plan => kernel.plan(params(given), on);
const number = (value: Constant): number => Number(value);

const shape = { batch: 2, heads: 6, kvHeads: 2, n: 33, m: 70, d: 24, dv: 40, causal: true };

describe('flash', () => {
  it('plans tiles', () => {
    expect(plan({ ...shape, variant: 'tile', align: 'bottom_right' })).toMatchSnapshot();
  });

  it('plans broadcasts', () => {
    expect(plan({ ...shape, variant: 'broadcast' })).toMatchSnapshot();
  });

  it('plans matrices', () => {
    expect(
      plan({ ...shape, precision: 'f16', variant: 'matrix' }, gpu(matrixUnits.slice(3))),
    ).toMatchSnapshot();
  });

  it('has no scratch, whatever the length', () => {
    for (const variant of ['tile', 'broadcast']) {
      expect(plan({ n: 1_000_000, heads: 1, variant }).scratch).toEqual([]);
    }
  });

  it('splits the keys of tiles where few rows leave the adapter idle', () => {
    const few = { n: 1, m: 10_000, heads: 8, variant: 'tile' };
    const { variant, scratch, passes } = plan(few, caps({ software: false }));
    expect({ variant, workgroups: passes[0].workgroups }).toEqual({
      variant: 'tile, keys split',
      workgroups: 8 * 10,
    });
    expect(scratch.map((tensor) => tensor.shape)).toEqual([
      [1, 8, 10, 1, 64],
      [1, 8, 10, 1, 2],
    ]);
    expect(plan({ ...few, batch: 100 }, caps({ software: false })).variant).toBe('tile');
    expect(plan({ ...few, n: 1000 }, caps({ software: false })).variant).toBe('tile');
    expect(plan(few).variant).toBe('tile');
  });

  it('packs the rows of grouped heads into tiles, as far as one mask holds for all', () => {
    const grouped = { n: 1, m: 64, heads: 8, kvHeads: 2, variant: 'tile' };
    expect(plan(grouped).passes[0]).toMatchObject({ uniforms: { units: 2, unit_rows: 4, group: 1 } });
    expect(plan({ ...grouped, causal: true }).passes[0]).toMatchObject({
      uniforms: { units: 8, unit_rows: 1, group: 4 },
    });
  });

  it('takes broadcast by itself on software adapters with subgroups, matrices on GPUs that have them', () => {
    expect(plan(shape).variant).toBe('broadcast');
    expect(plan(shape, noSubgroups).variant).toBe('tile');
    expect(plan(shape, caps({ software: false })).variant).toBe('tile');
    expect(plan({ ...shape, precision: 'f16' }, gpu(matrixUnits)).variant).toBe('matrix 16x16x16');
    expect(plan({ ...shape, precision: 'f16s' }, gpu(matrixUnits)).variant).toBe('tile');
  });

  it('falls back to tiles where broadcast does not fit, and refuses it when it is asked for', () => {
    const wide = { n: 64, d: 256 };
    expect(plan(wide, caps({}, 8192)).variant).toBe('tile');
    expect(kernel.refuse(params({ ...wide, variant: 'broadcast' }), caps({}, 8192))).toMatchObject({
      code: 'limit',
    });
    expect(kernel.refuse(params({ ...wide, variant: 'broadcast' }), caps())).toBeNull();
    expect(kernel.refuse(params({ ...shape, variant: 'broadcast' }), noSubgroups)).toMatchObject({
      code: 'feature',
    });
  });

  it('refuses rows of v that do not fit', () => {
    expect(kernel.refuse(params({ n: 8, dv: 257 }), caps())).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 256 }), caps())).toBeNull();
  });

  it('covers every row with tiles', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 500 }), (dv, n) => {
        const [{ constants, workgroups }] = plan({ heads: 1, n, dv, variant: 'tile' }).passes;
        expect(workgroups).toBe(Math.ceil(n / number(constants.ROWS)));
      }),
    );
  });

  it('assumes no subgroup size: broadcasts come from lanes that every subgroup has', () => {
    const sizes = fc.constantFrom(4, 8, 16, 32, 64, 128);
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 1, max: 256 }), (one, other, d) => {
        const [subgroupMinSize, subgroupMaxSize] = [Math.min(one, other), Math.max(one, other)];
        const on = caps({ subgroupMinSize, subgroupMaxSize }, 32_768);
        const [{ constants, workgroups }] = plan({ heads: 1, n: 300, d, variant: 'broadcast' }, on).passes;
        const lanes = number(constants.LANES);
        const halves = number(constants.HALVES);
        expect(lanes).toBeLessThanOrEqual(subgroupMaxSize);
        expect(number(constants.WIDTH)).toBeLessThanOrEqual(Math.min(lanes, subgroupMinSize));
        expect(number(constants.STEP) % number(constants.WIDTH)).toBe(0);
        expect(workgroups * lanes * halves * 4).toBeGreaterThanOrEqual(300);
      }),
    );
  });

  it('offers broadcast in the shapes that suit the adapter, the first one planned', () => {
    const given = { n: 1024, heads: 8, d: 64 };
    const shapes = (on: Caps) => kernel.shapes?.(params(given), on) ?? [];
    expect(shapes(caps({}, 32_768))).toEqual([
      { queries: 8, step: 32 },
      { queries: 8, step: 16 },
      { queries: 4, step: 32 },
      { queries: 4, step: 16 },
    ]);
    expect(shapes(caps({ subgroupMinSize: 4, subgroupMaxSize: 4 }, 32_768))[0]).toEqual({
      queries: 4,
      step: 16,
    });
    const passesOf = (wanted?: Shape) => kernel.plan(params(given), caps({}, 32_768), wanted).passes;
    expect(passesOf()).toEqual(passesOf({ queries: 8, step: 32 }));
    expect(passesOf({ queries: 4, step: 16 })[0].constants).toMatchObject({ HALVES: 1, STEP: 16 });
  });

  it('gives matrices whole subgroups and keeps within workgroup memory', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8, 16, 32, 64, 128),
        fc.constantFrom(...matrixUnits),
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 1, max: 300 }),
        (size, unit, d, n) => {
          const on = gpu([unit], size);
          const given = params({ n, d, heads: 6, kvHeads: 2, precision: 'f16', variant: 'matrix' });
          if (kernel.refuse(given, on) !== null) {
            expect(unit.rows > size || d > 64).toBe(true);
            return;
          }
          for (const wanted of kernel.shapes?.(given, on) ?? []) {
            const [{ constants, workgroups }] = kernel.plan(given, on, wanted).passes;
            const rows = unit.rows * number(constants.SUBGROUPS);
            expect(number(constants.THREADS) % size).toBe(0);
            expect(number(constants.SUBGROUPS) * size).toBeLessThanOrEqual(number(constants.THREADS));
            expect(rows * number(constants.LANES_PER_ROW)).toBeLessThanOrEqual(number(constants.THREADS));
            expect(number(constants.KEYS) % unit.columns).toBe(0);
            expect(number(constants.KEYS) % unit.depth).toBe(0);
            expect(workgroups * rows).toBeGreaterThanOrEqual(2 * 3 * n);
          }
        },
      ),
    );
  });

  it('says why matrices cannot be had', () => {
    const matrix = (given: AxisValues, on: Caps) =>
      kernel.refuse(params({ n: 64, heads: 1, d: 64, precision: 'f16', variant: 'matrix', ...given }), on);
    expect(matrix({}, gpu(matrixUnits))).toBeNull();
    expect(matrix({ precision: 'f32' }, gpu(matrixUnits))).toMatchObject({ code: 'unsupported' });
    expect(matrix({}, caps())).toMatchObject({
      code: 'feature',
      message: expect.stringContaining('subgroup-matrix'),
    });
    const halves = matrixUnits.map((unit) => ({ ...unit, resultComponentType: 'f16' }));
    expect(matrix({}, gpu(halves))).toMatchObject({
      code: 'feature',
      message: expect.stringContaining('16x16x16 f16 to f16'),
    });
    expect(matrix({ d: 256 }, gpu(matrixUnits.slice(3), 16))).toBeNull();
    expect(matrix({ d: 256, dv: 256 }, gpu([{ ...matrixUnits[0], rows: 64 }], 64))).toMatchObject({
      code: 'limit',
    });
  });
});
