/** Shapes and uniforms of the attention tiles in attend.wgsl (workgroup memory) and attend-lanes.wgsl (subgroups). */
import type {
  AxisSpecs,
  AxisValue,
  BaseParams,
  Caps,
  Cost,
  Params,
  Pass,
  Precision,
  Refusal,
  TensorSpec,
  Tolerance,
} from '../contract.ts';
import { ceilDivide, elementBytes, passAt, quads, roomQuads, storedBytes } from './plan.ts';
import { scoreScale } from './sdpa.ts';
import type { SdpaShape } from './sdpa.ts';

const tileVariants = ['tile', 'broadcast'] as const;

export const tileAxes = {
  variant: {
    kind: 'choice',
    choices: ['auto', ...tileVariants],
    default: 'auto',
    summary: 'tile: workgroup memory; broadcast: subgroups; auto: what suits the adapter',
  },
} as const satisfies AxisSpecs;
export type TileParams = Params<typeof tileAxes>;

type Shape = Readonly<Record<string, AxisValue>>;
/** Contract cases for both tiles. */
export const inBothTiles = (shapes: readonly Shape[]): readonly Shape[] =>
  shapes.flatMap((shape) => tileVariants.map((variant) => ({ ...shape, variant })));

/** Lanes of a workgroup; each owns 8 rows x 8 columns of the output, and the scores of 8 rows x 4 keys. */
const lanes = 32;
const rowsPerLane = 8;
const columnsPerLane = 8;

/** Widest value row: all lanes side by side. */
export const largestValueDimension = lanes * columnsPerLane;

/** Keys that one workgroup goes through where few rows see all keys: short enough to keep a wide adapter busy. */
export const splitKeys = 1024;

/**
 * Query rows a workgroup takes: the fewest that hold `rows`, else as many as there are. The lanes divide rows and output columns
 * between them, so wider values leave fewer rows; registers and workgroup memory (at most 15 KiB) hardly change.
 */
function tileRows(dv: number, rows = Infinity): number {
  const shapes = [8, 16, 32].filter((shape) => dv <= (lanes * rowsPerLane * columnsPerLane) / shape);
  return shapes.find((shape) => shape >= rows) ?? Math.max(...shapes);
}

/** Bytes of workgroup memory that a lane of attend-lanes.wgsl takes: four queries and their sums. */
const laneBytes = (p: BaseParams, room: typeof quads): number =>
  16 * (room(p.d) * (p.precision === 'f16' ? 2 : 4) + room(p.dv) * 4);
/** Keys of a step of attend-lanes.wgsl, and bytes of their slots. */
const laneKeys = 16;
const slotBytes = laneKeys * 12;

/** Lanes of attend-lanes.wgsl: one subgroup of the smallest size, or as many of its lanes as have room; 0 without room for four. */
function broadcastLanes(p: BaseParams, { limits, subgroupMinSize }: Caps, room = quads): number {
  for (let lanes = subgroupMinSize; lanes >= 4; lanes /= 2) {
    if (lanes * laneBytes(p, room) + slotBytes <= limits.maxComputeWorkgroupStorageSize) return lanes;
  }
  return 0;
}

/** Which tile a case gets: `broadcast` on software adapters, where a load costs as much as dozens of multiply-adds. */
export function tileVariant(p: TileParams, caps: Caps): (typeof tileVariants)[number] {
  if (p.variant !== 'auto') return p.variant;
  return caps.software && caps.features.has('subgroups') && broadcastLanes(p, caps) > 0
    ? 'broadcast'
    : 'tile';
}

/** Why the variant asked for cannot run. */
export function refuseTile(p: TileParams, caps: Caps): Refusal | null {
  if (p.variant !== 'broadcast') return null;
  if (!caps.features.has('subgroups')) {
    return { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
  }
  return broadcastLanes(p, caps) > 0
    ? null
    : {
        code: 'limit',
        message: `d = ${p.d} and dv = ${p.dv} take more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes 15 KiB`,
      };
}

/** A tile of `rows` rows, and what a pass that attends with it is made of. */
export interface AttentionTile {
  readonly rows: number;
  readonly includes: readonly string[];
  readonly enables: readonly string[];
  readonly constants: Pass['constants'];
  readonly uniforms: Pass['uniforms'];
}

const tileUniforms = (p: SdpaShape): Pass['uniforms'] => ({
  d_quads: quads(p.d),
  dv_quads: quads(p.dv),
  scale: { f32: Math.LOG2E * scoreScale(p) },
  four: 4,
});

/** The tile in workgroup memory, for rows of which at most `needed` stand together. */
export function workgroupTile(p: SdpaShape, needed = Infinity): AttentionTile {
  const rows = tileRows(p.dv, needed);
  return {
    rows,
    includes: ['../lib/attend-slots.wgsl', '../lib/attend.wgsl'],
    enables: [],
    // DEPTH: elements of q and k in workgroup memory at once.
    constants: { ROWS: rows, DEPTH: rows === 32 ? 32 : 16 },
    uniforms: { ...tileUniforms(p), key_groups: (lanes * rowsPerLane) / rows },
  };
}

/** The tile for rows of which at most `needed` stand together, as the variant has it. */
export function attentionTile(p: TileParams, caps: Caps, needed = Infinity): AttentionTile {
  if (tileVariant(p, caps) === 'broadcast') {
    const lanesInTile = broadcastLanes(p, caps);
    const room = broadcastLanes(p, caps, roomQuads) === lanesInTile ? roomQuads : quads;
    return {
      rows: 4 * lanesInTile,
      includes: ['../lib/attend-slots.wgsl', '../lib/attend-lanes.wgsl'],
      enables: ['subgroups'],
      constants: { LANES: lanesInTile, D_QUADS: room(p.d), DV_QUADS: room(p.dv) },
      uniforms: tileUniforms(p),
    };
  }
  return workgroupTile(p, needed);
}

export const splitCount = (p: BaseParams): number => ceilDivide(p.m, splitKeys);

/** Where attend-split.wgsl leaves `rows` rows a head for merge-splits.wgsl. */
export function splitScratch(p: BaseParams, rows: number): readonly TensorSpec[] {
  const shape = [p.batch, p.heads, splitCount(p), rows];
  return [
    { name: 'partial_output', shape: [...shape, quads(p.dv) * 4], type: 'f32' },
    { name: 'partial_stats', shape: [...shape, 2], type: 'f32' },
  ];
}

/** What attending costs for some visible pairs of all heads, with what is read and written once. */
export const attentionCost = (
  p: BaseParams,
  pairs: number,
  read: readonly TensorSpec[],
  written: readonly TensorSpec[],
): Cost => ({
  flops: 2 * pairs * (p.d + p.dv),
  exps: pairs,
  bytesRead: storedBytes(read, p.precision),
  bytesWritten: storedBytes(written, p.precision),
});

const mergeWorkgroup = 64;

/** The splits of `rows` rows a head put together by the kernel's own merge.wgsl, which knows where in y they belong. */
export function mergePass(
  p: BaseParams,
  rows: number,
  { uniforms, positions }: { readonly uniforms: Pass['uniforms']; readonly positions: readonly string[] },
): Pass {
  const parts = p.batch * p.heads * rows * splitCount(p);
  const mergedQuads = p.batch * p.heads * rows * quads(p.dv);
  return passAt(p.precision, {
    name: 'merge',
    shader: 'merge.wgsl',
    includes: ['../lib/merge-splits.wgsl'],
    constants: { WORKGROUP: mergeWorkgroup },
    uniforms: { dv_quads: quads(p.dv), n: p.n, ...uniforms, splits: splitCount(p), quads: mergedQuads },
    bindings: ['partial_output', 'partial_stats', ...positions, 'y'],
    cost: {
      flops: 2 * parts * (p.dv + 1),
      exps: parts,
      bytesRead: storedBytes(splitScratch(p, rows), p.precision),
      bytesWritten: p.batch * p.heads * rows * p.dv * elementBytes(p.precision),
    },
    workgroups: ceilDivide(mergedQuads, mergeWorkgroup),
  });
}

/** What the attention tile costs in accuracy, whichever keys a mechanism lists for it. */
export const tileTolerance: Readonly<Record<Precision, Tolerance>> = {
  f32: {
    nmse: 1e-12,
    because: 'f32 sums in another order, and exp2 of a score that is itself rounded: 1e-14 to 3e-13 seen',
  },
  f16: {
    nmse: 5e-6,
    because: 'weights of tile and y round to f16, by 2^-11 each; products are exact in f32',
  },
  f16s: { nmse: 1.5e-7, because: 'y is stored as f16 (3e-8 to 5e-8 seen); everything before it is f32' },
};
