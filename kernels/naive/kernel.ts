import { defineKernel } from '../contract.ts';
import type { Cost, TensorSpec } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, valueTensor } from '../lib/heads.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../lib/plan.ts';
import {
  maskUniforms,
  scoreScale,
  sdpaAxes,
  sdpaContractCases,
  sdpaCost,
  sdpaFromVector,
  sdpaReference,
  sdpaTolerance,
  visiblePairs,
} from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';

/** Rows of y, keys and dimensions that one workgroup of the two products covers. */
const tile = 32;
const softmaxRows = 8;

/** The n x m scores of every head, then its weights. f32 in every precision, rows padded to quads: the README says why. */
const scoresTensor = (p: SdpaParams): TensorSpec => ({
  name: 'scores',
  shape: [p.batch, p.heads, p.n, 4 * quads(p.m)],
  type: 'f32',
});

/** The scores go through memory between the passes: written, read and written, read. All of them, hidden ones too. */
function passCosts(p: SdpaParams): Readonly<Record<'scores' | 'softmax' | 'values', Cost>> {
  const pairs = p.batch * p.heads * visiblePairs(p);
  const bytes = (...tensors: readonly TensorSpec[]): number => storedBytes(tensors, p.precision);
  const scores = bytes(scoresTensor(p));
  return {
    scores: {
      flops: 2 * pairs * p.d,
      exps: 0,
      bytesRead: bytes(queryTensor(p), keyTensor(p)),
      bytesWritten: scores,
    },
    softmax: { flops: 0, exps: pairs, bytesRead: scores, bytesWritten: scores },
    values: {
      flops: 2 * pairs * p.dv,
      exps: 0,
      bytesRead: scores + bytes(valueTensor(p)),
      bytesWritten: bytes(attentionOutput(p)),
    },
  };
}

export default defineKernel({
  mechanism: 'sdpa',
  summary: 'softmax attention in three passes with materialised n x m scores',
  exactness: 'exact',
  axes: sdpaAxes,
  tolerance: sdpaTolerance,
  contractCases: sdpaContractCases,
  refuse: () => null,
  inputs: (p) => [queryTensor(p), keyTensor(p), valueTensor(p)],
  outputs: (p) => [attentionOutput(p)],
  plan(p) {
    const heads = p.batch * p.heads;
    const group = p.heads / p.kvHeads;
    const rowTiles = ceilDivide(p.n, tile);
    const keyTiles = ceilDivide(p.m, tile);
    const columnTiles = ceilDivide(p.dv, tile);
    const mQuads = quads(p.m);
    const costs = passCosts(p);
    return {
      variant: 'three passes',
      scratch: [scoresTensor(p)],
      passes: [
        passAt(p.precision, {
          name: 'scores',
          shader: 'scores.wgsl',
          includes: ['../lib/visible.wgsl'],
          uniforms: {
            heads,
            group,
            n: p.n,
            m: p.m,
            d_quads: quads(p.d),
            m_quads: mQuads,
            row_tiles: rowTiles,
            key_tiles: keyTiles,
            ...maskUniforms(p),
            scale: { f32: scoreScale(p) },
          },
          bindings: ['q', 'k', 'scores'],
          cost: costs.scores,
          workgroups: heads * rowTiles * keyTiles,
        }),
        passAt(p.precision, {
          name: 'softmax',
          shader: 'softmax.wgsl',
          includes: ['../lib/visible.wgsl'],
          uniforms: { rows: heads * p.n, m_quads: mQuads },
          bindings: ['scores'],
          cost: costs.softmax,
          workgroups: ceilDivide(heads * p.n, softmaxRows),
        }),
        passAt(p.precision, {
          name: 'values',
          shader: 'values.wgsl',
          uniforms: {
            heads,
            group,
            n: p.n,
            m: p.m,
            m_quads: mQuads,
            dv_quads: quads(p.dv),
            row_tiles: rowTiles,
            column_tiles: columnTiles,
          },
          bindings: ['scores', 'v', 'y'],
          cost: costs.values,
          workgroups: heads * rowTiles * columnTiles,
        }),
      ],
    };
  },
  cost: sdpaCost,
  reference: sdpaReference,
  fromVector: (vector) => sdpaFromVector(vector),
});
