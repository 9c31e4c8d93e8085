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
import { broadcastLanes, broadcastPlan, chooseVariant, tilePlan, widestValue } from './plan.ts';

const variants = ['tile', 'broadcast'] as const;

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
      summary: 'tile: workgroup memory; broadcast: subgroups; auto: what suits the adapter',
    },
  },
  tolerance: sdpaTolerance,
  contractCases: sdpaContractCases.flatMap((shape) => variants.map((variant) => ({ ...shape, variant }))),
  refuse(p, caps) {
    if (p.dv > widestValue) {
      return { code: 'unsupported', message: `flash holds rows of v up to dv = ${widestValue}` };
    }
    if (p.variant !== 'broadcast') return null;
    if (!caps.features.has('subgroups')) {
      return { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
    }
    return broadcastLanes(p, caps) > 0
      ? null
      : {
          code: 'limit',
          message: `d = ${p.d} and dv = ${p.dv} take more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes 16 KiB`,
        };
  },
  inputs: (p) => [queryTensor(p), keyTensor(p), valueTensor(p)],
  outputs: (p) => [attentionOutput(p)],
  plan: (p, caps) => (chooseVariant(p, caps) === 'tile' ? tilePlan(p) : broadcastPlan(p, caps)),
  cost: sdpaCost,
  reference: sdpaReference,
  fromVector: (vector) => sdpaFromVector(vector, { variant: 'auto' }),
});
