/** A kernel of one number for tests of what happens around kernels: it can hang, crash its process or ask for too much. */
import type { Kernel } from '../../../kernels/contract.ts';
import { defineKernel } from '../../../kernels/contract.ts';

export type Misdeed = 'none' | 'endless' | 'crash' | 'enormous' | 'stuck';

export function oneNumberKernel(misdeed: Misdeed): Kernel {
  return defineKernel({
    mechanism: 'test',
    summary: 'returns one number',
    exactness: 'different function',
    axes: {},
    tolerance: {
      f32: { nmse: 0, because: 'moved' },
      f16: { nmse: 0, because: 'moved' },
      f16s: { nmse: 0, because: 'moved' },
    },
    contractCases: [],
    refuse: () => null,
    inputs: () => [
      {
        name: 'x',
        shape: [1],
        type: 'f32',
        fill: () => {
          // What a driver's crash looks like from outside: the process is gone.
          if (misdeed === 'crash') process.kill(process.pid, 'SIGSEGV');
          // Only the end of its thread ends this.
          if (misdeed === 'stuck') for (;;);
          return [3];
        },
      },
    ],
    outputs: () => [{ name: 'y', shape: [1], type: 'f32', rows: 'selected' }],
    plan: () => ({
      variant: 'one',
      scratch: misdeed === 'enormous' ? [{ name: 'scratch', shape: [2 ** 38], type: 'f32' }] : [],
      passes: [
        {
          name: 'one',
          shader: '../steady/one.wgsl',
          includes: [],
          enables: [],
          constants: {},
          uniforms: { endless: misdeed === 'endless' ? 1 : 0 },
          bindings: ['x', 'y'],
          workgroups: 1,
        },
      ],
    }),
    cost: () => ({ flops: 0, exps: 0, bytesRead: 4, bytesWritten: 4 }),
    reference: () => ({ y: Float64Array.of(3) }),
    fromVector: () => ({ kind: 'unsupported', message: 'a kernel for tests' }),
  });
}
