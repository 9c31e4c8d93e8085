import { leastCaps } from '../../harness/testing/caps.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import type { Caps, Constant, Plan } from '../contract.ts';
import kernel from './kernel.ts';
import type { FlashParams } from './plan.ts';

const caps = (change: Partial<Omit<Caps, 'limits'>> = {}, workgroupBytes = 16_384): Caps =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    ...change,
    limits: { maxComputeWorkgroupStorageSize: workgroupBytes },
  });
const noSubgroups = caps({ features: new Set() });

const params = (given: AxisValues): FlashParams => {
  const { align, scale, variant, ...base } = resolveParams(kernel.axes, given);
  return {
    ...base,
    align: align === 'bottom_right' ? align : 'top_left',
    scale: Number(scale),
    variant: variant === 'tile' || variant === 'broadcast' ? variant : 'auto',
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

  it('has no scratch, whatever the length', () => {
    for (const variant of ['tile', 'broadcast']) {
      expect(plan({ n: 1_000_000, heads: 1, variant }).scratch).toEqual([]);
    }
  });

  it('takes broadcast by itself on software adapters that have subgroups', () => {
    expect(plan(shape).variant).toBe('broadcast');
    expect(plan(shape, noSubgroups).variant).toBe('tile');
    expect(plan(shape, caps({ software: false })).variant).toBe('tile');
  });

  it('falls back to tiles where broadcast does not fit, and refuses it when it is asked for', () => {
    const wide = { n: 64, d: 256 };
    expect(plan(wide).variant).toBe('tile');
    expect(kernel.refuse(params({ ...wide, variant: 'broadcast' }), caps())).toMatchObject({ code: 'limit' });
    expect(kernel.refuse(params({ ...wide, variant: 'broadcast' }), caps({}, 32_768))).toBeNull();
    expect(kernel.refuse(params({ ...shape, variant: 'broadcast' }), noSubgroups)).toMatchObject({
      code: 'feature',
    });
  });

  it('refuses rows of v that do not fit', () => {
    expect(kernel.refuse(params({ n: 8, dv: 257 }), caps())).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 256 }), caps())).toBeNull();
  });

  it('keeps tiles within 16 KiB of workgroup memory and covers every row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 500 }), (dv, n) => {
        const [{ constants, uniforms, workgroups }] = plan({ heads: 1, n, dv, variant: 'tile' }).passes;
        const rows = number(constants.ROWS);
        expect(16 * 256 + 16 * rows * number(constants.DV_QUADS) + 4 * rows).toBeLessThanOrEqual(16_384);
        expect(rows * 4 * Number(uniforms.key_quads)).toBe(1024);
        expect(workgroups).toBe(Math.ceil(n / rows));
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
        expect(lanes * 64 * (number(constants.D_QUADS) + number(constants.DV_QUADS))).toBeLessThanOrEqual(
          32_768,
        );
        expect(lanes).toBeLessThanOrEqual(subgroupMaxSize);
        expect(number(constants.WIDTH)).toBeLessThanOrEqual(Math.min(lanes, subgroupMinSize));
        expect(16 % number(constants.WIDTH)).toBe(0);
        expect(workgroups * lanes * 4).toBeGreaterThanOrEqual(300);
      }),
    );
  });
});
