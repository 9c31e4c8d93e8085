/** The passes of FAVOR+ on the shared matrix product, and how the work of a case is cut. */
import type { Caps, Params, Pass, Plan, Shape, TensorSpec } from '../contract.ts';
import type { Matmul, MatmulShape, MatmulVariant } from '../lib/matmul.ts';
import { broadcastMatmul, matmulPass, tileMatmul } from '../lib/matmul.ts';
import { ceilDivide, passAt, quads, roomQuads } from '../lib/plan.ts';
import { passCosts } from './cost.ts';

export const axes = {
  features: { kind: 'integer', default: 256, min: 1, summary: 'random features' },
  stabilize: { kind: 'flag', default: true, summary: 'subtract the maxima of the projections before exp' },
  featureEps: { kind: 'number', default: 1e-6, summary: 'added to every feature' },
  eps: { kind: 'number', default: 0, summary: 'added to the normaliser' },
  variant: {
    kind: 'choice',
    choices: ['auto', 'broadcast', 'tile'],
    default: 'auto',
    summary: 'broadcast: subgroups; tile: workgroup memory; auto: what suits the adapter',
  },
} as const;
export type PerformerParams = Params<typeof axes>;

/** Quads of v that a workgroup sums; wider values are cut into slices, each of which computes the features again. */
const panelQuads = 16;
const lanes = 64;

const sliceQuads = (p: PerformerParams, variant: MatmulVariant): number =>
  variant === 'tile' ? panelQuads : Math.min(panelQuads, roomQuads(p.dv));

/** Keys of one partial state. Causal queries weigh the keys of their own chunk pair by pair, so chunks are short there. */
function chunkChoices(p: PerformerParams, caps: Caps): readonly number[] {
  if (p.causal) return [64, 128];
  return caps.software ? [512, 256, 1024] : [256, 128, 512];
}

/** With room for a depth in steps, where that leaves as many lanes. */
function broadcastProduct(p: PerformerParams, shape: MatmulShape, caps: Caps): Matmul | null {
  const roomy = broadcastMatmul({ ...shape, innerQuads: roomQuads(p.d) }, caps);
  const exact = broadcastMatmul(shape, caps);
  return roomy?.tileRows === exact?.tileRows ? roomy : exact;
}

interface Products {
  readonly keys: Matmul;
  readonly queries: Matmul;
}

/** Null where the products do not fit: only ever for `broadcast`. */
function products(p: PerformerParams, caps: Caps, variant: MatmulVariant, chunk: number): Products | null {
  const outerQuads = sliceQuads(p, variant);
  const shape: MatmulShape = {
    precision: p.precision,
    innerQuads: quads(p.d),
    outerQuads,
    numbers: true,
  };
  const withPairs = { ...shape, outerQuads: outerQuads + (p.causal ? quads(chunk) : 0) };
  if (variant === 'tile') return { keys: tileMatmul(shape), queries: tileMatmul(withPairs) };
  const [keys, queries] = [broadcastProduct(p, shape, caps), broadcastProduct(p, withPairs, caps)];
  // A tile of queries must not reach into a second chunk.
  if (keys === null || queries === null || (p.causal && chunk % queries.tileRows !== 0)) return null;
  return { keys, queries };
}

/** Why `broadcast` cannot run a case: as the kernel's refusal, and what sends `auto` to `tile`. */
export const fitsBroadcast = (p: PerformerParams, caps: Caps): boolean =>
  chunkChoices(p, caps).some((chunk) => products(p, caps, 'broadcast', chunk) !== null);

/** A load costs a software adapter as much as dozens of multiply-adds; real GPUs need more lanes than `broadcast` has. */
function variantFor(p: PerformerParams, caps: Caps): MatmulVariant {
  if (p.variant !== 'auto') return p.variant;
  return caps.software && fitsBroadcast(p, caps) ? 'broadcast' : 'tile';
}

/** The chunks that fit. */
export function shapes(p: PerformerParams, caps: Caps): readonly Shape[] {
  const variant = variantFor(p, caps);
  return chunkChoices(p, caps)
    .filter((chunk) => products(p, caps, variant, chunk) !== null)
    .map((chunk) => ({ chunk }));
}

const f32 = (name: string, shape: readonly number[]): TensorSpec => ({ name, shape, type: 'f32' });

export function plan(p: PerformerParams, caps: Caps, shape: Shape = shapes(p, caps)[0]): Plan {
  const variant = variantFor(p, caps);
  const chunk = Number(shape.chunk);
  const matmuls = products(p, caps, variant, chunk);
  if (matmuls === null) throw new RangeError(`performer has no ${variant} plan with chunks of ${chunk} keys`);
  const { precision, features, n, m } = p;
  const heads = p.batch * p.heads;
  const dQuads = quads(p.d);
  const dvQuads = quads(p.dv);
  const chunks = ceilDivide(m, chunk);
  const slots = p.causal ? chunks : 1;
  const width = dvQuads + (p.causal ? quads(chunk) : 0);
  // Behind the features their sum; causal queries also find the v of their own chunk there.
  const rows = features + 1 + (p.causal ? chunk : 0);
  const slice = sliceQuads(p, variant);
  const slices = ceilDivide(dvQuads, slice);

  const laneWorkgroups = (count: number): number => ceilDivide(count, lanes);
  const vectorLanes = heads * (4 * quads(n) + 4 * quads(m) + chunks * dvQuads);
  const mergeLanes = heads * features * (dvQuads + 1);
  const totalLanes = heads * slots * (width + 1);

  /** The two passes that multiply. */
  const productPass = (
    name: 'keys' | 'queries',
    tilesOf: (rows: number) => Pass['uniforms'],
    workgroups: (rows: number) => number,
    parts: Pick<Pass, 'bindings' | 'constants' | 'cost'>,
  ): Pass => {
    const { tileRows } = matmuls[name];
    const count = heads * slices * workgroups(tileRows);
    return matmulPass(precision, matmuls[name], {
      name,
      shader: `${name}.wgsl`,
      includes: ['features.wgsl'],
      bindings: parts.bindings,
      cost: parts.cost,
      constants: { TILE_ROWS: tileRows, SLICE_QUADS: slice, CAUSAL: p.causal, ...parts.constants },
      uniforms: {
        workgroups: count,
        slices,
        ...tilesOf(tileRows),
        n,
        m,
        d_quads: dQuads,
        dv_quads: dvQuads,
        slice_quads: variant === 'tile' ? slice : Math.min(slice, dvQuads),
        features,
        chunk,
        chunks,
        width,
        rows,
        scale: { f32: Math.LOG2E / p.d ** 0.25 },
        feature_eps: { f32: p.featureEps },
        eps: { f32: p.eps * features },
      },
      workgroups: count,
    });
  };

  const costs = passCosts(p, { chunks, slots });
  return {
    variant,
    scratch: [
      f32('query_halves', [heads, 4 * quads(n)]),
      f32('key_halves', [heads, 4 * quads(m)]),
      f32('value_sums', [heads, chunks, dvQuads, 4]),
      f32('state', [heads, chunks, rows, width, 4]),
      f32('stats', [heads, chunks, features, 4]),
      f32('key_max', [heads]),
      f32('norms', [heads, chunks, features + 1]),
    ],
    passes: [
      passAt(precision, {
        name: 'vectors',
        shader: 'vectors.wgsl',
        constants: { CAUSAL: p.causal },
        uniforms: {
          features,
          width,
          rows,
          heads,
          n,
          m,
          chunk,
          chunks,
          d_quads: dQuads,
          dv_quads: dvQuads,
          half_square: { f32: Math.LOG2E / (2 * Math.sqrt(p.d)) },
        },
        bindings: ['q', 'k', 'v', 'query_halves', 'key_halves', 'value_sums', 'state'],
        cost: costs.vectors,
        workgroups: laneWorkgroups(vectorLanes),
      }),
      productPass(
        'keys',
        (rows) => ({ feature_tiles: ceilDivide(features, rows) }),
        (rows) => chunks * ceilDivide(features, rows),
        {
          bindings: ['k', 'v', 'proj', 'key_halves', 'state', 'stats'],
          constants: {},
          cost: costs.keys,
        },
      ),
      passAt(precision, {
        name: 'top',
        shader: 'top.wgsl',
        constants: { STABILIZE: p.stabilize },
        uniforms: { heads, per_head: chunks * features },
        bindings: ['stats', 'key_max'],
        cost: costs.top,
        workgroups: heads,
      }),
      passAt(precision, {
        name: 'merge',
        shader: 'merge.wgsl',
        constants: { CAUSAL: p.causal },
        uniforms: {
          lanes: mergeLanes,
          features,
          dv_quads: dvQuads,
          width,
          rows,
          m,
          chunk,
          chunks,
          feature_eps: { f32: p.featureEps },
        },
        bindings: ['stats', 'value_sums', 'key_max', 'state', 'norms'],
        cost: costs.merge,
        workgroups: laneWorkgroups(mergeLanes),
      }),
      passAt(precision, {
        name: 'totals',
        shader: 'totals.wgsl',
        constants: { CAUSAL: p.causal },
        uniforms: {
          lanes: totalLanes,
          features,
          dv_quads: dvQuads,
          width,
          rows,
          chunks,
          slots,
          feature_eps: { f32: p.featureEps },
        },
        bindings: ['key_max', 'state', 'norms'],
        cost: costs.totals,
        workgroups: laneWorkgroups(totalLanes),
      }),
      productPass(
        'queries',
        (rows) => ({ row_tiles: ceilDivide(n, rows) }),
        (rows) => ceilDivide(n, rows),
        {
          bindings: ['q', 'proj', 'query_halves', 'state', 'norms', 'y'],
          constants: { STABILIZE: p.stabilize },
          cost: costs.queries,
        },
      ),
    ],
  };
}
