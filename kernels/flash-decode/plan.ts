/** How the rows, the keys and the lanes of a case are cut, for both implementations. */
import type { Caps, Cost, Pass, Plan, Shape, TensorSpec } from '../contract.ts';
import { attentionOutput } from '../lib/heads.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../lib/plan.ts';
import { maskUniforms, productScale, sdpaCost, visibleKeys } from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';

export const variants = ['tile', 'broadcast'] as const;
type Variant = (typeof variants)[number];

export interface DecodeParams extends SdpaParams {
  readonly variant: 'auto' | Variant;
}

/** With more queries than this a tile of queries is the better way to share loads: flash. */
export const mostQueries = 16;

/** Rows that read the same keys: the queries of all query heads of a KV head. */
export const rowsOfHead = (p: DecodeParams): number => (p.heads / p.kvHeads) * p.n;

/** Rows of a workgroup that the WGSL is written for. */
const rowCounts = [1, 4, 8];
/** Weights of a workgroup, in bytes: keys of a split times rows. */
const weightBytes = 8192;
/** Keys whose loads and products a lane does at once. */
const laneKeys = 4;
/** Threads that share four keys in tile.wgsl, and lanes in broadcast.wgsl where there is one row. */
const share = 4;
/** Workgroups to aim at: a few for every core of a CPU, several for every core of a GPU. */
const wantedWorkgroups = { software: 32, hardware: 512 };

/** How a case is cut. */
export interface Cut {
  readonly variant: Variant;
  /** Lanes of a workgroup. */
  readonly lanes: number;
  /** Rows of a workgroup. */
  readonly rows: number;
  readonly rowTiles: number;
  /** Keys of a split: a whole number of steps. */
  readonly keys: number;
  readonly splits: number;
}

/**
 * One row by subgroups has an implementation of its own, broadcast-row.wgsl, which takes any number of keys. Four lanes spend more on
 * its exchanges than they save in loads.
 */
const inRegisters = ({ variant, lanes, rows }: Pick<Cut, 'variant' | 'lanes' | 'rows'>): boolean =>
  variant === 'broadcast' && rows === 1 && lanes > 4;

/** A split is a whole number of these: keys that the lanes of a workgroup take at once, or in broadcast-row.wgsl in four rounds. */
const stepKeys = (variant: Variant, lanes: number): number =>
  variant === 'tile' ? (lanes / share) * laneKeys : lanes * laneKeys;

const tileThreads = 64;
const lanesOf = (variant: Variant, caps: Caps, shape?: Shape): number =>
  variant === 'tile' ? Number(shape?.threads ?? tileThreads) : caps.subgroupMinSize;

/** `broadcast` where a load costs dozens of multiply-adds; it keeps too few lanes busy for hardware. */
const variantOf = (p: DecodeParams, caps: Caps): Variant =>
  p.variant !== 'auto' ? p.variant : caps.software && caps.features.has('subgroups') ? 'broadcast' : 'tile';

/** The most keys of a split: what the weights have room for. */
const mostKeys = (cut: Pick<Cut, 'variant' | 'lanes' | 'rows'>): number =>
  inRegisters(cut) ? Infinity : Math.max(stepKeys(cut.variant, cut.lanes), weightBytes / 4 / cut.rows);

/** Quads of a row that a lane of broadcast-row.wgsl holds at once, side by side with the others: one, two or four; and how often. */
function spanOf(dimensions: number, lanes: number): { readonly quads: number; readonly spans: number } {
  const needed = ceilDivide(quads(dimensions), lanes);
  const held = needed > 2 ? 4 : needed;
  return { quads: held, spans: ceilDivide(needed, held) };
}

/** WGSL gives a function 8192 bytes of variables; broadcast-row.wgsl takes at most half of them for the lane's queries and outputs. */
const mostLaneBytes = 4096;
const laneBytes = (p: DecodeParams, cut: Pick<Cut, 'variant' | 'lanes' | 'rows'>): number =>
  inRegisters(cut) ? 64 * (spanOf(p.d, cut.lanes).spans + spanOf(p.dv, cut.lanes).spans) : 0;

/** Quads of a query in workgroup memory: a whole number for each of those who share a key. */
const queryQuads = (p: DecodeParams): number => ceilDivide(quads(p.d), share) * share;

/** Workgroup memory: queries and weights; in tile.wgsl also a part of the result and of the row numbers for each thread. */
export function workgroupBytes(
  p: DecodeParams,
  { variant, lanes, rows }: Pick<Cut, 'variant' | 'lanes' | 'rows'>,
): number {
  if (inRegisters({ variant, lanes, rows })) return 0;
  const threads = variant === 'tile' ? 16 * lanes * (rows + 1) : 0;
  return rows * (16 * queryQuads(p) + 4 * mostKeys({ variant, lanes, rows }) + 8) + threads;
}

/**
 * As many rows as the head has, up to 8, fewer where queries and weights would not fit. Keys are split until there is work for the
 * whole adapter. Null where not even one row fits.
 */
export function cutOf(p: DecodeParams, caps: Caps, shape?: Shape): Cut | null {
  const variant = variantOf(p, caps);
  const lanes = lanesOf(variant, caps, shape);
  const needed = rowsOfHead(p);
  const fitting = rowCounts.filter(
    (rows) =>
      workgroupBytes(p, { variant, lanes, rows }) <= caps.limits.maxComputeWorkgroupStorageSize &&
      laneBytes(p, { variant, lanes, rows }) <= mostLaneBytes,
  );
  const rows = fitting.find((count) => count >= needed) ?? fitting.at(-1);
  if (rows === undefined) return null;
  const step = stepKeys(variant, lanes);
  const rowTiles = ceilDivide(needed, rows);
  const wanted = wantedWorkgroups[caps.software ? 'software' : 'hardware'];
  const wantedSplits = ceilDivide(wanted, p.batch * p.kvHeads * rowTiles);
  // The last query sees the most keys; under a mask those past them are in no split.
  const seen = Math.max(1, visibleKeys(p, p.n - 1));
  const wantedKeys = Number(shape?.keys ?? ceilDivide(seen, wantedSplits));
  const keys = Math.min(mostKeys({ variant, lanes, rows }), ceilDivide(wantedKeys, step) * step);
  return { variant, lanes, rows, rowTiles, keys, splits: ceilDivide(seen, keys) };
}

const partialShape = (p: DecodeParams, { splits }: Cut): readonly number[] => [
  p.batch,
  p.kvHeads,
  splits,
  rowsOfHead(p),
];
const scratchOf = (p: DecodeParams, cut: Cut): readonly TensorSpec[] =>
  cut.splits === 1
    ? []
    : [
        { name: 'partial_output', shape: [...partialShape(p, cut), quads(p.dv) * 4], type: 'f32' },
        { name: 'partial_stats', shape: [...partialShape(p, cut), 2], type: 'f32' },
      ];

/** What makes the three implementations differ as a pass. */
function implementation(
  p: DecodeParams,
  cut: Cut,
): Pick<Pass, 'shader' | 'includes' | 'constants' | 'uniforms'> {
  const { variant, lanes, rows } = cut;
  if (inRegisters(cut)) {
    const [keySpan, valueSpan] = [spanOf(p.d, lanes), spanOf(p.dv, lanes)];
    return {
      shader: 'broadcast-row.wgsl',
      includes: [],
      constants: {
        SPAN: keySpan.quads,
        SPANS: keySpan.spans,
        VALUE_SPAN: valueSpan.quads,
        VALUE_SPANS: valueSpan.spans,
      },
      uniforms: { spans: keySpan.spans, value_spans: valueSpan.spans },
    };
  }
  const block = rows === 1 ? 1 : 4; // rows of block-1.wgsl and block-4.wgsl
  // Room for the longest split, so that one pipeline serves every number of keys.
  const keyQuads = mostKeys(cut) / laneKeys;
  const kept = queryQuads(p) + keyQuads;
  const shared = { BLOCKS: rows / block, D_QUADS: queryQuads(p) };
  if (variant === 'broadcast') {
    return {
      shader: 'broadcast.wgsl',
      includes: [`block-${block}.wgsl`, 'rows.wgsl', `lanes-${block}.wgsl`],
      constants: { ...shared, KEPT: kept },
      uniforms: { share, blocks: rows / block },
    };
  }
  // Threads side by side over the dimensions of v; the others take other keys.
  const columnThreads = Math.min(lanes, 2 ** Math.ceil(Math.log2(quads(p.dv))));
  return {
    shader: 'tile.wgsl',
    includes: [`block-${block}.wgsl`, 'rows.wgsl'],
    constants: { ...shared, SHARE: share, KEY_QUADS: keyQuads, KEPT: kept + lanes },
    uniforms: { share, column_threads: columnThreads, column_parts: lanes / columnThreads },
  };
}

function attentionPass(p: DecodeParams, cut: Cut, written: number): Pass {
  const { variant, lanes, rowTiles, keys, splits } = cut;
  const whole = splits === 1;
  const { shader, includes, constants, uniforms } = implementation(p, cut);
  return passAt(p.precision, {
    name: 'attention',
    shader,
    includes: [
      '../lib/visible.wgsl',
      whole ? 'whole-output.wgsl' : 'split-output.wgsl',
      whole ? '../lib/attend-write.wgsl' : '../lib/attend-split.wgsl',
      'row.wgsl',
      ...includes,
    ],
    enables: variant === 'broadcast' ? ['subgroups'] : [],
    constants: { LANES: lanes, ...constants },
    uniforms: {
      heads: p.batch * p.kvHeads,
      rows: rowsOfHead(p),
      all_rows: p.batch * p.kvHeads * rowsOfHead(p),
      row_tiles: rowTiles,
      n: p.n,
      m: p.m,
      d_quads: quads(p.d),
      dv_quads: quads(p.dv),
      split: keys,
      splits,
      ...maskUniforms(p),
      // Products are f32 in every precision, so q takes the whole scale.
      scale: { f32: productScale({ ...p, precision: 'f32' }) * Math.LOG2E },
      // Bounds of loops that a compiler must not unroll: the code would take seconds to compile.
      lanes,
      ...uniforms,
    },
    bindings: ['q', 'k', 'v', ...(whole ? ['y'] : ['partial_output', 'partial_stats'])],
    cost: { ...sdpaCost(p), bytesWritten: written },
    workgroups: p.batch * p.kvHeads * rowTiles * splits,
  });
}

/** Output quads of a workgroup in merge.wgsl. */
const mergeColumns = 16;

export function mergePass(
  p: Pick<DecodeParams, 'precision' | 'dv'>,
  { heads, rows, splits }: { readonly heads: number; readonly rows: number; readonly splits: number },
  cost: Cost,
): Pass {
  const columnTiles = ceilDivide(quads(p.dv), mergeColumns);
  return passAt(p.precision, {
    name: 'merge',
    shader: 'merge.wgsl',
    uniforms: { rows, all_rows: heads * rows, splits, dv_quads: quads(p.dv), column_tiles: columnTiles },
    bindings: ['partial_output', 'partial_stats', 'y'],
    cost,
    workgroups: heads * rows * columnTiles,
  });
}

export function decodePlan(p: DecodeParams, cut: Cut): Plan {
  const scratch = scratchOf(p, cut);
  const output = storedBytes([attentionOutput(p)], p.precision);
  if (cut.splits === 1) {
    return { variant: cut.variant, scratch, passes: [attentionPass(p, cut, output)] };
  }
  const partials = storedBytes(scratch, p.precision);
  const rows = { heads: p.batch * p.kvHeads, rows: rowsOfHead(p), splits: cut.splits };
  const parts = rows.heads * rows.rows * rows.splits;
  const merge = mergePass(p, rows, {
    flops: 2 * parts * (p.dv + 1),
    exps: parts,
    bytesRead: partials,
    bytesWritten: output,
  });
  return { variant: cut.variant, scratch, passes: [attentionPass(p, cut, partials), merge] };
}

/** Other lengths of a split, and other workgroups, beside what `cutOf` takes by itself. */
export function shapesOf(p: DecodeParams, caps: Caps): readonly Shape[] {
  const variant = variantOf(p, caps);
  const shapes = (variant === 'tile' ? [tileThreads, 32, 128, 256] : [caps.subgroupMinSize]).flatMap(
    (lanes) => {
      const threads: Shape = variant === 'tile' ? { threads: lanes } : {};
      const cut = cutOf(p, caps, threads);
      if (cut === null || lanes > caps.limits.maxComputeInvocationsPerWorkgroup) return [];
      const step = stepKeys(variant, lanes);
      const keys = [cut.keys];
      for (let length = step; length <= mostKeys(cut) && length < 2 * p.m; length *= 2) keys.push(length);
      return [...new Set(keys)].map((length): Shape => ({ keys: length, ...threads }));
    },
  );
  return shapes;
}
