/** Flash attention on subgroup matrices: which shapes of the adapter's matrix units suit a case, and the plan for one. */
import type { Caps, Plan, Refusal, Shape, SubgroupMatrix } from '../contract.ts';
import { ceilDivide, passAt, quads } from '../lib/plan.ts';
import { maskUniforms, productScale, queryScale, sdpaCost } from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';

const feature = 'chromium-experimental-subgroup-matrix';

/** Threads of a workgroup: four subgroups of the usual 32. */
const usualThreads = 128;
/** More rows than this only wait for each other. */
const mostRows = 64;

interface MatrixShape {
  readonly unit: SubgroupMatrix;
  readonly subgroups: number;
  readonly threads: number;
  readonly keys: number;
}

const roundUp = (value: number, to: number): number => ceilDivide(value, to) * to;
const isPowerOfTwo = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

/** Bytes of workgroup memory; the shader's declarations, term by term. */
function workgroupBytes(p: SdpaParams, { unit, subgroups, keys }: MatrixShape): number {
  const rows = unit.rows * subgroups;
  const stride = Math.max(roundUp(p.d, unit.depth), roundUp(p.dv, unit.columns)) + 8;
  const tile = Math.max(keys, rows) * stride * 2;
  const parts = [tile, rows * (keys + 4) * 4, rows * (keys + 8) * 2, rows * 4, 4];
  return parts.reduce((sum, bytes) => sum + roundUp(bytes, 16), 0);
}

/** f16 in, f32 out, sizes that tiles of 16 to 64 keys can be made of. The largest first: it does most for each load. */
function suitableUnits(caps: Caps): readonly SubgroupMatrix[] {
  return caps.subgroupMatrices
    .filter(
      ({ componentType, resultComponentType, rows, columns, depth }) =>
        componentType === 'f16' &&
        resultComponentType === 'f32' &&
        [rows, columns, depth].every((size) => isPowerOfTwo(size) && size >= 4 && size <= 64) &&
        rows <= caps.subgroupMaxSize,
    )
    .toSorted((a, b) => b.rows * b.columns * b.depth - a.rows * a.columns * a.depth);
}

/** What fits, the fastest expected first: many rows for each staged key, as long as there is memory. */
function fittingShapes(p: SdpaParams, caps: Caps): readonly MatrixShape[] {
  const threads = Math.max(usualThreads, caps.subgroupMaxSize);
  if (threads > caps.limits.maxComputeInvocationsPerWorkgroup) return [];
  return suitableUnits(caps).flatMap((unit) => {
    const most = Math.max(1, Math.min(threads / caps.subgroupMaxSize, mostRows / unit.rows));
    const counts = [most, most / 2, most / 4].filter((count) => count >= 1 && Number.isInteger(count));
    return counts.flatMap((subgroups) =>
      [32, 64, 16]
        .filter((keys) => keys >= unit.columns && keys >= unit.depth)
        .map((keys) => ({ unit, subgroups, threads, keys }))
        .filter((shape) => workgroupBytes(p, shape) <= caps.limits.maxComputeWorkgroupStorageSize),
    );
  });
}

const named = ({ unit, subgroups, keys }: MatrixShape): Shape => ({
  matrix: `${unit.rows}x${unit.columns}x${unit.depth}`,
  rows: unit.rows * subgroups,
  keys,
});

export const matrixShapes = (p: SdpaParams, caps: Caps): readonly Shape[] =>
  fittingShapes(p, caps).map(named);

export function refuseMatrix(p: SdpaParams, caps: Caps): Refusal | null {
  if (p.precision !== 'f16') {
    return { code: 'unsupported', message: 'variant=matrix multiplies f16; use precision=f16' };
  }
  if (!caps.features.has(feature)) {
    return { code: 'feature', message: `the adapter has no ${feature}; variant=tile runs everywhere` };
  }
  if (suitableUnits(caps).length === 0) {
    const seen = caps.subgroupMatrices.map(
      ({ rows, columns, depth, componentType, resultComponentType }) =>
        `${rows}x${columns}x${depth} ${componentType} to ${resultComponentType}`,
    );
    return {
      code: 'feature',
      message: `no matrix unit of the adapter suits variant=matrix, which takes f16 to f32 with at most one row a lane; it has ${seen.join(', ') || 'none'}`,
    };
  }
  return matrixShapes(p, caps).length > 0
    ? null
    : {
        code: 'limit',
        message: `d = ${p.d} and dv = ${p.dv} take more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes 16 KiB`,
      };
}

/** Weights of a row are shared by as many threads as there are to spare. */
const lanesPerRow = (threads: number, rows: number): number => Math.max(1, Math.min(8, threads / rows));

export function matrixPlan(p: SdpaParams, caps: Caps, wanted: Shape): Plan {
  const fitting = fittingShapes(p, caps);
  const shape = fitting.find((candidate) => JSON.stringify(named(candidate)) === JSON.stringify(wanted));
  if (shape === undefined) throw new RangeError(`no shape ${JSON.stringify(wanted)} for variant=matrix here`);
  const { unit, subgroups, threads, keys } = shape;
  const rows = unit.rows * subgroups;
  const group = p.heads / p.kvHeads;
  const rowTiles = ceilDivide(p.n * group, rows);
  return {
    variant: `matrix ${unit.rows}x${unit.columns}x${unit.depth}`,
    scratch: [],
    passes: [
      passAt(p.precision, {
        name: 'attention',
        shader: 'matrix.wgsl',
        includes: ['../lib/visible.wgsl'],
        enables: ['subgroups', 'chromium_experimental_subgroup_matrix'],
        constants: {
          MATRIX_ROWS: unit.rows,
          MATRIX_COLUMNS: unit.columns,
          MATRIX_DEPTH: unit.depth,
          SUBGROUPS: subgroups,
          THREADS: threads,
          KEYS: keys,
          D_PADDED: roundUp(p.d, unit.depth),
          DV_PADDED: roundUp(p.dv, unit.columns),
          LANES_PER_ROW: lanesPerRow(threads, rows),
          QUERY_SCALE: { f32: queryScale(p) },
        },
        uniforms: {
          kv_heads: p.batch * p.kvHeads,
          group,
          n: p.n,
          m: p.m,
          d_quads: quads(p.d),
          dv_quads: quads(p.dv),
          row_tiles: rowTiles,
          ...maskUniforms(p),
          scale: { f32: productScale(p) * Math.LOG2E },
        },
        bindings: ['q', 'k', 'v', 'y'],
        workgroups: p.batch * p.kvHeads * rowTiles,
        cost: sdpaCost(p),
      }),
    ],
  };
}
