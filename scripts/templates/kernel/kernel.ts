import { defineKernel } from '../../../kernels/contract.ts';
import type { BaseParams, Cost } from '../../../kernels/contract.ts';
import { attentionOutput, rowAddress, valueTensor } from '../../../kernels/lib/heads.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../../../kernels/lib/plan.ts';

const workgroupSize = 64;

/** Keys that query i sees. */
const visibleKeys = ({ m, causal }: BaseParams, i: number): number => (causal ? Math.min(i + 1, m) : m);

/** The one pass does all of it. A kernel of several passes says for each what it computes, reads and writes, scratch included. */
function costOf(params: BaseParams): Cost {
  let pairs = 0;
  for (let i = 0; i < params.n; i++) pairs += visibleKeys(params, i);
  return {
    flops: params.batch * params.heads * params.dv * (pairs + params.n),
    exps: 0,
    bytesRead: storedBytes([valueTensor(params)], params.precision),
    bytesWritten: storedBytes([attentionOutput(params)], params.precision),
  };
}

export default defineKernel({
  mechanism: 'template',
  summary: 'the mean of v over the visible keys',
  exactness: 'different function',
  axes: {},
  tolerance: {
    f32: { nmse: 1e-10, because: 'sums of up to some thousand terms, each rounded to 24 bits' },
    f16: { nmse: 1e-6, because: 'the output is rounded to 11 bits' },
    f16s: { nmse: 1e-6, because: 'the output is rounded to 11 bits' },
  },
  contractCases: [
    { n: 5, m: 9, heads: 4, kvHeads: 2, dv: 6 },
    { n: 70, m: 3, causal: true },
  ],
  refuse: () => null,
  inputs: (params) => [valueTensor(params)],
  outputs: (params) => [attentionOutput(params)],
  plan(params) {
    const total = params.batch * params.heads * params.n * quads(params.dv);
    return {
      variant: 'one thread a quad',
      scratch: [],
      passes: [
        passAt(params.precision, {
          name: 'mean',
          shader: 'template.wgsl',
          constants: { WORKGROUP: workgroupSize, CAUSAL: params.causal },
          uniforms: {
            total,
            n: params.n,
            m: params.m,
            row_quads: quads(params.dv),
            group: params.heads / params.kvHeads,
          },
          bindings: ['v', 'y'],
          cost: costOf(params),
          workgroups: ceilDivide(total, workgroupSize),
        }),
      ],
    };
  },
  cost: costOf,
  reference(params, inputs, rows) {
    const { dv, m, kvHeads } = params;
    const y = new Float64Array(rows.length * dv);
    rows.forEach((row, at) => {
      const { batch, kvHead, i } = rowAddress(params, row);
      const keys = visibleKeys(params, i);
      for (let j = 0; j < keys; j++) {
        const from = ((batch * kvHeads + kvHead) * m + j) * dv;
        for (let column = 0; column < dv; column++) {
          y[at * dv + column] += inputs.v.data[from + column] / keys;
        }
      }
    });
    return { y };
  },
  fromVector: () => ({ kind: 'unsupported', message: 'template reads no golden vectors' }),
});
