import { defineKernel } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, valueTensor } from '../lib/heads.ts';
import {
  sdpaAxes,
  sdpaContractCases,
  sdpaCost,
  sdpaFromVector,
  sdpaReference,
  sdpaTolerance,
} from '../lib/sdpa.ts';
import { largestValueDimension } from '../lib/tile.ts';
import { broadcastShapes } from './broadcast.ts';
import { refuseMatrix } from './matrix.ts';
import { flashPlan, flashShapes, variants } from './plan.ts';

export default defineKernel({
  mechanism: 'sdpa',
  summary: 'softmax attention in one pass: tiles, online softmax, no n x m buffer',
  exactness: 'exact',
  axes: {
    ...sdpaAxes,
    variant: {
      kind: 'choice',
      choices: ['auto', ...variants],
      default: 'auto',
      summary:
        'tile: workgroup memory; broadcast: subgroups; matrix: subgroup matrices; auto: what suits the adapter',
    },
  },
  tolerance: sdpaTolerance,
  contractCases: [
    ...sdpaContractCases,
    // Few rows over keys that are split, under a mask and without one, whole groups of heads in a tile.
    { n: 3, m: 2100, heads: 6, kvHeads: 2, d: 64, causal: true, align: 'bottom_right' },
    { n: 2, m: 1500, heads: 4, kvHeads: 1, d: 40, dv: 24 },
    { n: 5, m: 1100, heads: 1, causal: true },
  ].flatMap((shape) => variants.map((variant) => ({ ...shape, variant }))),
  refuse(p, caps) {
    if (p.dv > largestValueDimension) {
      return { code: 'unsupported', message: `flash holds rows of v up to dv = ${largestValueDimension}` };
    }
    if (p.variant === 'matrix') return refuseMatrix(p, caps);
    if (p.variant !== 'broadcast') return null;
    if (!caps.features.has('subgroups')) {
      return { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
    }
    return broadcastShapes(p, caps).length > 0
      ? null
      : {
          code: 'limit',
          message: `d = ${p.d} and dv = ${p.dv} take more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes 16 KiB`,
        };
  },
  inputs: (p) => [queryTensor(p), keyTensor(p), valueTensor(p)],
  outputs: (p) => [attentionOutput(p)],
  shapes: flashShapes,
  plan: flashPlan,
  cost: sdpaCost,
  reference: sdpaReference,
  fromVector: (vector) => sdpaFromVector(vector, { variant: 'auto' }),
});
