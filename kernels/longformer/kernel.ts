import { defineKernel } from '../contract.ts';
import type { Caps, Cost, InputSpec, Pass } from '../contract.ts';
import {
  attentionOutput,
  keyTensor,
  normalFill,
  queryTensor,
  rowAddress,
  valueTensor,
} from '../lib/heads.ts';
import { ceilDivide, passAt } from '../lib/plan.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import {
  attentionCost,
  attentionTile,
  inBothTiles,
  largestValueDimension,
  mergePass,
  refuseTile,
  splitCount,
  splitKeys,
  splitScratch,
  tileAxes,
  tileTolerance,
  tileVariant,
} from '../lib/tile.ts';
import type { AttentionTile } from '../lib/tile.ts';
import { attendTo, firstKeyRow } from '../lib/visible.ts';
import type { Window } from './positions.ts';
import { globalCount, spreadPositions, visibleKeys, visiblePairs } from './positions.ts';
import { longformerVector } from './vector.ts';

/** Queries of the global tokens alone: no other row of the projection is ever read. */
const globalQueries = (p: Window): InputSpec => {
  const shape = [p.batch, p.heads, globalCount(p), p.d];
  return { name: 'qg', shape, type: 'elem', fill: normalFill(p.batch * p.heads * globalCount(p) * p.d) };
};

const inputs = (p: Window): readonly InputSpec[] => [
  queryTensor(p),
  keyTensor(p),
  valueTensor(p),
  { name: 'global', shape: [globalCount(p)], type: 'u32', fill: () => spreadPositions(p) },
  ...(globalCount(p) === 0 ? [] : [globalQueries(p), keyTensor(p, 'kg'), valueTensor(p, 'vg')]),
];

/** Pairs of a global row and a key that it sees, per head. */
const globalRowPairs = (p: Window): number =>
  spreadPositions(p).reduce((pairs, position) => pairs + (p.causal ? position + 1 : p.n), 0);

/** Rows of the scratch that both passes are bound to: one that nobody uses where nothing is global. */
const scratchRows = (p: Window): number => Math.max(1, globalCount(p));

/** What the two passes have in common, which is all but numbers and tensors: one pipeline serves both. */
function attentionPass(
  p: Window,
  tile: AttentionTile,
  own: {
    readonly name: string;
    readonly whole: boolean;
    readonly dilation: number;
    readonly tiles: number;
    readonly perHead: number;
    readonly tensors: readonly string[];
    readonly cost: Cost;
  },
): Pass {
  const workgroups = p.batch * p.heads * own.perHead;
  return passAt(p.precision, {
    name: own.name,
    shader: 'attention.wgsl',
    includes: [...tile.includes, '../lib/attend-store.wgsl', 'globals.wgsl'],
    enables: tile.enables,
    constants: tile.constants,
    uniforms: {
      ...tile.uniforms,
      n: p.n,
      group: p.heads / p.kvHeads,
      causal: Number(p.causal),
      window: Math.min(p.window, p.n),
      dilation: own.dilation,
      globals: globalCount(p),
      split: splitKeys,
      splits: splitCount(p),
      whole: Number(own.whole),
      tiles: own.tiles,
      per_head: own.perHead,
      workgroups,
    },
    bindings: [...own.tensors, 'global', 'y', 'partial_output', 'partial_stats'],
    cost: own.cost,
    workgroups,
  });
}

function windowPass(p: Window, caps: Caps): Pass {
  const dilation = Math.min(p.dilation, p.n);
  const tile = attentionTile(p, caps);
  const tiles = ceilDivide(ceilDivide(p.n, dilation), tile.rows);
  return attentionPass(p, tile, {
    name: 'window',
    whole: true,
    dilation,
    tiles,
    perHead: dilation * tiles,
    tensors: ['q', 'k', 'v'],
    cost: attentionCost(
      p,
      p.batch * p.heads * (visiblePairs(p, spreadPositions(p)) - globalRowPairs(p)),
      [queryTensor(p), keyTensor(p), valueTensor(p)],
      [attentionOutput(p)],
    ),
  });
}

function globalPasses(p: Window, caps: Caps): readonly Pass[] {
  const globals = globalCount(p);
  if (globals === 0) return [];
  const tile = attentionTile(p, caps, globals);
  const tiles = ceilDivide(globals, tile.rows);
  return [
    attentionPass(p, tile, {
      name: 'global-rows',
      whole: false,
      dilation: 1,
      tiles,
      perHead: splitCount(p) * tiles,
      tensors: ['qg', 'kg', 'vg'],
      cost: attentionCost(
        p,
        p.batch * p.heads * globalRowPairs(p),
        [globalQueries(p), keyTensor(p), valueTensor(p)],
        splitScratch(p, globals),
      ),
    }),
    mergePass(p, globals, { uniforms: { globals }, positions: ['global'] }),
  ];
}

export default defineKernel({
  mechanism: 'longformer',
  summary: 'sliding window, dilation, and global tokens with projections of their own',
  exactness: 'exact for its mask',
  axes: {
    window: { kind: 'integer', default: 64, min: 0, summary: 'keys on each side of a query, beside its own' },
    dilation: { kind: 'integer', default: 1, min: 1, summary: 'distance between neighbours in the window' },
    globals: {
      kind: 'integer',
      default: 1,
      min: 0,
      summary: 'tokens that see all and are seen by all (at most n of them)',
    },
    ...tileAxes,
  },
  tolerance: tileTolerance,
  contractCases: inBothTiles([
    // The window's edges fall inside, on and past a tile's; globals inside and outside the window, none, and all.
    { n: 200, window: 3, globals: 0 },
    { n: 97, window: 0, globals: 5, dv: 20 },
    { n: 333, window: 32, globals: 40, causal: true },
    { n: 5, window: 64, globals: 9 },
    { n: 300, window: 7, dilation: 5, globals: 3 },
    { n: 301, window: 20, dilation: 3, globals: 37, causal: true },
    { n: 13, window: 2, dilation: 50, globals: 1 },
    { n: 2100, heads: 1, window: 31, globals: 2, causal: true },
    { n: 2100, heads: 1, window: 100, globals: 33, d: 16 },
    { n: 150, heads: 4, kvHeads: 2, batch: 2, d: 1, dv: 3, window: 10, globals: 2 },
    { n: 150, d: 100, dv: 70, window: 10, globals: 2 },
    { n: 150, d: 256, window: 40, globals: 2 },
    { n: 40, d: 64, dv: 256, window: 5, globals: 2, causal: true },
    { batch: 70_000, heads: 1, n: 1, d: 16 },
  ]),
  refuse(p, caps) {
    if (p.m !== p.n) {
      return { code: 'unsupported', message: 'longformer is self-attention, so m must equal n' };
    }
    if (p.dv > largestValueDimension) {
      return {
        code: 'unsupported',
        message: `longformer has dv up to ${largestValueDimension}, not ${p.dv}`,
      };
    }
    return refuseTile(p, caps);
  },
  inputs,
  outputs: (p) => [attentionOutput(p)],
  plan: (p, caps) => ({
    variant: tileVariant(p, caps),
    scratch: splitScratch(p, scratchRows(p)),
    passes: [windowPass(p, caps), ...globalPasses(p, caps)],
  }),
  cost(p) {
    const pairs = p.batch * p.heads * visiblePairs(p, spreadPositions(p));
    return attentionCost(p, pairs, inputs(p), [attentionOutput(p)]);
  },
  reference(p, tensors, rows) {
    const positions = [...tensors.global.data];
    const global = new Set(positions);
    const y = new Float64Array(rows.length * p.dv);
    rows.forEach((row, at) => {
      const { i } = rowAddress(p, row);
      const visible = visibleKeys(p, global, i);
      const key = firstKeyRow(p, row);
      const answer = global.has(i)
        ? attendTo(
            p,
            { q: tensors.qg, k: tensors.kg, v: tensors.vg },
            ((row - i) / p.n) * positions.length + positions.indexOf(i),
            key,
            visible,
          )
        : attendTo(p, { q: tensors.q, k: tensors.k, v: tensors.v }, row, key, visible);
      y.set(answer, at * p.dv);
    });
    return { y };
  },
  softmaxReference: (p, tensors, rows) => sdpaReference(p, tensors, rows).y,
  fromVector: longformerVector,
});
