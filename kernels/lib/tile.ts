/** Shape and uniforms of the attention tile in attend.wgsl. */
import type { BaseParams, Pass, Precision, TensorSpec, Tolerance } from '../contract.ts';
import { ceilDivide, passAt, quads } from './plan.ts';
import { productScale, queryScale } from './sdpa.ts';

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
export function tileRows(dv: number, rows = Infinity): number {
  const shapes = [8, 16, 32].filter((shape) => dv <= (lanes * rowsPerLane * columnsPerLane) / shape);
  return shapes.find((shape) => shape >= rows) ?? Math.max(...shapes);
}

/** Constants that attend.wgsl asks for. DEPTH: elements of q and k in workgroup memory at once. */
export const tileConstants = (rows: number): Pass['constants'] => ({
  ROWS: rows,
  DEPTH: rows === 32 ? 32 : 16,
});

/** Uniforms that attend.wgsl asks for. */
export const tileUniforms = (p: BaseParams, rows: number): Pass['uniforms'] => ({
  d_quads: quads(p.d),
  dv_quads: quads(p.dv),
  query_scale: { f32: queryScale(p) },
  scale: { f32: Math.LOG2E * productScale(p) },
  key_groups: (lanes * rowsPerLane) / rows,
  four: 4,
});

export const splitCount = (p: BaseParams): number => ceilDivide(p.m, splitKeys);

/** Where attend-split.wgsl leaves `rows` rows a head for merge-splits.wgsl. */
export function splitScratch(p: BaseParams, rows: number): readonly TensorSpec[] {
  const shape = [p.batch, p.heads, splitCount(p), rows];
  return [
    { name: 'partial_output', shape: [...shape, quads(p.dv) * 4], type: 'f32' },
    { name: 'partial_stats', shape: [...shape, 2], type: 'f32' },
  ];
}

const mergeWorkgroup = 64;

/** The splits of `rows` rows a head put together by the kernel's own merge.wgsl, which knows where in y they belong. */
export function mergePass(
  p: BaseParams,
  rows: number,
  { uniforms, positions }: { readonly uniforms: Pass['uniforms']; readonly positions: readonly string[] },
): Pass {
  const mergedQuads = p.batch * p.heads * rows * quads(p.dv);
  return passAt(p.precision, {
    name: 'merge',
    shader: 'merge.wgsl',
    includes: ['../lib/merge-splits.wgsl'],
    constants: { WORKGROUP: mergeWorkgroup },
    uniforms: { dv_quads: quads(p.dv), n: p.n, ...uniforms, splits: splitCount(p), quads: mergedQuads },
    bindings: ['partial_output', 'partial_stats', ...positions, 'y'],
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
    because: 'products of q and k round to f16: with d = 1 a score of 9 is off by 2e-3, and so is its weight',
  },
  f16s: { nmse: 1.5e-7, because: 'y is stored as f16 (3e-8 to 5e-8 seen); everything before it is f32' },
};
