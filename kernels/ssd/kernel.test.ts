import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInputs } from '../../harness/inputs.ts';
import type { AxisValues } from '../../harness/params.ts';
import { resolveParams } from '../../harness/params.ts';
import { leastCaps } from '../../harness/testing/caps.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import type { Caps, Params, Plan, Tensors } from '../contract.ts';
import { softplus } from '../lib/scan.ts';
import ssd from './kernel.ts';
import type { SsdPlanParams } from './plan.ts';
import { finalState, ssdRows } from './reference.ts';

const caps = (change: Partial<Omit<Caps, 'limits'>> = {}, workgroupBytes = 32_768): Caps =>
  leastCaps({
    features: new Set(['subgroups']),
    subgroupMinSize: 8,
    subgroupMaxSize: 8,
    ...change,
    limits: { maxComputeWorkgroupStorageSize: workgroupBytes },
  });
const noSubgroups = caps({ features: new Set() });

function caseOf(axes: AxisValues): SsdPlanParams & Params {
  const { softplus: soft, dtBias, skip, lastState, variant, ...base } = resolveParams(ssd.axes, axes);
  return {
    ...base,
    state: Number(base.state),
    groups: Number(base.groups),
    chunk: Number(base.chunk),
    softplus: soft === true,
    dtBias: dtBias === true,
    skip: skip === true,
    lastState: lastState === true,
    variant: variant === 'tile' || variant === 'broadcast' ? variant : 'auto',
  };
}
const plan = (axes: AxisValues, on = caps()): Plan => ssd.plan(caseOf(axes), on);
const allRows = (p: { batch: number; heads: number; n: number }): number[] =>
  Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);
const golden = () => {
  const file = 'ssd_groups.json';
  return parseVector(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8'), file);
};

/** y of one head as the passes compute it: weights within chunks, a state between them. */
function chunkedHead(p: SsdPlanParams, inputs: Tensors, head: number, chunk: number): Float64Array {
  const { x, dt, A, B, C, D, dt_bias: bias } = inputs;
  const group = Math.floor(head / (p.heads / p.groups));
  const at = (tensor: 'B' | 'C', t: number, s: number): number =>
    (tensor === 'B' ? B : C).data[(group * p.n + t) * p.state + s];
  const steps = Array.from({ length: p.n }, (_, t) => softplus(dt.data[head * p.n + t] + bias.data[head]));
  const decay = (from: number, to: number): number =>
    steps.slice(from + 1, to + 1).reduce((product, step) => product * Math.exp(step * A.data[head]), 1);
  const y = new Float64Array(p.n * p.d);
  const h = new Float64Array(p.d * p.state);
  for (let first = 0; first < p.n; first += chunk) {
    const end = Math.min(p.n, first + chunk);
    for (let t = first; t < end; t++) {
      for (let e = 0; e < p.d; e++) {
        let sum = D.data[head] * x.data[(head * p.n + t) * p.d + e];
        for (let s = 0; s < p.state; s++) sum += at('C', t, s) * decay(first - 1, t) * h[e * p.state + s];
        for (let j = first; j <= t; j++) {
          let pair = 0;
          for (let s = 0; s < p.state; s++) pair += at('C', t, s) * at('B', j, s);
          sum += pair * decay(j, t) * steps[j] * x.data[(head * p.n + j) * p.d + e];
        }
        y[t * p.d + e] = sum;
      }
    }
    for (let e = 0; e < p.d; e++) {
      for (let s = 0; s < p.state; s++) {
        let sum = decay(first - 1, end - 1) * h[e * p.state + s];
        for (let j = first; j < end; j++)
          sum += decay(j, end - 1) * steps[j] * at('B', j, s) * x.data[(head * p.n + j) * p.d + e];
        h[e * p.state + s] = sum;
      }
    }
  }
  return y;
}

describe('float64 reference', () => {
  it('agrees with the golden vector, in y and in the final state', () => {
    const read = ssd.fromVector(golden());
    if (read.kind === 'unsupported') throw new Error(read.message);
    const answer = ssd.reference(caseOf({ ...read.params }), read.inputs, allRows(read.params));
    expect(vectorError(answer.y, read.expected.y.data)).toBeLessThan(1e-12);
    expect(vectorError(answer.final_state, read.expected.final_state.data)).toBeLessThan(1e-12);
  });

  it('is what one token gives by hand: y = C . B dt x + D x, and the state dt x B', () => {
    const p = caseOf({ n: 1, heads: 1, d: 1, state: 2, softplus: false, dtBias: false, lastState: true });
    const one = (...data: number[]) => ({ shape: [data.length], data: Float64Array.from(data) });
    const inputs = { x: one(3), dt: one(0.5), A: one(-1), B: one(2, 4), C: one(10, 100), D: one(7) };
    expect([...ssdRows(p, inputs, [0])]).toEqual([(10 * 2 + 100 * 4) * 0.5 * 3 + 7 * 3]);
    expect([...finalState(p, inputs)]).toEqual([3, 6]);
  });

  it('answers for selected rows as for all', () => {
    const p = caseOf({ n: 11, heads: 4, groups: 2, d: 3, batch: 2, state: 4 });
    const inputs = createInputs(ssd, p, 'rows', 0);
    const all = ssdRows(p, inputs, allRows(p));
    const rows = [0, 10, 12, 30, 87];
    expect([...ssdRows(p, inputs, rows)]).toEqual(
      rows.flatMap((row) => [...all.subarray(row * 3, row * 3 + 3)]),
    );
  });

  it.each([1, 8, 16, 40])('equals the chunked form with chunks of %i', (chunk) => {
    const p = caseOf({ n: 37, heads: 2, groups: 2, d: 3, state: 5 });
    const inputs = createInputs(ssd, p, 'chunks', 0);
    const serial = ssdRows(p, inputs, allRows(p));
    for (const head of [0, 1]) {
      const part = serial.subarray(head * p.n * p.d, (head + 1) * p.n * p.d);
      expect(vectorError(chunkedHead(p, inputs, head, chunk), part)).toBeLessThan(1e-12);
    }
  });
});

describe('vectors', () => {
  it('refuses a start state and unknown names by name', () => {
    const vector = golden();
    const { final_state: h0 } = vector.expected;
    const message = (change: Partial<typeof vector>): unknown => ssd.fromVector({ ...vector, ...change });
    expect(message({ inputs: { ...vector.inputs, h0 } })).toMatchObject({
      message: expect.stringMatching(/h0/),
    });
    expect(message({ inputs: { ...vector.inputs, z: h0 } })).toMatchObject({
      message: expect.stringMatching(/'z'/),
    });
    expect(message({ params: { reverse: true } })).toMatchObject({
      message: expect.stringMatching(/'reverse'/),
    });
  });

  it('reads absent optional inputs as flags', () => {
    const { D: _skip, dt_bias: _bias, ...inputs } = golden().inputs;
    expect(ssd.fromVector({ ...golden(), inputs, params: {} })).toMatchObject({
      kind: 'case',
      params: { skip: false, dtBias: false, softplus: false, heads: 4, groups: 2, n: 24, d: 4, state: 8 },
    });
  });
});

const shape = { batch: 2, heads: 6, groups: 3, n: 70, d: 24, state: 20, lastState: true };

describe('plan', () => {
  it('plans tiles', () => {
    expect(plan({ ...shape, variant: 'tile' })).toMatchSnapshot();
  });

  it('plans broadcasts', () => {
    expect(plan({ ...shape, variant: 'broadcast' })).toMatchSnapshot();
  });

  it('takes broadcast by itself on software adapters that have subgroups, and tiles elsewhere', () => {
    expect(plan(shape).variant).toBe('broadcast');
    expect(plan(shape, noSubgroups).variant).toBe('tile');
    expect(plan(shape, caps({ software: false })).variant).toBe('tile');
    expect(plan({ ...shape, chunk: 32 }).variant).toBe('tile');
    expect(plan({ ...shape, state: 256 }, caps({}, 16_384)).variant).toBe('broadcast');
    expect(plan({ ...shape, state: 256 }, caps({}, 8_192)).variant).toBe('tile');
  });

  it('follows the shape it is given, and offers one only where the case fixes the chunk', () => {
    const p = caseOf({ n: 1000, variant: 'tile' });
    expect(ssd.shapes?.(p, caps())).toEqual([{ chunk: 64 }, { chunk: 32 }, { chunk: 16 }]);
    expect(ssd.shapes?.(caseOf({ n: 20, variant: 'tile' }), caps())).toEqual([{ chunk: 32 }, { chunk: 16 }]);
    expect(ssd.shapes?.(caseOf({ n: 1000, chunk: 24 }), caps())).toEqual([{ chunk: 24 }]);
    const chunkOf = (chunk: number) => ssd.plan(p, caps(), { chunk }).passes.at(-1)?.constants.CHUNK;
    expect([chunkOf(32), chunkOf(16)]).toEqual([32, 16]);
    expect(ssd.plan(p, caps()).passes.at(-1)?.constants.CHUNK).toBe(64);
  });

  it('refuses what is not defined, and variants that the adapter cannot run', () => {
    const refusal = (axes: AxisValues, on = caps()) => ssd.refuse(caseOf(axes), on);
    expect(refusal({ n: 4, m: 8 })?.message).toMatch(/m must equal n/);
    expect(refusal({ n: 4, heads: 4, groups: 3 })?.message).toMatch(/3 groups/);
    expect(refusal({ n: 4, chunk: 12 })?.message).toMatch(/multiple of 8/);
    expect(refusal({ n: 4, chunk: 8, variant: 'broadcast' })?.message).toMatch(/chunks of 16/);
    expect(refusal({ n: 4, variant: 'broadcast' }, noSubgroups)).toMatchObject({ code: 'feature' });
    expect(refusal({ n: 4, variant: 'broadcast' }, caps({}, 4096))).toMatchObject({ code: 'limit' });
    expect(refusal({ n: 4, variant: 'broadcast' })).toBeNull();
  });

  it('assumes no subgroup size: broadcasts come from lanes that every subgroup has, and states fit', () => {
    const sizes = fc.constantFrom(4, 8, 16, 32, 64, 128);
    const positive = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(sizes, sizes, positive(256), positive(256), (one, other, d, state) => {
        const [subgroupMinSize, subgroupMaxSize] = [Math.min(one, other), Math.max(one, other)];
        const on = caps({ subgroupMinSize, subgroupMaxSize });
        const { passes } = plan({ n: 100, heads: 1, d, state, variant: 'broadcast' }, on);
        const { constants, workgroups } = passes[1];
        const [lanes, width] = [Number(constants.LANES), Number(constants.WIDTH)];
        expect(lanes * Number(constants.STATE_QUADS) * 64).toBeLessThanOrEqual(32_768);
        expect(lanes).toBeLessThanOrEqual(subgroupMaxSize);
        expect(width).toBeLessThanOrEqual(Math.min(lanes, subgroupMinSize));
        expect(16 % width).toBe(0);
        expect(workgroups * lanes * 4).toBeGreaterThanOrEqual(d);
      }),
    );
  });

  it('gives every pair, state component and column of tiles a lane, in workgroups that every adapter takes', () => {
    const positive = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(positive(300), positive(256), positive(256), positive(8), (n, d, state, eighths) => {
        const chunk = 8 * eighths;
        const { passes } = plan({ n, heads: 1, d, state, chunk, variant: 'tile' });
        const [, states, carry, outputs] = passes;
        const chunks = Math.ceil(n / chunk);
        expect((chunk / 4) ** 2).toBeLessThanOrEqual(256);
        expect(64 * Number(states.uniforms.lanes)).toBeGreaterThanOrEqual(chunks * state * d);
        expect(4 * Number(carry.uniforms.lanes)).toBeGreaterThanOrEqual(state * d);
        expect(64 * Number(outputs.uniforms.lanes)).toBeGreaterThanOrEqual(n * d);
        for (const { uniforms, workgroups } of [states, carry, outputs]) {
          expect(workgroups * 64).toBeGreaterThanOrEqual(Number(uniforms.lanes));
        }
      }),
    );
  });
});

describe('cost', () => {
  it('charges four flops a state component, and each tensor once', () => {
    const cost = ssd.cost(caseOf({ n: 1024, heads: 8, d: 64 }));
    expect(cost.flops).toBe(1024 * 8 * (64 * (4 * 128 + 3) + 3));
    expect(cost.exps).toBe(1024 * 8 * 2);
    expect(cost.bytesRead).toBe(4 * (1024 * (8 * 64 + 8 + 2 * 128) + 3 * 8));
    expect(cost.bytesWritten).toBe(4 * 1024 * 8 * 64);
  });

  it.each(['tile', 'broadcast'])(
    'of the passes of %s is no less than what the mechanism needs',
    (variant) => {
      const p = caseOf({ n: 1000, heads: 8, d: 64, variant });
      const { passes } = ssd.plan(p, caps());
      const flops = passes.reduce((sum, { cost }) => sum + (cost?.flops ?? 0), 0);
      expect(flops).toBeGreaterThan(ssd.cost(p).flops);
      expect(flops).toBeLessThan(1.5 * ssd.cost(p).flops);
      expect(passes.at(-1)?.cost?.bytesWritten).toBe(ssd.cost(p).bytesWritten);
    },
  );

  it('counts the pairs of a last chunk that is not full', () => {
    const flops = (n: number) =>
      plan({ n, heads: 1, d: 4, state: 4, variant: 'broadcast' }).passes[0].cost?.flops;
    // The second token of its chunk sees two pairs, each 2 x 4 for C . B and 3 for its decay, and adds its bias and softplus.
    expect(Number(flops(18)) - Number(flops(17))).toBe(2 * (2 * 4 + 3) + 2);
  });
});
