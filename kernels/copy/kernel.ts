import { defineKernel } from '../contract.ts';
import type { BaseParams, Caps, Cost, Shape } from '../contract.ts';
import { attentionOutput, rowAddress, valueTensor } from '../lib/heads.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../lib/plan.ts';
import { refusedVector } from '../lib/vector.ts';

const workgroupSize = 64;

/** Neighbouring quads go to neighbouring invocations on a GPU, whose lanes load together, and to one invocation on a CPU. */
const shapesOn = ({ software }: Caps): readonly Shape[] => {
  const apart = [1, 4].map((perInvocation) => ({ quads: perInvocation, stride: workgroupSize }));
  const together = [8, 4].map((perInvocation) => ({ quads: perInvocation, stride: 1 }));
  return software ? [...together, ...apart] : [...apart, ...together];
};

const costOf = (params: BaseParams): Cost => ({
  flops: 0,
  exps: 0,
  bytesRead: storedBytes([valueTensor(params)], params.precision),
  bytesWritten: storedBytes([attentionOutput(params)], params.precision),
});

export default defineKernel({
  mechanism: 'copy',
  summary: 'returns v: the floor below every mechanism',
  exactness: 'different function',
  axes: {},
  tolerance: {
    f32: { nmse: 0, because: 'the bits are moved, not computed' },
    f16: { nmse: 0, because: 'the bits are moved, not computed' },
    f16s: { nmse: 0, because: 'the bits are moved, not computed' },
  },
  contractCases: [
    { n: 5, heads: 4, kvHeads: 2, dv: 6 },
    { n: 300, heads: 3, batch: 2, dv: 256 },
  ],
  refuse(params) {
    return params.m === params.n
      ? null
      : { code: 'unsupported', message: 'copy returns v row by row, so m must equal n' };
  },
  inputs: (params) => [valueTensor(params)],
  outputs: (params) => [attentionOutput(params)],
  shapes: (_, caps) => shapesOn(caps),
  plan(params, caps, shape = shapesOn(caps)[0]) {
    const perInvocation = Number(shape.quads);
    const perHead = params.n * quads(params.dv);
    const total = params.batch * params.heads * perHead;
    return {
      variant: 'copy',
      scratch: [],
      passes: [
        passAt(params.precision, {
          name: 'copy',
          shader: 'copy.wgsl',
          constants: {
            WORKGROUP: workgroupSize,
            QUADS: perInvocation,
            STRIDE: Number(shape.stride),
            GROUPED: params.kvHeads !== params.heads,
          },
          uniforms: { quads: total, quads_per_head: perHead, group: params.heads / params.kvHeads },
          bindings: ['v', 'y'],
          cost: costOf(params),
          workgroups: ceilDivide(total, workgroupSize * perInvocation),
        }),
      ],
    };
  },
  cost: costOf,
  reference(params, inputs, rows) {
    const { dv, n, kvHeads } = params;
    const y = new Float64Array(rows.length * dv);
    rows.forEach((row, at) => {
      const { batch, kvHead, i } = rowAddress(params, row);
      const from = ((batch * kvHeads + kvHead) * n + i) * dv;
      y.set(inputs.v.data.subarray(from, from + dv), at * dv);
    });
    return { y };
  },
  fromVector: () => refusedVector('copy is no published mechanism'),
});
