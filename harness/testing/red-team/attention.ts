/** Softmax attention in one small pass, and packs that only look like it. Each pack is a folder of its own, as a head to compare is. */
import type { Constant, InputSpec, Kernel, Params, TensorSpec } from '../../../kernels/contract.ts';
import { defineKernel } from '../../../kernels/contract.ts';
import { createInputs } from '../../inputs.ts';

/** The seed that the cheats expect the check to draw its inputs and rows from. */
export const expectedSeed = 'red team';

interface Pack {
  readonly scratch?: readonly TensorSpec[];
  /** Beyond q, k, v, y. */
  readonly bindings?: readonly string[];
  readonly constants?: (params: Params) => Readonly<Record<string, Constant>>;
}

/** A scratch tensor of words. */
export const words = (name: string, length: number): TensorSpec => ({ name, shape: [length], type: 'u32' });

const input = (name: string, shape: readonly number[]): InputSpec => ({
  name,
  shape,
  type: 'elem',
  fill: (random) =>
    Float32Array.from({ length: shape.reduce((product, size) => product * size) }, () => random.normal()),
});

const reference: Kernel['reference'] = (p, { q, k, v }, rows) => {
  const y = new Float64Array(rows.length * p.dv);
  rows.forEach((row, at) => {
    const firstKey = Math.floor(row / p.n) * p.m;
    const scores = Array.from({ length: p.m }, (_, key) => {
      let sum = 0;
      for (let i = 0; i < p.d; i++) sum += q.data[row * p.d + i] * k.data[(firstKey + key) * p.d + i];
      return sum / Math.sqrt(p.d);
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, key) => {
      for (let i = 0; i < p.dv; i++) {
        y[at * p.dv + i] += (weight / total) * v.data[(firstKey + key) * p.dv + i];
      }
    });
  });
  return { y };
};

/** The numbers that the check is known to use: what a cheat can know when it is written. */
export const expectedInputs = (params: Params) => createInputs(attention({}), params, expectedSeed, 0);
export const expectedOutput = (params: Params): Float64Array =>
  reference(
    params,
    expectedInputs(params),
    Array.from({ length: params.heads * params.n }, (_, row) => row),
  )['y'];

const quad = 4;

/** The kernel of a pack: `attention.wgsl` of its folder behind `attend.wgsl`. */
export function attention({ scratch = [], bindings = [], constants = () => ({}) }: Pack): Kernel {
  return defineKernel({
    mechanism: 'sdpa',
    summary: 'softmax attention, an invocation for each element',
    exactness: 'exact',
    axes: {},
    tolerance: {
      f32: { nmse: 1e-10, because: 'as flash' },
      f16: { nmse: 0, because: 'refused' },
      f16s: { nmse: 0, because: 'refused' },
    },
    contractCases: [],
    refuse: ({ precision, causal, batch, heads, kvHeads, d, dv }) =>
      precision !== 'f32' || causal || batch > 1 || heads !== kvHeads || d % quad > 0 || dv % quad > 0
        ? { code: 'unsupported', message: 'f32, one batch element, whole quads only' }
        : null,
    inputs: (p) => [
      input('q', [p.heads, p.n, p.d]),
      input('k', [p.heads, p.m, p.d]),
      input('v', [p.heads, p.m, p.dv]),
    ],
    outputs: (p) => [{ name: 'y', shape: [p.heads, p.n, p.dv], type: 'elem', rows: 'selected' }],
    plan: (p) => ({
      variant: 'element',
      scratch,
      passes: [
        {
          name: 'attend',
          shader: 'attention.wgsl',
          includes: ['../../attend.wgsl'],
          enables: [],
          constants: {
            N: p.n,
            M: p.m,
            D: p.d,
            DV: p.dv,
            ROWS: p.heads * p.n,
            SCALE: { f32: 1 / Math.sqrt(p.d) },
            ...constants(p),
          },
          uniforms: {},
          bindings: ['q', 'k', 'v', 'y', ...bindings],
          workgroups: Math.ceil((p.heads * p.n * p.dv) / 64),
        },
      ],
    }),
    cost: (p) => ({
      flops: 2 * p.heads * p.n * p.m * (p.d + p.dv),
      exps: p.heads * p.n * p.m,
      bytesRead: 4 * p.heads * (p.n * p.d + p.m * (p.d + p.dv)),
      bytesWritten: 4 * p.heads * p.n * p.dv,
    }),
    reference,
    fromVector: () => ({ kind: 'unsupported', message: 'a kernel for tests' }),
  });
}
