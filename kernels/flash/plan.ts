/** The two implementations of flash attention as plans, and which of them suits an adapter. */
import type { Caps, Plan, Uniform } from '../contract.ts';
import { ceilDivide, passAt, quads } from '../lib/plan.ts';
import { maskUniforms, matrixChunk, productScale, queryScale } from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';

export interface FlashParams extends SdpaParams {
  readonly variant: 'auto' | 'tile' | 'broadcast';
}

/** Largest dv: eight rows of f32 sums then take 8 KiB of workgroup memory. */
export const widestValue = 256;

/** Scores are kept as logarithms to base 2, because exp2 is what adapters have. */
const flashUniforms = (p: FlashParams, rowTiles: number): Readonly<Record<string, Uniform>> => ({
  heads: p.batch * p.heads,
  group: p.heads / p.kvHeads,
  n: p.n,
  m: p.m,
  d_quads: quads(p.d),
  dv_quads: quads(p.dv),
  row_tiles: rowTiles,
  ...maskUniforms(p),
  scale: { f32: productScale(p) * Math.LOG2E },
});

const bindings = ['q', 'k', 'v', 'y'];

/** Queries of a workgroup: as many as 8 KiB of sums allow, and no more than the case has. */
function tileRows(p: FlashParams): number {
  const allowed = [32, 16, 8].filter((rows) => rows * quads(p.dv) <= 512);
  return allowed.findLast((rows) => rows >= p.n) ?? allowed[0];
}

/** 12.2 KiB of workgroup memory at most: 4 KiB of scores, 8 KiB of sums, a factor a row. */
export function tilePlan(p: FlashParams): Plan {
  const rows = tileRows(p);
  const rowTiles = ceilDivide(p.n, rows);
  return {
    variant: 'tile',
    scratch: [],
    passes: [
      passAt(p.precision, {
        name: 'attention',
        shader: 'tile.wgsl',
        includes: ['../lib/visible.wgsl', matrixChunk(p.precision)],
        constants: { ROWS: rows, DV_QUADS: quads(p.dv), QUERY_SCALE: { f32: queryScale(p) } },
        uniforms: { ...flashUniforms(p, rowTiles), key_quads: 256 / rows },
        bindings,
        workgroups: p.batch * p.heads * rowTiles,
      }),
    ],
  };
}

/** Queries that one lane of `broadcast` owns. */
const laneQueries = 4;

/**
 * Lanes of a workgroup of `broadcast`: at most one subgroup of the largest size, fewer where the lanes' queries and sums
 * would not fit in workgroup memory; 0 where not even the smallest subgroup fits.
 */
export function broadcastLanes(p: FlashParams, { limits, subgroupMaxSize }: Caps): number {
  const realBytes = p.precision === 'f16' ? 2 : 4;
  const laneBytes = 4 * laneQueries * (quads(p.d) * realBytes + quads(p.dv) * 4);
  for (let lanes = subgroupMaxSize; lanes >= smallestSubgroup; lanes /= 2) {
    if (lanes * laneBytes <= limits.maxComputeWorkgroupStorageSize) return lanes;
  }
  return 0;
}

/** WebGPU has no smaller subgroups. */
const smallestSubgroup = 4;
/** Keys of a step, as many as the file spells out. */
const stepKeys = 16;

/** One lane, four queries: keys and values are loaded once a subgroup and broadcast. */
export function broadcastPlan(p: FlashParams, caps: Caps): Plan {
  const lanes = broadcastLanes(p, caps);
  const rowTiles = ceilDivide(p.n, lanes * laneQueries);
  return {
    variant: 'broadcast',
    scratch: [],
    passes: [
      passAt(p.precision, {
        name: 'attention',
        shader: 'broadcast.wgsl',
        includes: ['../lib/visible.wgsl', matrixChunk(p.precision)],
        enables: ['subgroups'],
        constants: {
          LANES: lanes,
          WIDTH: Math.min(caps.subgroupMinSize, lanes, stepKeys),
          D_QUADS: quads(p.d),
          DV_QUADS: quads(p.dv),
          QUERY_SCALE: { f32: queryScale(p) },
        },
        uniforms: flashUniforms(p, rowTiles),
        bindings,
        workgroups: p.batch * p.heads * rowTiles,
      }),
    ],
  };
}

/**
 * `broadcast` wins on software adapters, where a load costs as much as dozens of multiply-adds. A lane owns four queries,
 * which leaves real GPUs with too few threads, so they get `tile`.
 */
export function chooseVariant(p: FlashParams, caps: Caps): 'tile' | 'broadcast' {
  if (p.variant !== 'auto') return p.variant;
  return caps.software && caps.features.has('subgroups') && broadcastLanes(p, caps) > 0
    ? 'broadcast'
    : 'tile';
}
