import { defineKernel } from '../contract.ts';
import type { InputSpec, Params, Pass, Plan, TensorSpec } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, valueTensor } from '../lib/heads.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../lib/plan.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import { orthogonalProjection } from './projection.ts';
import { favorRows } from './reference.ts';
import { favorVector } from './vector.ts';

/** Rows of a workgroup's tile in tile.wgsl: features in one pass, queries in the other. */
const tileRows = 64;
/** Keys of one partial state. Causal queries weigh the keys of their own chunk one by one, so there it is their tile. */
const chunkKeys = { causal: tileRows, full: 256 };
/** Quads of workgroup memory: 32 x 16 weights and the lanes' maxima; causal, a second set of weights over them. */
const tileQuads = { causal: 1024, full: 640 };

const axes = {
  features: { kind: 'integer', default: 256, min: 1, summary: 'random features' },
  stabilize: { kind: 'flag', default: true, summary: 'subtract the maxima of the projections before exp' },
  featureEps: { kind: 'number', default: 1e-6, summary: 'added to every feature' },
  eps: { kind: 'number', default: 0, summary: 'added to the normaliser' },
} as const;
type PerformerParams = Params<typeof axes>;

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

const f32 = (name: string, shape: readonly number[]): TensorSpec => ({ name, shape, type: 'f32' });

function plan(p: PerformerParams): Plan {
  const form = p.causal ? 'causal' : 'full';
  const heads = p.batch * p.heads;
  const dvQuads = quads(p.dv);
  const chunk = chunkKeys[form];
  const chunks = ceilDivide(p.m, chunk);
  const featureTiles = ceilDivide(p.features, tileRows);
  const rowTiles = ceilDivide(p.n, tileRows);
  // A lane sums one or two quads of columns; eight lanes stand side by side.
  const span = dvQuads > 8 ? 2 : 1;
  const slices = ceilDivide(dvQuads, 8 * span);
  const { features } = p;
  const tilePass = (parts: {
    readonly name: 'keys' | 'queries';
    readonly tiles: number;
    readonly bindings: readonly string[];
    readonly quads: number;
    /** Blocks of four rows that a lane projects: two of its own rows, and two of keys where queries are causal. */
    readonly blocks: number;
    readonly constants: Pass['constants'];
  }): Pass => {
    const workgroups = heads * parts.tiles * slices;
    return passAt(p.precision, {
      name: parts.name,
      shader: `${parts.name}.wgsl`,
      includes: ['tile.wgsl'],
      constants: { SPAN: span, TILE_QUADS: parts.quads, ...parts.constants },
      uniforms: {
        workgroups,
        slices,
        n: p.n,
        m: p.m,
        d_quads: quads(p.d),
        dv_quads: dvQuads,
        features,
        feature_tiles: featureTiles,
        row_tiles: rowTiles,
        chunk,
        chunks,
        lanes: tileRows,
        rows_each: 8,
        columns_each: 4,
        blocks: parts.blocks,
        scale: { f32: Math.LOG2E / p.d ** 0.25 },
        half_square: { f32: Math.LOG2E / (2 * Math.sqrt(p.d)) },
        feature_eps: { f32: p.featureEps },
        eps: { f32: p.eps * features },
      },
      bindings: parts.bindings,
      workgroups,
    });
  };
  const mergeLanes = heads * features * (dvQuads + 1);
  return {
    variant: p.causal ? 'prefix' : 'sum',
    scratch: [
      f32('state', [heads, chunks, features, dvQuads + 1, 4]),
      f32('norms', [heads, chunks, features, 2]),
      f32('tops', [heads, chunks, featureTiles]),
      f32('value_sums', [heads, chunks, dvQuads, 4]),
      f32('key_max', [heads]),
    ],
    passes: [
      tilePass({
        name: 'keys',
        tiles: chunks * featureTiles,
        bindings: ['k', 'v', 'proj', 'state', 'norms', 'tops', 'value_sums'],
        quads: tileQuads.full,
        blocks: 2,
        constants: {},
      }),
      passAt(p.precision, {
        name: 'top',
        shader: 'top.wgsl',
        constants: { STABILIZE: p.stabilize },
        uniforms: { heads, per_head: chunks * featureTiles },
        bindings: ['tops', 'key_max'],
        workgroups: heads,
      }),
      passAt(p.precision, {
        name: 'merge',
        shader: 'merge.wgsl',
        constants: { CAUSAL: p.causal },
        uniforms: {
          lanes: mergeLanes,
          features,
          dv_quads: dvQuads,
          m: p.m,
          chunk,
          chunks,
          feature_eps: { f32: p.featureEps },
        },
        bindings: ['norms', 'value_sums', 'key_max', 'state'],
        workgroups: ceilDivide(mergeLanes, 64),
      }),
      tilePass({
        name: 'queries',
        tiles: rowTiles,
        bindings: ['q', 'k', 'v', 'proj', 'state', 'key_max', 'y'],
        quads: tileQuads[form],
        blocks: p.causal ? 4 : 2,
        constants: { CAUSAL: p.causal, STABILIZE: p.stabilize },
      }),
    ],
  };
}

export default defineKernel({
  mechanism: 'kernel_attention',
  summary: 'Performer FAVOR+: positive orthogonal random features, linear in n, features never stored',
  exactness: 'approximate',
  axes,
  tolerance: {
    f32: {
      nmse: 1e-11,
      because: 'sums of positive f32 features; exp turns the rounding of its argument into relative error',
    },
    f16: {
      nmse: 4e-6,
      because:
        'f16 products of four terms in the projections, whose error exp passes on; y is rounded to f16',
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
    // More workgroups than one dimension holds.
    { n: 1, heads: 1, d: 4, dv: 256, batch: 64, features: 1024, precision: 'f32' },
  ],
  refuse(p) {
    if (p.kvHeads !== p.heads) {
      return { code: 'unsupported', message: 'performer has no grouped heads, so kvHeads must equal heads' };
    }
    return p.causal && p.m !== p.n
      ? { code: 'unsupported', message: 'causal performer maps one sequence to itself, so m must equal n' }
      : null;
  },
  inputs,
  outputs: (p) => [attentionOutput(p)],
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
