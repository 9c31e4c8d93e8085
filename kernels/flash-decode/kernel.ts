import { defineKernel } from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, valueTensor } from '../lib/heads.ts';
import {
  sdpaAxes,
  sdpaContractCases,
  sdpaCost,
  sdpaFromVector,
  sdpaReference,
  sdpaTolerance,
} from '../lib/sdpa.ts';
import { refusedVector } from '../lib/vector.ts';
import { cutOf, decodePlan, mostQueries, shapesOf, variants } from './plan.ts';

const shapes = [
  ...sdpaContractCases.filter(({ n, batch }) => Number(n) <= mostQueries && Number(batch ?? 1) < 100),
  // Rows that a tile is written for, one more, and one less; heads that share keys.
  { n: 2, m: 300 },
  { n: 5, m: 257, causal: true, align: 'bottom_right' },
  { n: 13, m: 200, heads: 8, kvHeads: 1, causal: true, align: 'bottom_right' },
  { n: 16, m: 511, causal: true },
  { n: 1, m: 513, heads: 8, kvHeads: 2, batch: 2 },
  // One key; queries that see none.
  { n: 1, m: 1 },
  { n: 16, m: 5, causal: true, align: 'bottom_right' },
  // Many splits, the last one short; keys that no query sees.
  { n: 1, m: 9001, heads: 2 },
  { n: 4, m: 9001, heads: 1, causal: true, align: 'bottom_right' },
  { n: 3, m: 5000, heads: 1, causal: true },
  { n: 16, m: 3001, heads: 2, kvHeads: 1 },
  // Dimensions that four does not divide, that differ, that are wide.
  { n: 3, m: 140, d: 67, dv: 5 },
  { n: 1, m: 77, dv: 130 },
  { n: 1, m: 300, d: 256 },
  { n: 16, m: 90, d: 256, heads: 1, causal: true, align: 'bottom_right' },
  { n: 7, m: 300, dv: 256, heads: 1 },
  { n: 1, m: 50, d: 500, dv: 600, heads: 1 },
  // Scores from about -2000 to 2000.
  { n: 16, m: 64, scale: 80 },
];

export default defineKernel({
  mechanism: 'sdpa',
  summary: 'softmax attention of at most 16 queries over a long key cache: keys split, the splits merged',
  exactness: 'exact',
  axes: {
    ...sdpaAxes,
    variant: {
      kind: 'choice',
      choices: ['auto', ...variants],
      default: 'auto',
      summary: 'tile: workgroup memory; broadcast: subgroups; auto: what suits the adapter',
    },
  },
  tolerance: sdpaTolerance,
  contractCases: [
    ...shapes.flatMap((shape) => variants.map((variant) => ({ ...shape, variant }))),
    // More workgroups than one dimension of a dispatch can have.
    { n: 1, m: 2, heads: 1, d: 16, batch: 70_000 },
  ],
  refuse(p, caps) {
    if (p.n > mostQueries) {
      return {
        code: 'unsupported',
        message: `flash-decode takes up to ${mostQueries} queries, not ${p.n}; flash takes any number`,
      };
    }
    if (p.variant === 'broadcast' && !caps.features.has('subgroups')) {
      return { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
    }
    return cutOf(p, caps) === null
      ? { code: 'limit', message: `queries of d = ${p.d} do not fit into the adapter's workgroup memory` }
      : null;
  },
  inputs: (p) => [queryTensor(p), keyTensor(p), valueTensor(p)],
  outputs: (p) => [attentionOutput(p)],
  shapes: shapesOf,
  plan(p, caps, shape) {
    const cut = cutOf(p, caps, shape);
    if (cut === null) throw new RangeError(`flash-decode was planned for a case that it refuses: d = ${p.d}`);
    return decodePlan(p, cut);
  },
  cost: sdpaCost,
  reference: sdpaReference,
  /** A vector may say into how many splits its file was cut; its answer is the same for every number of them. */
  fromVector(vector) {
    const { splits, ...params } = vector.params;
    if (splits !== undefined && typeof splits !== 'number')
      return refusedVector("parameter 'splits' is a number");
    const read = sdpaFromVector({ ...vector, params }, { variant: 'auto' });
    if (read.kind === 'case' && read.params.n > mostQueries) {
      return refusedVector(`flash-decode takes up to ${mostQueries} queries, not ${read.params.n}`);
    }
    return read;
  },
});
