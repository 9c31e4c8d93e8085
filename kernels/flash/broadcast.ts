/** Flash attention by subgroup broadcast: how much a lane holds, and the plan. */
import type { Caps, Plan, Shape } from '../contract.ts';
import { ceilDivide, passAt, quads, roomQuads } from '../lib/plan.ts';
import { maskUniforms, scoreScale, sdpaCost } from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';

/** How a lane of `broadcast` is loaded: its queries (4 or 8) and the keys of a step (16 or 32). */
export interface BroadcastShape extends Shape {
  readonly queries: number;
  readonly step: number;
}

/** Lanes of a workgroup, and whether their queries are kept beside their sums. */
interface Fit {
  readonly lanes: number;
  readonly keepsQueries: boolean;
}

/** WebGPU has no smaller subgroups. */
const smallestSubgroup = 4;

/**
 * At most one subgroup of the largest size, fewer lanes where their sums would not fit in workgroup memory; null where not even
 * the smallest subgroup fits. Queries that do not fit beside the sums are read from storage in every step.
 */
function broadcastFit(
  p: SdpaParams,
  { limits, subgroupMaxSize }: Caps,
  queries: number,
  room = quads,
): Fit | null {
  const realBytes = p.precision === 'f16' ? 2 : 4;
  const sumBytes = queries * room(p.dv) * 16;
  const queryBytes = queries * room(p.d) * 4 * realBytes;
  for (let lanes = subgroupMaxSize; lanes >= smallestSubgroup; lanes /= 2) {
    const left = limits.maxComputeWorkgroupStorageSize - lanes * sumBytes;
    if (left >= 0) return { lanes, keepsQueries: left >= lanes * queryBytes };
  }
  return null;
}

/**
 * Shapes of `broadcast` that fit, the fastest known first. Eight queries a lane halve the loads of keys and values and 32 keys a step
 * those of queries and sums; where vectors are four wide (SwiftShader) that many do not stay in registers, and the smallest
 * shape wins. Shapes that leave lanes without a query, or the workgroup less than a whole subgroup, come last.
 */
export function broadcastShapes(p: SdpaParams, caps: Caps): readonly BroadcastShape[] {
  const wide = caps.subgroupMaxSize > smallestSubgroup;
  const [queries, steps] = wide
    ? [
        [8, 4],
        [32, 16],
      ]
    : [
        [4, 8],
        [16, 32],
      ];
  const lanes = (shape: BroadcastShape): number => broadcastFit(p, caps, shape.queries)?.lanes ?? 0;
  const fitting = queries
    .flatMap((count) => steps.map((step) => ({ queries: count, step })))
    .filter((shape) => lanes(shape) > 0);
  const most = Math.max(...fitting.map(lanes));
  const suits = (shape: BroadcastShape): boolean =>
    lanes(shape) === most && (shape.queries === 4 || p.n > 4 * most);
  return [...fitting.filter(suits), ...fitting.filter((shape) => !suits(shape))];
}

/** One lane, four or eight queries: keys and values are loaded once a subgroup and broadcast. */
export function broadcastPlan(p: SdpaParams, caps: Caps, shape: Shape): Plan {
  const [queries, step] = [Number(shape.queries), Number(shape.step)];
  const fit = broadcastFit(p, caps, queries);
  if (fit === null) throw new RangeError(`${queries} queries a lane do not fit in workgroup memory`);
  const roomy = broadcastFit(p, caps, queries, roomQuads);
  const room = roomy?.lanes === fit.lanes && roomy.keepsQueries === fit.keepsQueries ? roomQuads : quads;
  const rowTiles = ceilDivide(p.n, fit.lanes * queries);
  return {
    variant: 'broadcast',
    scratch: [],
    passes: [
      passAt(p.precision, {
        name: 'attention',
        shader: 'broadcast.wgsl',
        includes: [
          '../lib/visible.wgsl',
          `../lib/pairs-${p.precision}.wgsl`,
          fit.keepsQueries ? 'queries-kept.wgsl' : 'queries-read.wgsl',
        ],
        enables: ['subgroups'],
        constants: {
          LANES: fit.lanes,
          HALVES: queries / 4,
          STEP: step,
          WIDTH: Math.min(caps.subgroupMinSize, fit.lanes, step),
          D_PAIRS: room(p.d) * 2,
          DV_PAIRS: room(p.dv) * 2,
        },
        uniforms: {
          heads: p.batch * p.heads,
          group: p.heads / p.kvHeads,
          n: p.n,
          m: p.m,
          d_pairs: quads(p.d) * 2,
          dv_pairs: quads(p.dv) * 2,
          row_tiles: rowTiles,
          ...maskUniforms(p),
          scale: { f32: scoreScale(p) * Math.LOG2E },
        },
        bindings: ['q', 'k', 'v', 'y'],
        workgroups: p.batch * p.heads * rowTiles,
        cost: sdpaCost(p),
      }),
    ],
  };
}
