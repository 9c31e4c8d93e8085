import { describe, expect, it } from 'vitest';
import type { Tensors } from '../kernels/contract.ts';
import copy from '../kernels/copy/kernel.ts';
import type { OutputReading } from './buffers.ts';
import type { CaseCalls } from './calls.ts';
import { createInputs } from './inputs.ts';
import { resolveParams } from './params.ts';
import { WatchedCalls } from './watched-calls.ts';

const params = resolveParams(copy.axes, { n: 8, heads: 2, d: 4 });

/** Copies what it holds, unless told otherwise, on a clock that moves by one at each look. */
function watch({ wrongAtCall = -1, seed = 'seed' } = {}) {
  const sets = [0, 1].map((set) => createInputs(copy, params, 'inputs', set));
  const seen: string[] = [];
  const log: string[] = [];
  let calls = 0;
  let output: Tensors = {};
  const call = (set: number): void => {
    const { v } = sets[set];
    const data = calls === wrongAtCall ? new Float32Array(v.data.length) : v.data.slice();
    output = { y: { shape: v.shape, data } };
    seen.push(String(v.data));
    calls++;
  };
  const read = (): OutputReading => ({ tensors: output, brokenGuards: [], unwritten: [] });
  const executor: CaseCalls = {
    inputSets: 2,
    maxRepeats: 8,
    compileNs: 0,
    bytes: () => ({ inputs: 0, outputs: 0, scratch: 0, peak: 0, harness: 0 }),
    destroy: () => undefined,
    readOutputs: async () => {
      log.push('read');
      return read();
    },
    untimedCall: async () => 0,
    poisonedCall: async (set, poison) => {
      log.push(`poison ${poison}`);
      call(set);
      return { ...read(), callNs: 0 };
    },
    changedInputs: async () => [],
    disturb: async (parts, scratch) => {
      log.push(`${parts.length} parts${scratch ? ', scratch' : ''}`);
    },
    call: async (repeats, set) => {
      log.push('call');
      for (let repeat = 0; repeat < repeats; repeat++) call((set + repeat) % 2);
      return { gpuNs: 1, passNs: {}, wallNs: 1, encodeNs: 1, submitNs: 1, cpuNs: null };
    },
  };
  let now = 0;
  const watched = new WatchedCalls({ executor, kernel: copy, params, sets, seed, nowNs: () => now++ });
  return { watched, seen, log, sets };
}

describe('WatchedCalls', () => {
  it('lets no two calls see the same inputs', async () => {
    const { watched, seen, sets } = watch();
    const checked = String(sets[0]['v'].data);
    for (let call = 0; call < 40; call++) await watched.call(1, call % 2);
    expect(new Set([checked, ...seen]).size).toBe(41);
    expect(await watched.problem()).toBeNull();
  });

  it('compares one of the first three calls, with scratch left alone, and later some', async () => {
    const late: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const { watched, log } = watch({ seed: String(seed) });
      for (let call = 0; call < 200; call++) await watched.call(1, call % 2);
      const first = log.indexOf('read');
      expect(first).toBeLessThanOrEqual(8);
      expect(log[first - 2]).not.toContain('scratch');
      late.push(log.filter((entry) => entry === 'read').length - 1);
    }
    // 197 calls, one in 50 of them.
    const mean = late.reduce((sum, count) => sum + count, 0) / late.length;
    expect(mean).toBeGreaterThan(2);
    expect(mean).toBeLessThan(6);
  });

  it('finds a last call that was wrong, whatever came before', async () => {
    const { watched } = watch({ wrongAtCall: 19 });
    for (let call = 0; call < 20; call++) await watched.call(1, call % 2);
    expect(await watched.problem()).toMatch(/y is off by nmse .* \(call 20 since the check\)/);
  });

  it('finds a call that was wrong with its outputs overwritten', async () => {
    const { watched, log } = watch({ wrongAtCall: 7 });
    for (let call = 0; call < 7; call++) await watched.call(1, call % 2);
    expect(await watched.problem()).toMatch(/y is off/);
    expect(log).toContain('poison outputs');
  });

  it('knows which inputs the last call of a sample read', async () => {
    const { watched } = watch();
    for (let call = 0; call < 9; call++) await watched.call(2, 1);
    expect(await watched.problem()).toBeNull();
  });

  it('shows kernels with the same inputs the same numbers, and keeps its own time', async () => {
    const [one, other, third] = [watch(), watch(), watch({ seed: 'another' })];
    for (const { watched } of [one, other, third]) {
      for (let call = 0; call < 10; call++) await watched.call(1, call % 2);
    }
    expect(one.seen).toEqual(other.seen);
    expect(one.seen).not.toEqual(third.seen);
    expect(one.watched.watchingNs).toBeGreaterThanOrEqual(11);
  });
});
