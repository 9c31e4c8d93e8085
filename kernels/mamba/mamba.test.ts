import { leastCaps } from '../../harness/testing/caps.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Caps, Params } from '../contract.ts';
import { createInputs } from '../../harness/inputs.ts';
import { resolveParams } from '../../harness/params.ts';
import { plannedBytes } from '../../harness/refusal.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import mamba from './kernel.ts';
import type { MambaParams } from './plan.ts';
import { softplus } from '../lib/scan.ts';
import { lastState, scanChannel, scanRows } from './reference.ts';

const caps = (software: boolean, features: readonly string[] = []): Caps =>
  leastCaps({
    features: new Set(features),
    limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 30 },
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
    software,
  });
const caseOf = (axes: Parameters<typeof resolveParams>[1]): MambaParams & Params => {
  const base = resolveParams(mamba.axes, axes);
  const flag = (name: string): boolean => base[name] === true;
  return {
    ...base,
    state: Number(base.state),
    chunk: Number(base.chunk),
    softplus: flag('softplus'),
    deltaBias: flag('deltaBias'),
    skip: flag('skip'),
    gate: flag('gate'),
    lastState: flag('lastState'),
    variant: base.variant === 'direct' || base.variant === 'broadcast' ? base.variant : 'auto',
  };
};
const allRows = (p: { batch: number; heads: number; n: number }): number[] =>
  Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);
const golden = () => {
  const file = 's6_selective_scan.json';
  return parseVector(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8'), file);
};

describe('float64 reference', () => {
  it('agrees with the golden vector, in y and in the last state', () => {
    const read = mamba.fromVector(golden());
    if (read.kind === 'unsupported') throw new Error(read.message);
    const answer = mamba.reference(caseOf({ ...read.params }), read.inputs, allRows(read.params));
    expect(vectorError(answer.y, read.expected.y.data)).toBeLessThan(1e-12);
    expect(vectorError(answer.last_state, read.expected.last_state.data)).toBeLessThan(1e-12);
  });

  it('answers for selected rows as for all', () => {
    const p = caseOf({ n: 11, heads: 2, d: 3, batch: 2, state: 4 });
    const inputs = createInputs(mamba, p, 'rows', 0);
    const all = scanRows(p, inputs, allRows(p));
    const rows = [0, 10, 12, 30, 43];
    expect([...scanRows(p, inputs, rows)]).toEqual(
      rows.flatMap((row) => [...all.subarray(row * 3, row * 3 + 3)]),
    );
  });

  /** The chunked form that the passes compute: what a chunk adds from zero, and one decay exp(A sum of steps) across it. */
  it('chunks scanned from zero and carried by the sum of their steps give the serial state', () => {
    const p = caseOf({ n: 53, heads: 1, d: 4, state: 5 });
    const inputs = createInputs(mamba, p, 'chunks', 0);
    const whole = lastState(p, inputs);
    const { delta, delta_bias: bias, A } = inputs;
    const chunk = 8;
    for (let channel = 0; channel < p.d; channel++) {
      const carried = new Float64Array(p.state);
      for (let begin = 0; begin < p.n; begin += chunk) {
        const end = Math.min(p.n, begin + chunk);
        const added = new Float64Array(p.state);
        scanChannel(p, inputs, 0, channel, end, added, () => {}, begin);
        let time = 0;
        for (let t = begin; t < end; t++)
          time += softplus(delta.data[t * p.d + channel] + bias.data[channel]);
        for (let s = 0; s < p.state; s++) {
          carried[s] = Math.exp(time * A.data[channel * p.state + s]) * carried[s] + added[s];
        }
      }
      expect(vectorError(carried, whole.subarray(channel * p.state, (channel + 1) * p.state))).toBeLessThan(
        1e-12,
      );
    }
  });

  it('takes the softplus of large and small numbers', () => {
    expect(softplus(1000)).toBe(1000);
    expect(softplus(-40)).toBeCloseTo(Math.exp(-40), 30);
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15);
  });
});

describe('vectors', () => {
  it('refuses a start state and unknown parameters by name', () => {
    const vector = golden();
    const { last_state: h0 } = vector.expected;
    expect(mamba.fromVector({ ...vector, inputs: { ...vector.inputs, h0 } })).toMatchObject({
      message: expect.stringMatching(/h0/),
    });
    expect(mamba.fromVector({ ...vector, params: { reverse: true } })).toMatchObject({
      message: expect.stringMatching(/'reverse'/),
    });
  });

  it('reads absent optional inputs as flags', () => {
    const { D: _skip, z: _gate, ...inputs } = golden().inputs;
    const read = mamba.fromVector({ ...golden(), inputs });
    expect(read).toMatchObject({
      kind: 'case',
      params: { skip: false, gate: false, deltaBias: true, heads: 1, d: 6 },
    });
  });
});

const names = (axes: Parameters<typeof caseOf>[0], software: boolean): readonly string[] =>
  mamba.plan(caseOf(axes), caps(software)).passes.map(({ name }) => name);
const scratch = (n: number, software: boolean): number => {
  const p = caseOf({ n });
  const weights = 18 * 512 * 4 + 4;
  return plannedBytes(mamba, p, mamba.plan(p, caps(software))).scratch - weights;
};

describe('cost and plan', () => {
  it('charges six flops and one exp a state component, and each tensor once', () => {
    const p = caseOf({ n: 1024 });
    const cost = mamba.cost(p);
    expect(cost.flops).toBe(1024 * 512 * (6 * 16 + 7));
    expect(cost.exps).toBe(1024 * 512 * 18);
    expect(cost.bytesWritten).toBe(1024 * 512 * 4);
    expect(cost.bytesRead).toBe(4 * (1024 * (3 * 512 + 2 * 16) + 512 * (16 + 2)));
  });

  it('splits time only where channels alone are too few', () => {
    expect(names({ n: 1024 }, true)).toEqual(['channels', 'scan']);
    expect(names({ n: 1024 }, false)).toEqual(['channels', 'states', 'carry', 'scan']);
    expect(names({ n: 1024, heads: 1 }, true)).toEqual(['channels', 'states', 'carry', 'scan']);
    expect(names({ n: 64, heads: 1 }, false)).toEqual(['channels', 'scan']);
    expect(names({ n: 64, heads: 1, lastState: true }, false)).toEqual(['channels', 'scan', 'carry']);
  });

  it('shares loads where subgroups exist and loads are dear, or where it is told to', () => {
    const variant = (axes: Parameters<typeof caseOf>[0], on: Caps): string =>
      mamba.plan(caseOf(axes), on).variant;
    expect(variant({ n: 1024 }, caps(true))).toBe('serial-direct');
    expect(variant({ n: 1024 }, caps(true, ['subgroups']))).toBe('serial-broadcast');
    expect(variant({ n: 1024 }, caps(false, ['subgroups']))).toBe('chunked-direct');
    expect(variant({ n: 1024, variant: 'broadcast' }, caps(false, ['subgroups']))).toBe('chunked-broadcast');
    expect(variant({ n: 1024, variant: 'direct' }, caps(true, ['subgroups']))).toBe('serial-direct');
    expect(mamba.refuse(caseOf({ n: 4, variant: 'broadcast' }), caps(true))).toMatchObject({
      code: 'feature',
    });
  });

  it('gives every lane of a workgroup the same tokens where they share loads, at every subgroup size', () => {
    for (const size of [4, 8, 16, 32, 64, 128]) {
      const on = { ...caps(true, ['subgroups']), subgroupMinSize: size, subgroupMaxSize: size };
      const p = caseOf({ n: 300, heads: 3, d: 20, batch: 2 });
      for (const { name, constants, workgroups } of mamba.plan(p, on).passes) {
        if (name !== 'states' && name !== 'scan') continue;
        const spans = 2 * Math.ceil(300 / 64);
        expect(workgroups % spans).toBe(0);
        expect((workgroups / spans) * Number(constants.WORKGROUP)).toBeGreaterThanOrEqual(3 * 5);
        expect(Number(constants.WORKGROUP)).toBeLessThanOrEqual(size);
      }
    }
  });

  it('says of every pass what it costs; without chunks the scan is all the arithmetic that is charged', () => {
    const p = caseOf({ n: 1024, lastState: true });
    for (const software of [true, false]) {
      const { passes } = mamba.plan(p, caps(software));
      expect(passes.every(({ cost }) => cost !== undefined)).toBe(true);
      expect(passes.find(({ name }) => name === 'scan')?.cost).toMatchObject({
        flops: mamba.cost(p).flops,
        exps: mamba.cost(p).exps,
      });
    }
  });

  it('takes scratch in proportion to n where it splits, none that grows where it does not', () => {
    expect(scratch(4096, false)).toBe(4 * scratch(1024, false));
    expect(scratch(4096, true)).toBe(scratch(1024, true));
  });

  it('binds at most eight buffers, in every form', () => {
    for (const software of [true, false]) {
      for (const lastState of [true, false]) {
        for (const pass of mamba.plan(caseOf({ lastState }), caps(software)).passes) {
          expect(pass.bindings.length).toBeLessThanOrEqual(8);
        }
      }
    }
  });

  it('refuses shapes that are no self map', () => {
    expect(mamba.refuse(caseOf({ n: 4, m: 8 }), caps(true))?.message).toMatch(/m must equal n/);
    expect(mamba.refuse(caseOf({ n: 4, causal: true }), caps(true))).toBeNull();
  });
});
