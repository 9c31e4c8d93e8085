import { leastCaps } from '../../harness/testing/caps.ts';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInputs } from '../../harness/inputs.ts';
import type { AxisValues } from '../../harness/params.ts';
import { resolveParams } from '../../harness/params.ts';
import { plannedBytes } from '../../harness/refusal.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import type { Vector } from '../contract.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import kernel from './kernel.ts';
import type { Window } from './positions.ts';
import { globalCount, spreadPositions, visibleKeys, visiblePairs } from './positions.ts';

const caps = leastCaps();

const params = (given: AxisValues): Window => {
  const { window, dilation, globals, variant, ...base } = resolveParams(kernel.axes, given);
  return {
    ...base,
    variant: variant === 'broadcast' || variant === 'tile' ? variant : 'auto',
    window: Number(window),
    dilation: Number(dilation),
    globals: Number(globals),
  };
};

const vectorOf = (name: string): Vector & { readonly f32Error: unknown } =>
  parseVector(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8'), name);

/** The vector in this kernel's axes; throws when it is refused. */
const readVector = (vector: Vector) => {
  const read = kernel.fromVector(vector);
  if (read.kind === 'unsupported') throw new Error(read.message);
  return { ...read, params: params(read.params) };
};

/** Bytes a case of n positions holds. */
const peak = (n: number): number => {
  const p = params({ n, heads: 2, globals: 3 });
  const plain = resolveParams(kernel.axes, { ...p });
  return plannedBytes(kernel, plain, kernel.plan(p, caps)).peak;
};

const allRows = (p: Window): readonly number[] =>
  Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);

/** The definition, pair by pair. */
const sees = (p: Window, global: ReadonlySet<number>, i: number, j: number): boolean => {
  const inWindow = Math.abs(i - j) <= p.window * p.dilation && (i - j) % p.dilation === 0;
  return (inWindow || global.has(i) || global.has(j)) && (!p.causal || j <= i);
};

const arbitrary = fc
  .record({
    n: fc.integer({ min: 1, max: 60 }),
    window: fc.integer({ min: 0, max: 70 }),
    dilation: fc.integer({ min: 1, max: 9 }),
    globals: fc.integer({ min: 0, max: 12 }),
    causal: fc.boolean(),
  })
  .map((given) => params({ heads: 1, d: 4, ...given }));
const arbitraryPositions = (p: Window): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: p.n - 1 }), { maxLength: 12 })
    .map((positions) => positions.sort((a, b) => a - b));

describe('what a row sees', () => {
  it('is the window, the global columns, and everything for a global row', () => {
    fc.assert(
      fc.property(
        arbitrary.chain((p) => fc.tuple(fc.constant(p), arbitraryPositions(p))),
        ([p, positions]) => {
          const global = new Set(positions);
          let pairs = 0;
          for (let i = 0; i < p.n; i++) {
            const expected = Array.from({ length: p.n }, (_, j) => j).filter((j) => sees(p, global, i, j));
            expect(visibleKeys(p, global, i)).toEqual(expected);
            pairs += expected.length;
          }
          expect(visiblePairs(p, positions)).toBe(pairs);
        },
      ),
    );
  });

  it('has as many pairs as the golden vectors count, and as the cost charges', () => {
    for (const name of ['longformer_window', 'longformer_global_projections']) {
      const { params: p, inputs, expected } = readVector(vectorOf(name));
      expect(visiblePairs(p, [...inputs.global.data])).toBe(expected.nnz.data[0]);
    }
    const p = params({ n: 500, heads: 3, batch: 2, d: 24, dv: 40, globals: 4, causal: true });
    const pairs = 6 * visiblePairs(p, [0, 125, 250, 375]);
    expect(kernel.cost(p)).toMatchObject({ flops: 2 * pairs * 64, exps: pairs });
  });
});

describe('global positions', () => {
  it('are spread from 0 on, distinct, and no more than there are positions', () => {
    expect(spreadPositions(params({ n: 10, globals: 4 }))).toEqual([0, 2, 5, 7]);
    fc.assert(
      fc.property(arbitrary, (p) => {
        const positions = spreadPositions(p);
        expect(positions).toHaveLength(Math.min(p.n, p.globals));
        expect([...new Set(positions)].sort((a, b) => a - b)).toEqual(positions);
        expect(positions.every((position) => position >= 0 && position < p.n)).toBe(true);
      }),
    );
  });
});

describe('the reference', () => {
  it.each(['longformer_window', 'longformer_global_projections'])('agrees with %s', (name) => {
    const { params: p, inputs, expected } = readVector(vectorOf(name));
    const { y } = kernel.reference(p, inputs, allRows(p));
    expect(vectorError(y, expected.y.data)).toBeLessThan(1e-12);
  });

  it('gives softmax attention where the window holds every key', () => {
    for (const causal of [false, true]) {
      const p = params({ n: 21, heads: 4, kvHeads: 2, d: 5, dv: 3, window: 20, globals: 0, causal });
      const inputs = createInputs(kernel, resolveParams(kernel.axes, { ...p }), 'seed', 0);
      const rows = allRows(p);
      const { y } = kernel.reference(p, inputs, rows);
      expect(vectorError(y, sdpaReference(p, inputs, rows).y)).toBeLessThan(1e-14);
    }
  });

  it('gives the rows it is asked for, global ones from their own projections', () => {
    const p = params({ n: 12, heads: 2, d: 4, window: 1, globals: 3 });
    const inputs = createInputs(kernel, resolveParams(kernel.axes, { ...p }), 'seed', 0);
    const { y: all } = kernel.reference(p, inputs, allRows(p));
    const { y } = kernel.reference(p, inputs, [4, 19]);
    expect([...y]).toEqual([...all.slice(16, 20), ...all.slice(76, 80)]);
    const other = { ...inputs, kg: inputs.k };
    const changed = kernel.reference(p, other, allRows(p)).y;
    const differing = allRows(p).filter((row) => changed[row * 4] !== all[row * 4]);
    expect(differing).toEqual([0, 4, 8, 12, 16, 20]);
  });
});

describe('the plan', () => {
  const shape = {
    batch: 2,
    heads: 6,
    kvHeads: 2,
    n: 2100,
    d: 24,
    dv: 40,
    window: 9,
    dilation: 4,
    globals: 9,
  };

  it('is data', () => {
    expect(kernel.plan(params({ ...shape, causal: true }), caps)).toMatchSnapshot();
  });

  it('is data by subgroups too', () => {
    const on = leastCaps({ features: new Set(['subgroups']), subgroupMinSize: 8, subgroupMaxSize: 8 });
    const { variant, passes } = kernel.plan(params({ ...shape, causal: true }), on);
    expect(variant).toBe('broadcast');
    expect(passes).toMatchSnapshot();
  });

  it('charges its passes with the pairs that the mechanism costs', () => {
    const p = params({ ...shape, causal: true });
    const attending = kernel.plan(p, caps).passes.filter(({ name }) => name !== 'merge');
    const pairs = attending.reduce((sum, { cost }) => sum + (cost?.exps ?? NaN), 0);
    expect(pairs).toBe(kernel.cost(p).exps);
    expect(kernel.plan(p, caps).passes.every(({ cost }) => cost !== undefined)).toBe(true);
  });

  it('is one pass without projections when nothing is global, and binds a row of scratch that it does not use', () => {
    const p = params({ ...shape, globals: 0 });
    expect(kernel.plan(p, caps).passes.map(({ name }) => name)).toEqual(['window']);
    expect(kernel.plan(p, caps).scratch.map(({ shape: [, , , rows] }) => rows)).toEqual([1, 1]);
    expect(kernel.inputs(p).map(({ name }) => name)).toEqual(['q', 'k', 'v', 'global']);
  });

  it('holds bytes that are linear in n', () => {
    const fixed = 2 * peak(4096) - peak(8192);
    expect(fixed).toBe(2 * 3 * 64 * 4 + 3 * 4);
    expect(peak(65_536) - fixed).toBe(16 * (peak(4096) - fixed));
  });

  it('binds what exists', () => {
    fc.assert(
      fc.property(arbitrary, (p) => {
        const { scratch, passes } = kernel.plan(p, caps);
        const names = new Set(
          [...kernel.inputs(p), ...kernel.outputs(p), ...scratch].map(({ name }) => name),
        );
        expect(passes.flatMap(({ bindings }) => bindings).filter((name) => !names.has(name))).toEqual([]);
        expect(passes.length).toBe(globalCount(p) === 0 ? 1 : 3);
      }),
    );
  });

  it('refuses cross attention and rows of v that do not fit', () => {
    expect(kernel.refuse(params({ n: 8, m: 9 }), caps)).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 257 }), caps)).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 256, causal: true }), caps)).toBeNull();
  });
});

describe('fromVector', () => {
  const vector = vectorOf('longformer_global_projections');
  const reason = (change: Partial<Vector>): string => {
    const answer = kernel.fromVector({ ...vector, ...change });
    return answer.kind === 'unsupported' ? answer.message : '';
  };

  it('sorts the positions and keeps the queries of the global rows', () => {
    const { params: p, inputs } = readVector({ ...vector, params: { window: 2, global: [5, 0] } });
    expect(p).toMatchObject({ globals: 2, window: 2, dilation: 1, causal: false, n: 20 });
    expect([...inputs.global.data]).toEqual([0, 5]);
    expect(inputs.qg.shape).toEqual([1, 2, 2, 8]);
    expect(inputs.qg.data.slice(8, 16)).toEqual(vector.inputs.qg.data.slice(40, 48));
  });

  it('takes q, k and v where a global token has no projections of its own', () => {
    const { q, k, v } = vector.inputs;
    const { inputs } = readVector({ ...vector, inputs: { q, k, v } });
    expect(inputs.kg).toBe(k);
    expect(inputs.qg.data.slice(0, 8)).toEqual(q.data.slice(0, 8));
  });

  it('says what it does not know', () => {
    expect(reason({ params: { window: 2, softcap: 5 } })).toContain("'softcap'");
    expect(reason({ params: { window: 2, scale: 5 } })).toContain("'scale'");
    expect(reason({ params: {} })).toContain("'window'");
    expect(reason({ params: { window: 2, dilation: 0 } })).toContain("'dilation'");
    expect(reason({ params: { window: 2, global: [3, 3] } })).toContain("'global'");
    expect(reason({ params: { window: 2, global: [20] } })).toContain('from 0 to 19');
    expect(reason({ params: { window: 2, causal: 'yes' } })).toContain("'causal'");
    expect(reason({ inputs: { ...vector.inputs, mask: vector.inputs.q } })).toContain("'mask'");
    expect(reason({ inputs: { ...vector.inputs, qg: { shape: [1], data: new Float64Array(1) } } })).toContain(
      "'qg'",
    );
  });
});
