/** A kernel for tests of shapes: its default repeats the work without need, so that another shape is faster on any adapter. */
import type { Kernel, Shape } from '../../../kernels/contract.ts';
import { defineKernel } from '../../../kernels/contract.ts';

/** y = 1 for every row of every head. `extra` are shapes on offer beside those that are right. */
export function shapedKernel(extra: readonly Shape[] = []): Kernel {
  return defineKernel({
    mechanism: 'test',
    summary: 'counts to one, more often than it need',
    exactness: 'different function',
    axes: {},
    tolerance: {
      f32: { nmse: 0, because: 'counted' },
      f16: { nmse: 0, because: 'counted' },
      f16s: { nmse: 0, because: 'counted' },
    },
    contractCases: [],
    refuse: () => null,
    inputs: () => [{ name: 'x', shape: [1], type: 'f32', fill: () => [1] }],
    outputs: (p) => [{ name: 'y', shape: [p.batch * p.heads * p.n, 1], type: 'f32', rows: 'selected' }],
    shapes: () => [{ rounds: 4000, adds: 1 }, { rounds: 1000, adds: 1 }, { rounds: 10, adds: 1 }, ...extra],
    plan: (p, _, shape = { rounds: 4000, adds: 1 }) => ({
      variant: 'counting',
      scratch: [{ name: 'spent', shape: [p.batch * p.heads * p.n], type: 'u32' }],
      passes: [
        {
          name: 'count',
          shader: '../shaped/shaped.wgsl',
          includes: [],
          enables: [],
          constants: {},
          uniforms: { rows: p.batch * p.heads * p.n, rounds: Number(shape.rounds), adds: Number(shape.adds) },
          bindings: ['x', 'y', 'spent'],
          workgroups: p.batch * p.heads * p.n,
        },
      ],
    }),
    cost: (p) => ({ flops: 0, exps: 0, bytesRead: 4, bytesWritten: 4 * p.batch * p.heads * p.n }),
    reference: (_p, _inputs, rows) => ({ y: Float64Array.from(rows, () => 1) }),
    fromVector: () => ({ kind: 'unsupported', message: 'a kernel for tests' }),
  });
}
