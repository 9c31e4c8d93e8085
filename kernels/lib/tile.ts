/** Shape and uniforms of the attention tile in attend.wgsl. */
import type { BaseParams, TensorSpec } from '../contract.ts';
import { ceilDivide, quads } from './plan.ts';

/** Lanes of a workgroup; eight rows each, 32 scores each. */
const lanes = 32;
const rowsPerLane = 8;
const columnsPerLane = 8;

/** Widest value row: eight query rows a workgroup leave each of the 32 lanes eight of its columns. */
export const largestValueDimension = lanes * columnsPerLane;

/** Keys that one workgroup goes through where few rows see all keys: short enough to keep a wide adapter busy. */
export const splitKeys = 1024;

/**
 * Query rows a workgroup takes. Its lanes divide rows and output columns between them, so wider values leave fewer rows;
 * the registers and the workgroup memory stay the same (at most 15 KiB).
 */
export function tileRows(dv: number): number {
  const columns = [64, 128].find((width) => dv <= width) ?? largestValueDimension;
  return (lanes * rowsPerLane * columnsPerLane) / columns;
}

/** Constants that attend.wgsl asks for. DEPTH: elements of q and k in workgroup memory at once. */
export function tileConstants(dv: number): { readonly ROWS: number; readonly DEPTH: number } {
  const rows = tileRows(dv);
  return { ROWS: rows, DEPTH: rows === 32 ? 32 : 16 };
}

/** Uniforms that attend.wgsl asks for. */
export const tileUniforms = (
  p: BaseParams,
): { readonly d_quads: number; readonly dv_quads: number; readonly scale: { readonly f32: number } } => ({
  d_quads: quads(p.d),
  dv_quads: quads(p.dv),
  scale: { f32: Math.LOG2E / Math.sqrt(p.d) },
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
