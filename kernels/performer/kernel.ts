import { defineKernel } from '../contract.ts';
import type { InputSpec } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, valueTensor } from '../lib/heads.ts';
import { storedBytes } from '../lib/plan.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import { axes, fitsBroadcast, plan, shapes } from './plan.ts';
import type { PerformerParams } from './plan.ts';
import { orthogonalProjection } from './projection.ts';
import { favorRows } from './reference.ts';
import { favorVector } from './vector.ts';

const halved = (spec: InputSpec): InputSpec => ({
  ...spec,
  fill: (random) => Float32Array.from(spec.fill(random), (x) => x / 2),
});

/** proj: [features, d], one projection for all heads. q and k have standard deviation 1/2: see the README on quality. */
function inputs(p: PerformerParams): readonly InputSpec[] {
  return [
    halved(queryTensor(p)),
    halved(keyTensor(p)),
    valueTensor(p),
    {
      name: 'proj',
      shape: [p.features, p.d],
      type: 'elem',
      fill: (random) => orthogonalProjection(p.features, p.d, random),
    },
  ];
}

export default defineKernel({
  mechanism: 'kernel_attention',
  summary: 'Performer FAVOR+: positive orthogonal random features, linear in n',
  exactness: 'approximate',
  axes,
  tolerance: {
    f32: {
      nmse: 1e-11,
      because: 'sums of positive f32 features; exp turns the rounding of its argument into relative error',
    },
    f16: {
      nmse: 4e-6,
      because: 'f16 products in the projections, whose error exp passes on; y is rounded to f16',
    },
    f16s: { nmse: 2e-7, because: 'f32 arithmetic; y is rounded to f16, which alone gives about 4e-8' },
  },
  contractCases: [
    { n: 70, m: 300, d: 20, dv: 70, features: 100 },
    { n: 300, d: 64, dv: 33, features: 65, causal: true, batch: 2 },
    { n: 130, d: 1, features: 1, causal: true },
    { n: 90, d: 256, features: 70, causal: true },
    { n: 90, d: 256, features: 70 },
    { n: 129, d: 64, stabilize: false, causal: true },
    { n: 129, d: 64, stabilize: false, eps: 0.01, featureEps: 0.001 },
    { n: 65, d: 64, eps: 0.01, featureEps: 0.001, causal: true },
    // Maxima below zero, and an epsilon that makes them count.
    { n: 65, d: 4, features: 2, featureEps: 0.01 },
    { n: 2, heads: 64, d: 4, features: 1, featureEps: 0.01, causal: true },
    // More partial maxima than the threads that compare them.
    { n: 250, heads: 12, d: 4, dv: 4, features: 2048, featureEps: 0.01, causal: true },
    // More keys than one state holds.
    { n: 33, m: 1100, heads: 1, dv: 20, features: 40 },
    // More workgroups than one dimension holds.
    { n: 1, heads: 1, d: 4, dv: 256, batch: 64, features: 1024, precision: 'f32' },
    // The implementation that an adapter does not take by itself.
    { n: 100, m: 300, d: 20, dv: 70, features: 100, variant: 'tile' },
    { n: 150, d: 64, dv: 33, features: 65, featureEps: 0.01, causal: true, variant: 'tile' },
    { n: 100, m: 300, d: 20, dv: 70, features: 100, variant: 'broadcast' },
    { n: 150, d: 64, dv: 33, features: 65, featureEps: 0.01, causal: true, variant: 'broadcast' },
  ],
  refuse(p, caps) {
    if (p.kvHeads !== p.heads) {
      return { code: 'unsupported', message: 'performer has no grouped heads, so kvHeads must equal heads' };
    }
    if (p.causal && p.m !== p.n) {
      return {
        code: 'unsupported',
        message: 'causal performer maps one sequence to itself, so m must equal n',
      };
    }
    if (p.variant !== 'broadcast' || fitsBroadcast(p, caps)) return null;
    return caps.features.has('subgroups')
      ? {
          code: 'limit',
          message: `rows of d = ${p.d} take more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes 16 KiB`,
        }
      : { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
  },
  inputs,
  outputs: (p) => [attentionOutput(p)],
  shapes,
  plan,
  cost(p) {
    const vectors = p.batch * p.heads * (p.n + p.m);
    return {
      // A projection for each query and key, a sum into the state for each key, a sum out of it for each query: also when causal.
      flops: vectors * p.features * 2 * (p.d + p.dv + 1),
      exps: vectors * p.features,
      bytesRead: storedBytes(inputs(p), p.precision),
      bytesWritten: storedBytes([attentionOutput(p)], p.precision),
    };
  },
  reference: (p, tensors, rows) => ({ y: favorRows(p, tensors, rows) }),
  softmaxReference: (p, tensors, rows) => sdpaReference(p, tensors, rows).y,
  fromVector: favorVector,
});
