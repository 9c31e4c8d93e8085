import { defineKernel } from '../contract.ts';
import type { AxisValue } from '../contract.ts';
import { storedBytes } from '../lib/plan.ts';
import {
  broadcastChunk,
  broadcastLanes,
  broadcastPlan,
  chooseVariant,
  ssdShapes,
  tileChunks,
  tilePlan,
} from './plan.ts';
import { finalState, ssdRows } from './reference.ts';
import { ssdInputs, ssdOutputs } from './tensors.ts';
import { ssdVector } from './vector.ts';

const half = {
  nmse: 1.5e-7,
  because: 'arithmetic and state are f32; y is rounded to f16, which alone gives about 4e-8',
};

/** Shapes that are hard for either variant. */
const eitherVariant: readonly Readonly<Record<string, AxisValue>>[] = [
  { n: 300, d: 70, batch: 2, state: 5, lastState: true },
  { n: 130, d: 6, heads: 6, groups: 3, lastState: true, causal: true },
  { n: 17, d: 1, state: 1 },
  { n: 33, d: 36, heads: 4, groups: 2, state: 130, lastState: true },
  { n: 65, d: 64, state: 17, skip: false, dtBias: false },
  { n: 65, d: 20, state: 16, softplus: false, dtBias: false, lastState: true },
  { n: 50, d: 24, state: 16, softplus: false },
  { n: 1, heads: 1, d: 33, state: 256, lastState: true },
  // More workgroups than one dimension holds.
  { n: 1, heads: 1, d: 4, state: 1, batch: 66_000, precision: 'f32' },
];

export default defineKernel({
  mechanism: 'ssd',
  summary: 'Mamba-2 state space duality: attention within chunks of time, a state between them',
  exactness: 'different function',
  axes: {
    state: { kind: 'integer', default: 128, min: 1, max: 256, summary: 'state components of a column' },
    groups: { kind: 'integer', default: 1, min: 1, summary: 'groups of heads that share B and C' },
    chunk: {
      kind: 'integer',
      default: 0,
      min: 0,
      max: tileChunks.most,
      summary: 'tokens of a chunk; 0: what suits the adapter',
    },
    variant: {
      kind: 'choice',
      choices: ['auto', 'tile', 'broadcast'],
      default: 'auto',
      summary: 'tile: all chunks at once; broadcast: in order, with subgroups; auto: what suits the adapter',
    },
    softplus: { kind: 'flag', default: true, summary: 'the step is softplus(dt + dt_bias)' },
    dtBias: { kind: 'flag', default: true, summary: 'add dt_bias to dt' },
    skip: { kind: 'flag', default: true, summary: 'add D * x to y' },
    lastState: { kind: 'flag', default: false, summary: 'also return the state after the last token' },
  },
  tolerance: {
    f32: {
      nmse: 4e-12,
      because:
        'f32 sums of state x tokens terms that decays forget; a decay across a chunk is a product of rounded ones',
    },
    f16: half,
    f16s: half,
  },
  contractCases: [
    ...eitherVariant.flatMap((shape) => [
      { ...shape, variant: 'tile' },
      { ...shape, variant: 'broadcast' },
    ]),
    { n: 200, d: 40, state: 20, chunk: 8, lastState: true },
    { n: 200, d: 40, state: 20, chunk: 16, variant: 'tile' },
    { n: 200, d: 40, state: 20, chunk: 40 },
  ],
  refuse(p, caps) {
    if (p.m !== p.n || p.kvHeads !== p.heads || p.dv !== p.d) {
      return {
        code: 'unsupported',
        message: 'ssd maps one sequence to itself, so m must equal n, kvHeads heads, and dv d',
      };
    }
    if (p.heads % p.groups !== 0) {
      return {
        code: 'unsupported',
        message: `${p.heads} heads do not divide into ${p.groups} groups; choose groups that divide heads`,
      };
    }
    if (p.chunk % tileChunks.step !== 0) {
      return {
        code: 'unsupported',
        message: `chunk must be a multiple of ${tileChunks.step}, up to ${tileChunks.most}`,
      };
    }
    if (p.variant !== 'broadcast') return null;
    if (p.chunk !== 0 && p.chunk !== broadcastChunk) {
      return {
        code: 'unsupported',
        message: `variant=broadcast has chunks of ${broadcastChunk}; variant=tile takes others`,
      };
    }
    if (!caps.features.has('subgroups')) {
      return { code: 'feature', message: 'the adapter has no subgroups; variant=tile runs everywhere' };
    }
    return broadcastLanes(p, caps) > 0
      ? null
      : {
          code: 'limit',
          message: `a state of ${p.state} takes more than the ${caps.limits.maxComputeWorkgroupStorageSize} bytes of workgroup memory; variant=tile takes almost none`,
        };
  },
  inputs: ssdInputs,
  outputs: ssdOutputs,
  shapes: ssdShapes,
  plan(p, caps, shape = ssdShapes(p, caps)[0]) {
    return chooseVariant(p, caps) === 'broadcast' ? broadcastPlan(p, caps) : tilePlan(p, Number(shape.chunk));
  },
  cost(p) {
    const tokens = p.batch * p.n * p.heads;
    return {
      // Per state component: into the state and its sum, out of it and its sum. A decay can serve a whole chunk, so it is not charged.
      flops:
        tokens * p.d * (4 * p.state + 1 + 2 * Number(p.skip)) +
        tokens * (1 + Number(p.dtBias) + Number(p.softplus)),
      exps: tokens * (1 + Number(p.softplus)),
      bytesRead: storedBytes(ssdInputs(p), p.precision),
      bytesWritten: storedBytes(ssdOutputs(p), p.precision),
    };
  },
  reference: (p, inputs, rows) => ({
    y: ssdRows(p, inputs, rows),
    ...(p.lastState ? { final_state: finalState(p, inputs) } : {}),
  }),
  fromVector: ssdVector,
});
