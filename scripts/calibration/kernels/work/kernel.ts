/** Work whose length is known: `attnbench calibrate` makes it longer by a share, and looks whether the gate finds that share. */
import { defineKernel } from '../../../../kernels/contract.ts';
import { attentionOutput, rowAddress, valueTensor } from '../../../../kernels/lib/heads.ts';
import { ceilDivide, elementCount, quads, storedBytes } from '../../../../kernels/lib/plan.ts';
import { refusedVector } from '../../../../kernels/lib/vector.ts';

const workgroupSize = 64;
const exact = { nmse: 0, because: 'multiplied by one and added to zero' };

export default defineKernel({
  mechanism: 'work',
  summary: 'returns v after so many rounds of a loop',
  exactness: 'different function',
  axes: { steps: { kind: 'integer', default: 480, min: 1, summary: 'rounds of the loop' } },
  tolerance: { f32: exact, f16: exact, f16s: exact },
  contractCases: [{ n: 5, dv: 6 }],
  refuse: (params) =>
    params.m === params.n && params.heads === params.kvHeads && params.precision === 'f32'
      ? null
      : {
          code: 'unsupported',
          message: 'work returns v row by row in f32: m must equal n, and kvHeads heads',
        },
  inputs: (params) => [valueTensor(params)],
  outputs: (params) => [attentionOutput(params)],
  plan(params) {
    const total = params.batch * params.heads * params.n * quads(params.dv);
    return {
      variant: 'work',
      scratch: [],
      passes: [
        {
          name: 'work',
          shader: 'work.wgsl',
          constants: { WORKGROUP: workgroupSize, STEPS: params.steps },
          uniforms: { quads: total, one: { f32: 1 }, zero: { f32: 0 } },
          bindings: ['v', 'y'],
          includes: [],
          enables: [],
          workgroups: ceilDivide(total, workgroupSize),
        },
      ],
    };
  },
  cost: (params) => ({
    flops: 2 * params.steps * elementCount(valueTensor(params).shape),
    exps: 0,
    bytesRead: storedBytes([valueTensor(params)], params.precision),
    bytesWritten: storedBytes([attentionOutput(params)], params.precision),
  }),
  reference(params, inputs, rows) {
    const { dv, n, heads } = params;
    const y = new Float64Array(rows.length * dv);
    rows.forEach((row, at) => {
      const { batch, head, i } = rowAddress(params, row);
      const from = ((batch * heads + head) * n + i) * dv;
      y.set(inputs.v.data.subarray(from, from + dv), at * dv);
    });
    return { y };
  },
  fromVector: () => refusedVector('work is no published mechanism'),
});
