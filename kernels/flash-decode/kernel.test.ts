import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveParams } from '../../harness/params.ts';
import type { AxisValues } from '../../harness/params.ts';
import { leastCaps } from '../../harness/testing/caps.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import type { Caps, Plan } from '../contract.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import kernel from './kernel.ts';
import { cutOf, rowsOfHead, shapesOf, workgroupBytes } from './plan.ts';
import type { DecodeParams } from './plan.ts';

const caps = (change: Partial<Omit<Caps, 'limits'>> = {}, workgroupMemory = 16_384): Caps =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    ...change,
    limits: { maxComputeWorkgroupStorageSize: workgroupMemory },
  });

const params = (given: AxisValues): DecodeParams => {
  const { align, scale, variant, ...base } = resolveParams(kernel.axes, given);
  return {
    ...base,
    align: align === 'bottom_right' ? align : 'top_left',
    scale: Number(scale),
    variant: variant === 'tile' || variant === 'broadcast' ? variant : 'auto',
  };
};
const plan = (given: AxisValues, on = caps()): Plan => kernel.plan(params(given), on);

const shape = { batch: 2, heads: 6, kvHeads: 2, n: 2, m: 5000, d: 24, dv: 40, causal: true };

/** Adapters of every sort: subgroups of one size or several, little workgroup memory or much, software or not. */
const adapters = fc
  .record({
    sizes: fc.tuple(fc.constantFrom(4, 8, 16, 32, 64, 128), fc.constantFrom(4, 8, 16, 32, 64, 128)),
    software: fc.boolean(),
    memory: fc.constantFrom(16_384, 32_768, 49_152),
  })
  .map(({ sizes, software, memory }) =>
    caps({ software, subgroupMinSize: Math.min(...sizes), subgroupMaxSize: Math.max(...sizes) }, memory),
  );
const shapes = fc
  .record({
    variant: fc.constantFrom('tile', 'broadcast'),
    batch: fc.integer({ min: 1, max: 9 }),
    kvHeads: fc.integer({ min: 1, max: 8 }),
    group: fc.integer({ min: 1, max: 8 }),
    n: fc.integer({ min: 1, max: 16 }),
    m: fc.integer({ min: 1, max: 100_000 }),
    d: fc.integer({ min: 1, max: 256 }),
    dv: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ group, ...given }) => params({ ...given, heads: given.kvHeads * group }));

describe('flash-decode', () => {
  it('plans broadcasts', () => {
    expect(plan({ ...shape, variant: 'broadcast', align: 'bottom_right' })).toMatchSnapshot();
  });

  it('plans tiles', () => {
    expect(plan({ ...shape, variant: 'tile' }, caps({ software: false }))).toMatchSnapshot();
  });

  it('takes broadcast by itself on software adapters that have subgroups', () => {
    expect(plan(shape).variant).toBe('broadcast');
    expect(plan(shape, caps({ features: new Set() })).variant).toBe('tile');
    expect(plan(shape, caps({ software: false })).variant).toBe('tile');
  });

  it('refuses more than 16 queries, and broadcasts without subgroups', () => {
    expect(kernel.refuse(params({ n: 16, m: 64 }), caps())).toBeNull();
    expect(kernel.refuse(params({ n: 17, m: 64 }), caps())).toMatchObject({ code: 'unsupported' });
    const noSubgroups = caps({ features: new Set() });
    expect(kernel.refuse(params({ ...shape, variant: 'broadcast' }), noSubgroups)).toMatchObject({
      code: 'feature',
    });
    expect(kernel.refuse(params(shape), noSubgroups)).toBeNull();
    expect(kernel.refuse(params({ n: 1, m: 8, d: 8192 }), caps())).toMatchObject({ code: 'limit' });
  });

  it('keeps a single row in registers, whatever its dimensions, as far as a function may have variables', () => {
    const shader = (given: AxisValues, on = caps()): string =>
      plan({ m: 512, ...given }, on).passes[0].shader;
    expect(shader({ n: 1 })).toBe('broadcast-row.wgsl');
    expect(shader({ n: 2 })).toBe('broadcast.wgsl');
    expect(shader({ n: 1, heads: 2, kvHeads: 1 })).toBe('broadcast.wgsl');
    expect(shader({ n: 1 }, caps({ subgroupMinSize: 4 }))).toBe('broadcast.wgsl');
    for (const [d, constants] of [
      [16, { SPAN: 1, SPANS: 1 }],
      [64, { SPAN: 2, SPANS: 1 }],
      [80, { SPAN: 4, SPANS: 1 }],
      [256, { SPAN: 4, SPANS: 2 }],
    ] as const) {
      expect(plan({ n: 1, m: 512, d }).passes[0].constants).toMatchObject(constants);
    }
    expect(shader({ n: 1, d: 4096, dv: 4096 })).toBe('broadcast-row.wgsl');
    // Too wide for the variables of a lane, and narrow enough for workgroup memory.
    expect(shader({ n: 1, d: 64, dv: 8192 })).toBe('broadcast.wgsl');
  });

  it('has one pass and no scratch where one workgroup sees all keys', () => {
    const { passes, scratch } = plan({ n: 1, m: 20 });
    expect(passes.map(({ name }) => name)).toEqual(['attention']);
    expect(scratch).toEqual([]);
    expect(plan({ n: 1, m: 8192 }).passes.map(({ name }) => name)).toEqual(['attention', 'merge']);
  });

  it('covers every row and every key within the workgroup memory, at every subgroup size', () => {
    fc.assert(
      fc.property(shapes, adapters, (p, on) => {
        const cut = cutOf(p, on);
        if (cut === null) throw new Error('d = 256 fits everywhere');
        expect(cut.rows * cut.rowTiles).toBeGreaterThanOrEqual(rowsOfHead(p));
        expect(cut.keys * cut.splits).toBeGreaterThanOrEqual(p.m);
        expect(cut.keys * (cut.splits - 1)).toBeLessThan(p.m);
        expect(workgroupBytes(p, cut)).toBeLessThanOrEqual(on.limits.maxComputeWorkgroupStorageSize);
        const [{ constants, workgroups }] = kernel.plan(p, on).passes;
        expect(workgroups).toBe(p.batch * p.kvHeads * cut.rowTiles * cut.splits);
        // A lane takes four keys at a time, and a split is a whole number of steps of all lanes.
        expect(cut.keys % (p.variant === 'broadcast' ? 4 * cut.lanes : cut.lanes)).toBe(0);
        expect(Number(constants.LANES)).toBe(p.variant === 'broadcast' ? on.subgroupMinSize : cut.lanes);
      }),
    );
  });

  it('reads keys once where the rows of a head fit one tile', () => {
    for (const heads of [1, 2, 4, 8]) {
      expect(cutOf(params({ n: 1, m: 4096, heads, kvHeads: 1 }), caps())?.rowTiles).toBe(1);
    }
    expect(cutOf(params({ n: 4, m: 4096, heads: 2, kvHeads: 1 }), caps())?.rows).toBe(8);
  });

  it('cuts the keys for the adapter: few splits for a CPU, enough workgroups for a GPU', () => {
    const workgroups = (given: AxisValues, on: Caps): number =>
      kernel.plan(params({ heads: 8, ...given }), on).passes[0].workgroups;
    expect(workgroups({ n: 1, m: 65_536 }, caps({ software: false }))).toBeGreaterThanOrEqual(512);
    expect(workgroups({ n: 1, m: 8192 }, caps())).toBe(32);
    expect(workgroups({ n: 1, m: 65_536 }, caps())).toBe(32);
    // The weights of several rows have to fit into workgroup memory, which cuts them finer.
    expect(workgroups({ n: 2, m: 65_536 }, caps())).toBe(8 * (65_536 / 512));
  });

  it('offers other shapes that fit, the usual one first', () => {
    fc.assert(
      fc.property(shapes, adapters, (p, on) => {
        const offered = shapesOf(p, on);
        expect(kernel.plan(p, on, offered[0])).toEqual(kernel.plan(p, on));
        expect(new Set(offered.map((one) => JSON.stringify(one))).size).toBe(offered.length);
        for (const one of offered) {
          const cut = cutOf(p, on, one);
          expect(cut?.keys).toBe(one.keys);
          expect(cut === null ? Infinity : workgroupBytes(p, cut)).toBeLessThanOrEqual(
            on.limits.maxComputeWorkgroupStorageSize,
          );
        }
      }),
    );
  });

  it('charges its passes with what the mechanism costs and with the partial results', () => {
    const p = params({ n: 1, m: 8192, heads: 8 });
    const { passes } = kernel.plan(p, caps());
    const splits = cutOf(p, caps())?.splits ?? 0;
    const partials = 4 * 8 * splits * (64 + 2);
    expect(passes[0].cost).toEqual({ ...kernel.cost(p), bytesWritten: partials });
    expect(passes[1].cost).toMatchObject({ bytesRead: partials, bytesWritten: 4 * 8 * 64 });
  });
});

describe('split_kv_merge', () => {
  const vector = parseVector(
    readFileSync(new URL('vectors/split_kv_merge.json', import.meta.url), 'utf8'),
    'split_kv_merge',
  );

  it('is read as the attention it is, whatever its number of splits', () => {
    const read = kernel.fromVector(vector);
    if (read.kind === 'unsupported') throw new Error(read.message);
    const p = params(read.params);
    expect(p).toMatchObject({ n: 3, m: 29, causal: true, align: 'bottom_right' });
    const { y } = sdpaReference(p, read.inputs, [0, 1, 2, 3, 4, 5]);
    expect(vectorError(y, read.expected.y.data)).toBeLessThan(1e-13);
  });

  it('is refused with a sentence where it asks for something else', () => {
    const reason = (change: object): string => {
      const read = kernel.fromVector({ ...vector, ...change });
      return read.kind === 'unsupported' ? read.message : 'taken';
    };
    expect(reason({ params: { splits: 'four' } })).toContain("'splits'");
    expect(reason({ params: { splits: 4, softcap: 5 } })).toContain("'softcap'");
    const { k, v } = vector.inputs;
    expect(reason({ inputs: { q: k, k, v } })).toContain('up to 16 queries, not 29');
  });
});
