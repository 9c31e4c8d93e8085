/** A kernel that moves n numbers, y = x, for tests of what happens around kernels. */
import type { Kernel } from '../../kernels/contract.ts';
import { defineKernel } from '../../kernels/contract.ts';

/** Its plan is the test's own; the rest is right unless changed. */
export function elementKernel(plan: Kernel['plan'], changes: Partial<Kernel> = {}): Kernel {
  return defineKernel({
    mechanism: 'test',
    summary: 'returns its input',
    exactness: 'different function',
    axes: {},
    tolerance: {
      f32: { nmse: 0, because: 'moved' },
      f16: { nmse: 0, because: 'moved' },
      f16s: { nmse: 0, because: 'moved' },
    },
    contractCases: [],
    refuse: () => null,
    inputs: (p) => [
      {
        name: 'x',
        shape: [p.n],
        type: 'f32',
        fill: (random) => Float32Array.from({ length: p.n }, () => random.normal()),
      },
    ],
    outputs: (p) => [{ name: 'y', shape: [p.n, 1], type: 'f32', rows: 'selected' }],
    plan,
    cost: (p) => ({ flops: 0, exps: 0, bytesRead: 4 * p.n, bytesWritten: 4 * p.n }),
    reference: (_, inputs, rows) => ({ y: Float64Array.from(rows, (row) => inputs['x'].data[row]) }),
    fromVector: () => ({ kind: 'unsupported', message: 'a kernel for tests' }),
    ...changes,
  });
}
