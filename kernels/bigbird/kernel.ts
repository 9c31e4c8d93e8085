import { defineKernel } from '../contract.ts';
import type { Caps, Cost, InputSpec, Pass } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, rowAddress, valueTensor } from '../lib/heads.ts';
import { ceilDivide, inSteps, passAt } from '../lib/plan.ts';
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
import type { Blocks } from './blocks.ts';
import {
  blockCount,
  drawBlocks,
  firstRows,
  lastRows,
  middleBlocks,
  positionsOf,
  visibleBlocks,
  visiblePairs,
} from './blocks.ts';
import { bigbirdVector } from './vector.ts';

/** First, last and a window of three. */
const fixedBlockLimit = 5;

const inputs = (p: Blocks): readonly InputSpec[] => [
  queryTensor(p),
  keyTensor(p),
  valueTensor(p),
  {
    name: 'rand',
    shape: [p.heads, middleBlocks(p), p.randomBlocks],
    type: 'u32',
    fill: (random) => drawBlocks(p, random),
  },
];

const edgeRows = (p: Blocks): number => firstRows(p) + lastRows(p);
const edges = (p: Blocks): Pass['uniforms'] => ({ first_rows: firstRows(p), edge_rows: edgeRows(p) });

/** What the two passes have in common, which is all but numbers: one pipeline serves both. */
function attentionPass(
  p: Blocks,
  tile: AttentionTile,
  own: {
    readonly name: string;
    readonly whole: boolean;
    readonly tiles: number;
    readonly firstTiles: number;
    readonly perHead: number;
    readonly cost: Cost;
  },
): Pass {
  const workgroups = p.batch * p.heads * own.perHead;
  return passAt(p.precision, {
    name: own.name,
    shader: 'attention.wgsl',
    includes: [...tile.includes, '../lib/attend-store.wgsl'],
    enables: tile.enables,
    constants: { ...tile.constants, LIST: inSteps(fixedBlockLimit + p.randomBlocks, 8) },
    uniforms: {
      ...tile.uniforms,
      ...edges(p),
      n: p.n,
      heads: p.heads,
      group: p.heads / p.kvHeads,
      blocks: blockCount(p),
      block_size: p.blockSize,
      random_blocks: p.randomBlocks,
      split: splitKeys,
      splits: splitCount(p),
      whole: Number(own.whole),
      tiles: own.tiles,
      first_tiles: own.firstTiles,
      per_head: own.perHead,
      workgroups,
    },
    bindings: ['q', 'k', 'v', 'rand', 'y', 'partial_output', 'partial_stats'],
    cost: own.cost,
    workgroups,
  });
}

function blocksPass(p: Blocks, caps: Caps): readonly Pass[] {
  if (middleBlocks(p) === 0) return [];
  const tile = attentionTile(p, caps, p.blockSize);
  const tiles = ceilDivide(p.blockSize, tile.rows);
  return [
    attentionPass(p, tile, {
      name: 'blocks',
      whole: true,
      tiles,
      firstTiles: 0,
      perHead: middleBlocks(p) * tiles,
      cost: attentionCost(p, p.batch * p.heads * (visiblePairs(p) - edgeRows(p) * p.n), inputs(p), [
        attentionOutput(p),
      ]),
    }),
  ];
}

function edgePasses(p: Blocks, caps: Caps): readonly Pass[] {
  const tile = attentionTile(p, caps, firstRows(p));
  const firstTiles = ceilDivide(firstRows(p), tile.rows);
  const tiles = firstTiles + ceilDivide(lastRows(p), tile.rows);
  return [
    attentionPass(p, tile, {
      name: 'edge-rows',
      whole: false,
      tiles,
      firstTiles,
      perHead: splitCount(p) * tiles,
      cost: attentionCost(
        p,
        p.batch * p.heads * edgeRows(p) * p.n,
        [{ ...queryTensor(p), shape: [p.batch, p.heads, edgeRows(p), p.d] }, keyTensor(p), valueTensor(p)],
        splitScratch(p, edgeRows(p)),
      ),
    }),
    mergePass(p, edgeRows(p), { uniforms: edges(p), positions: [] }),
  ];
}

export default defineKernel({
  mechanism: 'bigbird',
  summary: 'blocks: a window of three, first and last global, a few random ones',
  exactness: 'exact for its mask',
  axes: {
    blockSize: { kind: 'integer', default: 64, min: 1, summary: 'positions of a block' },
    randomBlocks: { kind: 'integer', default: 3, min: 0, summary: 'random blocks that a block of rows sees' },
    ...tileAxes,
  },
  tolerance: tileTolerance,
  contractCases: inBothTiles([
    // Blocks smaller and larger than a tile and no multiple of one; a short last block; too few blocks for the pattern.
    { n: 40, blockSize: 4, randomBlocks: 2 },
    { n: 203, blockSize: 12, randomBlocks: 3 },
    { n: 417, blockSize: 50, randomBlocks: 1, heads: 4, kvHeads: 2, batch: 2 },
    { n: 97, blockSize: 8, randomBlocks: 0, dv: 20 },
    { n: 50, blockSize: 1, randomBlocks: 4 },
    { n: 150, blockSize: 30, randomBlocks: 9 },
    { n: 129, blockSize: 64 },
    { n: 300, blockSize: 75, d: 1, dv: 3 },
    { n: 2100, heads: 1, blockSize: 20, d: 16 },
    { n: 400, blockSize: 40, d: 100, dv: 70 },
    { n: 200, blockSize: 16, d: 256 },
    { batch: 70_000, heads: 1, n: 1, d: 16 },
  ]),
  refuse(p, caps) {
    if (p.causal) {
      return {
        code: 'unsupported',
        message: 'bigbird is bidirectional: its pattern has no causal form, so run it with causal=false',
      };
    }
    if (p.m !== p.n) return { code: 'unsupported', message: 'bigbird is self-attention, so m must equal n' };
    if (p.dv > largestValueDimension) {
      return { code: 'unsupported', message: `bigbird has dv up to ${largestValueDimension}, not ${p.dv}` };
    }
    return refuseTile(p, caps);
  },
  inputs,
  outputs: (p) => [attentionOutput(p)],
  plan: (p, caps) => ({
    variant: tileVariant(p, caps),
    scratch: splitScratch(p, edgeRows(p)),
    passes: [...blocksPass(p, caps), ...edgePasses(p, caps)],
  }),
  cost(p) {
    return attentionCost(p, p.batch * p.heads * visiblePairs(p), inputs(p), [attentionOutput(p)]);
  },
  reference(p, { q, k, v, rand }, rows) {
    const y = new Float64Array(rows.length * p.dv);
    rows.forEach((row, at) => {
      const { head, i } = rowAddress(p, row);
      const blocks = visibleBlocks(p, rand.data, head, Math.floor(i / p.blockSize));
      y.set(attendTo(p, { q, k, v }, row, firstKeyRow(p, row), positionsOf(p, blocks)), at * p.dv);
    });
    return { y };
  },
  softmaxReference: (p, tensors, rows) => sdpaReference(p, tensors, rows).y,
  fromVector: bigbirdVector,
});
