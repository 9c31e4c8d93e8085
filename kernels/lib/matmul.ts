/**
 * The matrix product that kernels share: WGSL functions that a kernel's own file calls with its own loaders, so that what is
 * multiplied can be computed while it is loaded and what comes out can be used before it is stored.
 *
 * A workgroup has a tile of `tileRows` rows. A lane owns four of them, and in a step of STEP columns 16 columns (a `Block`: four
 * mat4x4f, column of a matrix = column of the product). Two products, which can follow each other as in attention:
 *
 *   inner: S[row, column] = sum over the depth of L[row, depth] R[column, depth], both stored along their depth.
 *     The file declares     fn left(row: u32, e: u32) -> real4      quad e of the depth of row `row` of the tile
 *                           fn right(column: u32, e: u32) -> real4  quad e of the depth of a column
 *     and calls             hold_rows(me, depth_quads)              once, before the first step
 *                           inner_products(me, start, depth_quads) -> Block, of the STEP columns from `start` on
 *   outer: O[row, column] = O[row, column] factor[row] + sum over STEP depths of W[row, depth] V[depth, column], V stored along its columns.
 *     The file declares     fn value(depth: u32, e: u32) -> vec4f   quad e of the columns of row `depth` of V
 *     and calls             add_outer_products(me, W, factor, start, stop, first, end)   for the quads first .. end of the columns,
 *                           W: the Block of the STEP depths from `start` on, zero from `stop` on; from inner_products or loaded
 *                           own_sum(me, i), set_own_sum(me, i, x) for i below `quads of columns` / COLUMN_GROUPS: column quad own_quad(me, i)
 *
 *   numbers, beside either: one number a column (or depth), loaded like the columns.
 *     The file declares     fn number(column: u32) -> f32
 *     and calls             numbers_of(me, start) -> Numbers, of the STEP columns from `start` on
 *
 * A lane's rows are own_row(me) .. + 3 of the tile, its columns (or depths) of a step start + own_column(me) .. + 15. The entry point
 * takes `me: Lane` as a parameter and has @workgroup_size(LANES). across_largest and across_sum finish what a lane knows of
 * its rows (matmul-block.wgsl); between two calls of one of them stands a product. Sums start at zero. Loaders are asked past the end of every matrix: they clamp, and the file makes what
 * they gave count nothing (a weight of zero; a row or column that is not stored). Everything but a loader's and a
 * store's addresses must be the same in all lanes: all call, with the same start, stop, first, end and number of quads.
 * Factors of inner products are `real`; products and sums are f32.
 *
 * Two implementations stand behind the same functions. `broadcast`: a row belongs to one lane, and columns are loaded once a subgroup and
 * broadcast; fastest on software adapters, where a load costs dozens of multiply-adds. `tile`: 32 lanes share 32 rows x 64 columns
 * through 15 KiB of workgroup memory, without subgroups; for GPUs, and for adapters that have none.
 */
import type { Caps, Pass, Precision } from '../contract.ts';
import { passAt } from './plan.ts';

export type MatmulVariant = 'broadcast' | 'tile';

/** What one pass multiplies. Leave a product out and its functions are not there. */
export interface MatmulShape {
  readonly precision: Precision;
  /** Quads of the depth of the inner product. */
  readonly innerQuads?: number;
  /** Quads of the columns of the outer product that one workgroup sums: for `tile` a multiple of 16. */
  readonly outerQuads?: number;
  /** Whether the file also wants one number for each column of a step. */
  readonly numbers?: boolean;
}

export interface Matmul {
  readonly variant: MatmulVariant;
  /** Rows of a workgroup's tile. */
  readonly tileRows: number;
  /** Columns of a step, STEP in WGSL. */
  readonly step: number;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
  readonly includes: readonly string[];
  readonly enables: readonly string[];
  readonly constants: Pass['constants'];
}

/** Rows that one lane owns. */
const laneRows = 4;
/** Columns of a step that one lane owns. */
const laneColumns = 16;
const tileLanes = 32;
const columnGroups = 4;
/** WebGPU has no smaller subgroups. */
const smallestSubgroup = 4;

const chunks = (variant: MatmulVariant, shape: MatmulShape): readonly string[] => [
  '../lib/matmul-block.wgsl',
  `../lib/matmul-${variant}.wgsl`,
  ...(shape.innerQuads === undefined ? [] : [`../lib/matmul-inner-${variant}.wgsl`]),
  ...(shape.outerQuads === undefined ? [] : [`../lib/matmul-outer-${variant}.wgsl`]),
  ...(shape.numbers === true ? [`../lib/matmul-numbers-${variant}.wgsl`] : []),
];

function quadConstants({
  innerQuads,
  outerQuads,
}: Pick<MatmulShape, 'innerQuads' | 'outerQuads'>): Pass['constants'] {
  return {
    ...(innerQuads === undefined ? {} : { INNER_QUADS: innerQuads }),
    ...(outerQuads === undefined ? {} : { OUTER_QUADS: outerQuads }),
  };
}

/** Null where the adapter has no subgroups, or the rows and sums of not even four lanes fit in workgroup memory. */
export function broadcastMatmul(shape: MatmulShape, caps: Caps): Matmul | null {
  if (!caps.features.has('subgroups')) return null;
  const { innerQuads = 0, outerQuads = 0 } = shape;
  const laneBytes = 4 * laneRows * (innerQuads * (shape.precision === 'f16' ? 2 : 4) + outerQuads * 4);
  for (let lanes = caps.subgroupMaxSize; lanes >= smallestSubgroup; lanes /= 2) {
    if (lanes * laneBytes > caps.limits.maxComputeWorkgroupStorageSize) continue;
    return {
      variant: 'broadcast',
      tileRows: lanes * laneRows,
      step: laneColumns,
      workgroupBytes: lanes * laneBytes,
      includes: chunks('broadcast', shape),
      enables: ['subgroups'],
      constants: {
        LANES: lanes,
        WIDTH: Math.min(caps.subgroupMinSize, lanes, laneColumns),
        ...quadConstants(shape),
      },
    };
  }
  return null;
}

export function tileMatmul(shape: MatmulShape): Matmul {
  const rowGroups = tileLanes / columnGroups;
  const step = columnGroups * laneColumns;
  const told = 2 * tileLanes;
  const inner = shape.innerQuads === undefined ? 0 : 2 * (rowGroups * laneRows + step + columnGroups);
  const outer = shape.outerQuads === undefined ? 0 : step * rowGroups + 8 * 17;
  return {
    variant: 'tile',
    tileRows: rowGroups * laneRows,
    step,
    workgroupBytes: 16 * (told + inner + outer),
    includes: chunks('tile', shape),
    enables: [],
    constants: { LANES: tileLanes, ...quadConstants({ outerQuads: shape.outerQuads }) },
  };
}

/**
 * A pass of a kernel on a product: `passAt` with what the product needs put in. `four` bounds loops that compilers must not unroll: a
 * load or store written four times takes four times as long to compile.
 */
export function matmulPass(precision: Precision, matmul: Matmul, pass: Parameters<typeof passAt>[1]): Pass {
  return passAt(precision, {
    ...pass,
    includes: [...matmul.includes, ...(pass.includes ?? [])],
    enables: [...matmul.enables, ...(pass.enables ?? [])],
    constants: { ...matmul.constants, ...pass.constants },
    uniforms: { ...pass.uniforms, four: laneRows },
  });
}
