import { leastCaps } from '../../harness/testing/caps.ts';
import { describe, expect, it } from 'vitest';
import type { Caps, Params, Tensors } from '../contract.ts';
import { compare } from '../../harness/check.ts';
import { createInputs } from '../../harness/inputs.ts';
import type { AxisValues } from '../../harness/params.ts';
import { resolveParams } from '../../harness/params.ts';
import { seededRandom } from '../../harness/random.ts';
import { plannedBytes } from '../../harness/refusal.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import { readFileSync } from 'node:fs';
import performer from './kernel.ts';
import type { PerformerParams } from './plan.ts';
import { orthogonalProjection } from './projection.ts';
import { favorRows } from './reference.ts';

const caps = leastCaps({ limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 } });
const subgroups: Caps = { ...caps, features: new Set(['subgroups']) };
const caseOf = (axes: AxisValues): PerformerParams & Params => {
  const base = resolveParams(performer.axes, axes);
  const number = (name: string): number => Number(base[name]);
  return {
    ...base,
    features: number('features'),
    featureEps: number('featureEps'),
    eps: number('eps'),
    stabilize: base.stabilize === true,
    variant: base.variant === 'tile' || base.variant === 'broadcast' ? base.variant : 'auto',
  };
};
const allRows = (p: { batch: number; heads: number; n: number }): number[] =>
  Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);

/** Relative RMS distance of FAVOR+ from softmax attention on the default inputs. */
const distance = (features: number): number => {
  const p = caseOf({ n: 64, heads: 1, d: 16, features });
  const inputs = createInputs(performer, p, 'quality', 0);
  const softmax = performer.softmaxReference?.(p, inputs, allRows(p)) ?? new Float64Array(0);
  return Math.sqrt(compare(favorRows(p, inputs, allRows(p)), softmax).nmse);
};

describe('float64 reference', () => {
  it.each(['favor_softmax', 'favor_softmax_causal'])('agrees with the vector %s', (name) => {
    const file = `${name}.json`;
    const vector = parseVector(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8'), file);
    const read = performer.fromVector(vector);
    if (read.kind === 'unsupported') throw new Error(read.message);
    const answer = performer.reference(caseOf({ ...read.params }), read.inputs, allRows(read.params));
    expect(vectorError(answer.y, read.expected.y.data)).toBeLessThan(1e-12);
  });

  it('answers for selected rows as for all', () => {
    for (const causal of [false, true]) {
      const p = caseOf({ n: 20, heads: 2, d: 8, features: 12, causal });
      const inputs = createInputs(performer, p, 'rows', 0);
      const all = favorRows(p, inputs, allRows(p));
      const rows = [0, 7, 19, 23, 39];
      expect([...favorRows(p, inputs, rows)]).toEqual(
        rows.flatMap((row) => [...all.subarray(row * 8, row * 8 + 8)]),
      );
    }
  });

  it('comes near softmax attention with many features and small inputs, and nearer with more', () => {
    expect(distance(4096)).toBeLessThan(0.1);
    expect(distance(4096)).toBeLessThan(distance(16) / 3);
  });

  /** The chunked form that queries.wgsl computes: a prefix state per chunk, and masked pairs within the chunk. */
  it('causal: prefix states plus masked pairs give the serial sums', () => {
    const p = caseOf({ n: 37, heads: 1, d: 8, features: 20, causal: true });
    const inputs = createInputs(performer, p, 'chunks', 0);
    const phiK = featuresOf(p, inputs, 'k');
    const phiQ = featuresOf(p, inputs, 'q');
    const v = inputs.v.data;
    const chunk = 8;
    const y = new Float64Array(p.n * p.dv);
    for (let i = 0; i < p.n; i++) {
      const begin = i - (i % chunk);
      const sums = new Float64Array(p.dv + 1);
      const add = (weight: number, j: number): void => {
        for (let e = 0; e <= p.dv; e++) sums[e] += weight * (e < p.dv ? v[j * p.dv + e] : 1);
      };
      for (let f = 0; f < p.features; f++) {
        for (let j = 0; j < begin; j++) add(phiQ[i * p.features + f] * phiK[j * p.features + f], j);
      }
      for (let j = begin; j <= i; j++) {
        let pair = 0;
        for (let f = 0; f < p.features; f++) pair += phiQ[i * p.features + f] * phiK[j * p.features + f];
        add(pair, j);
      }
      for (let e = 0; e < p.dv; e++) y[i * p.dv + e] = sums[e] / sums[p.dv];
    }
    expect(vectorError(y, favorRows(p, inputs, allRows(p)))).toBeLessThan(1e-12);
  });
});

/** phi as the paper writes it, for one head: exp(w . x' - |x'|^2 / 2 - max) + eps. */
function featuresOf(p: ReturnType<typeof caseOf>, inputs: Tensors, name: 'q' | 'k'): Float64Array {
  const [x, proj] = [inputs[name].data, inputs.proj.data];
  const projections = new Float64Array(p.n * p.features);
  const halves = new Float64Array(p.n);
  for (let i = 0; i < p.n; i++) {
    for (let e = 0; e < p.d; e++) halves[i] += (x[i * p.d + e] * p.d ** -0.25) ** 2 / 2;
    for (let f = 0; f < p.features; f++) {
      for (let e = 0; e < p.d; e++) {
        projections[i * p.features + f] += proj[f * p.d + e] * x[i * p.d + e] * p.d ** -0.25;
      }
    }
  }
  return projections.map((projection, at) => {
    const i = Math.floor(at / p.features);
    const row = projections.subarray(i * p.features, (i + 1) * p.features);
    return Math.exp(projection - halves[i] - Math.max(...(name === 'q' ? row : projections))) + p.featureEps;
  });
}

describe('projection', () => {
  const [features, d] = [40, 16];
  const projection = orthogonalProjection(features, d, seededRandom('projection'));
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let e = 0; e < d; e++) sum += projection[a * d + e] * projection[b * d + e];
    return sum;
  };

  it('is orthogonal within blocks of d rows, and not across', () => {
    let across = 0;
    for (let a = 0; a < features; a++) {
      for (let b = 0; b < a; b++) {
        if (Math.floor(a / d) === Math.floor(b / d)) expect(Math.abs(product(a, b))).toBeLessThan(1e-12);
        else across = Math.max(across, Math.abs(product(a, b)));
      }
    }
    expect(across).toBeGreaterThan(0.1);
  });

  it('has rows as long as Gaussian ones: squared lengths with mean d and variance 2 d', () => {
    const many = orthogonalProjection(4000, 4, seededRandom('lengths'));
    const squares = Array.from({ length: 4000 }, (_, row) =>
      many.subarray(row * 4, row * 4 + 4).reduce((sum, x) => sum + x * x, 0),
    );
    const mean = squares.reduce((sum, x) => sum + x, 0) / squares.length;
    const variance = squares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / squares.length;
    expect(Math.abs(mean - 4)).toBeLessThan(0.2);
    expect(Math.abs(variance - 8)).toBeLessThan(1);
  });
});

describe('cost and plan', () => {
  it('charges projections and sums, the same when causal, in proportion to n', () => {
    const p = caseOf({ n: 1024 });
    expect(performer.cost(p).flops).toBe(8 * 1024 * 256 * (4 * 64 + 4 * 65));
    expect(performer.cost(p).exps).toBe(2 * 8 * 1024 * 256);
    expect(performer.cost(p).bytesWritten).toBe(8 * 1024 * 64 * 4);
    expect(performer.cost(caseOf({ n: 1024, causal: true }))).toEqual(performer.cost(p));
    expect(performer.cost(caseOf({ n: 2048 })).flops).toBe(2 * performer.cost(p).flops);
  });

  it.each([false, true])(
    'charges the passes that multiply what the mechanism needs (causal %s)',
    (causal) => {
      const p = caseOf({ n: 1024, causal });
      const multiplying = performer.plan(p, caps).passes.filter(({ name }) => /keys|queries/.test(name));
      expect(multiplying.map(({ cost }) => cost?.flops)).toEqual(Array(2).fill(performer.cost(p).flops / 2));
    },
  );

  it.each([false, true])('takes scratch in proportion to n (causal %s)', (causal) => {
    const scratch = (n: number): number => {
      const p = caseOf({ n, causal });
      return plannedBytes(performer, p, performer.plan(p, caps)).scratch - 4 * p.heads;
    };
    expect(scratch(4096)).toBe(4 * scratch(1024));
  });

  it('takes broadcast by itself on software adapters that have subgroups, and tile elsewhere', () => {
    const variant = (axes: AxisValues, on: Caps): string => performer.plan(caseOf(axes), on).variant;
    expect(variant({}, subgroups)).toBe('broadcast');
    expect(variant({}, { ...subgroups, software: false })).toBe('tile');
    expect(variant({}, caps)).toBe('tile');
    // Rows of 2048 numbers do not fit.
    expect(variant({ d: 2048 }, subgroups)).toBe('tile');
    expect(variant({ variant: 'tile' }, subgroups)).toBe('tile');
  });

  it.each(['broadcast', 'tile'])(
    'covers every chunk, tile of features, queries and slice (%s)',
    (variant) => {
      const axes = { batch: 2, heads: 3, n: 130, m: 1300, d: 20, dv: 70, features: 100, variant };
      const p = caseOf(axes);
      const plan = performer.plan(p, subgroups);
      const rows = variant === 'tile' ? 32 : 16;
      expect(plan.passes.map(({ name, workgroups }) => [name, workgroups])).toEqual([
        ['vectors', Math.ceil((6 * (132 + 1300 + 3 * 18)) / 64)],
        ['keys', 6 * 3 * Math.ceil(100 / rows) * 2],
        ['top', 6],
        ['merge', Math.ceil((6 * 100 * 19) / 64)],
        ['totals', Math.ceil((6 * 19) / 64)],
        ['queries', 6 * Math.ceil(130 / rows) * 2],
      ]);
    },
  );

  it('stays within the workgroup memory and the buffers that every adapter has, in each of its shapes', () => {
    const dims: readonly AxisValues[] = [{}, { causal: true }, { d: 128, dv: 128, causal: true }];
    for (const variant of ['broadcast', 'tile']) {
      for (const axes of dims) {
        const p = caseOf({ ...axes, variant });
        if (performer.refuse(p, subgroups) !== null) continue;
        const shapes = performer.shapes?.(p, subgroups) ?? [];
        expect(shapes.length).toBeGreaterThan(0);
        for (const shape of shapes) {
          for (const pass of performer.plan(p, subgroups, shape).passes) {
            expect(pass.bindings.length).toBeLessThanOrEqual(8);
            expect(pass.cost?.bytesWritten).toBeGreaterThan(0);
          }
        }
      }
    }
  });

  it('never lets a tile of causal queries reach into a second chunk', () => {
    for (const size of [4, 8, 16, 32, 64, 128]) {
      const on = {
        ...subgroups,
        subgroupMinSize: size,
        subgroupMaxSize: size,
        limits: { ...caps.limits, maxComputeWorkgroupStorageSize: 65_536 },
      };
      const p = caseOf({ n: 1000, causal: true });
      for (const shape of performer.shapes?.(p, on) ?? []) {
        const queries = performer.plan(p, on, shape).passes.at(-1);
        expect(Number(shape.chunk) % Number(queries?.constants.TILE_ROWS)).toBe(0);
      }
    }
  });

  it('refuses what it does not do, in a sentence', () => {
    expect(performer.refuse(caseOf({ heads: 4, kvHeads: 2 }), caps)?.message).toMatch(
      /kvHeads must equal heads/,
    );
    expect(performer.refuse(caseOf({ n: 4, m: 8, causal: true }), caps)?.message).toMatch(/m must equal n/);
    expect(performer.refuse(caseOf({ n: 4, m: 8 }), caps)).toBeNull();
    expect(performer.refuse(caseOf({ variant: 'broadcast' }), caps)).toMatchObject({ code: 'feature' });
    expect(performer.refuse(caseOf({ variant: 'broadcast', d: 2048 }), subgroups)).toMatchObject({
      code: 'limit',
    });
    const elu = { name: 'elu', params: { feature: 'elu1' }, inputs: {}, expected: {} };
    expect(performer.fromVector(elu)).toEqual({
      kind: 'unsupported',
      message: "performer has softmax_pos features only, not 'elu1'",
    });
  });
});
