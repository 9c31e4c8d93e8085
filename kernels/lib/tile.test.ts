import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import { leastCaps } from '../../harness/testing/caps.ts';
import type { Caps } from '../contract.ts';
import { attentionTile, refuseTile, tileAxes, tileVariant } from './tile.ts';
import type { TileParams } from './tile.ts';

const caps = (change: Partial<Omit<Caps, 'limits'>> = {}, workgroupBytes = 16_384): Caps =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    ...change,
    limits: { maxComputeWorkgroupStorageSize: workgroupBytes },
  });
const params = (given: AxisValues): TileParams => {
  const { variant, ...base } = resolveParams(tileAxes, { n: 100, ...given });
  return { ...base, variant: variant === 'tile' || variant === 'broadcast' ? variant : 'auto' };
};

describe('the attention tile', () => {
  it('is broadcast by itself on software adapters that have subgroups and room', () => {
    expect(tileVariant(params({}), caps())).toBe('broadcast');
    expect(tileVariant(params({}), caps({ software: false }))).toBe('tile');
    expect(tileVariant(params({}), caps({ features: new Set() }))).toBe('tile');
    expect(tileVariant(params({ d: 256 }), caps())).toBe('tile');
    expect(tileVariant(params({ d: 256, variant: 'broadcast' }), caps())).toBe('broadcast');
  });

  it('refuses broadcasts without subgroups or room', () => {
    const asked = params({ d: 256, variant: 'broadcast' });
    expect(refuseTile(asked, caps())).toMatchObject({ code: 'limit' });
    expect(refuseTile(asked, caps({}, 49_152))).toBeNull();
    expect(refuseTile(asked, caps({ features: new Set() }, 32_768))).toMatchObject({ code: 'feature' });
    expect(refuseTile(params({ d: 256 }), caps())).toBeNull();
  });

  it('assumes no subgroup size: its lanes are in one subgroup, whatever the adapter makes', () => {
    const sizes = fc.constantFrom(4, 8, 16, 32, 64, 128);
    const dimension = fc.integer({ min: 1, max: 250 });
    const precision = fc.constantFrom('f32', 'f16', 'f16s');
    fc.assert(
      fc.property(sizes, sizes, dimension, dimension, precision, (one, other, d, dv, stored) => {
        const [subgroupMinSize, subgroupMaxSize] = [Math.min(one, other), Math.max(one, other)];
        const on = caps({ subgroupMinSize, subgroupMaxSize }, 32_768);
        const p = params({ d, dv, precision: stored, variant: 'broadcast' });
        const { rows, constants } = attentionTile(p, on);
        const lanes = Number(constants.LANES);
        expect(rows).toBe(4 * lanes);
        expect(lanes).toBeLessThanOrEqual(subgroupMinSize);
        expect(lanes).toBeGreaterThanOrEqual(4);
        const queryBytes = 16 * Number(constants.D_QUADS) * (stored === 'f16' ? 2 : 4);
        const sumBytes = 64 * Number(constants.DV_QUADS);
        expect(lanes * (queryBytes + sumBytes) + 16 * 12).toBeLessThanOrEqual(32_768);
      }),
    );
  });

  it('takes the fewest rows that hold what stands together, without subgroups', () => {
    const rowsFor = (dv: number, needed: number): number =>
      attentionTile(params({ dv, variant: 'tile' }), caps(), needed).rows;
    expect([1, 8, 9, 16, 17, 400].map((needed) => rowsFor(64, needed))).toEqual([8, 8, 16, 16, 32, 32]);
    expect([64, 65, 128, 129, 256].map((dv) => rowsFor(dv, 400))).toEqual([32, 16, 16, 8, 8]);
  });
});
