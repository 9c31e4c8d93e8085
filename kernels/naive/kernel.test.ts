import { leastCaps } from '../../harness/testing/caps.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../harness/layout.ts';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import type { Plan } from '../contract.ts';
import kernel from './kernel.ts';

const caps = leastCaps();
const plan = (given: AxisValues): Plan => {
  const { align, scale, ...base } = resolveParams(kernel.axes, given);
  return kernel.plan(
    { ...base, align: align === 'bottom_right' ? align : 'top_left', scale: Number(scale) },
    caps,
  );
};

describe('naive', () => {
  it('plans three passes', () => {
    expect(
      plan({ batch: 2, heads: 6, kvHeads: 2, n: 33, m: 70, d: 24, dv: 40, causal: true }),
    ).toMatchSnapshot();
  });

  it('holds batch x heads x n x m scores of four bytes, rows padded to quads, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          heads: fc.integer({ min: 1, max: 5 }),
          n: fc.integer({ min: 1, max: 2000 }),
          m: fc.integer({ min: 1, max: 2000 }),
          precision: fc.constantFrom('f32' as const, 'f16' as const, 'f16s' as const),
        }),
        (given) => {
          const { scratch } = plan(given);
          const padded = given.m + ((4 - (given.m % 4)) % 4);
          expect(scratch.map((spec) => layoutOf(spec, given.precision).byteLength)).toEqual([
            4 * given.batch * given.heads * given.n * padded,
          ]);
        },
      ),
    );
  });
});
