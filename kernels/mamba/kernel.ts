import { defineKernel } from '../contract.ts';
import type { AxisValue } from '../contract.ts';
import { mambaCost, mambaPlan } from './plan.ts';
import { lastState, scanRows } from './reference.ts';
import { scanInputs, scanOutputs } from './tensors.ts';
import { scanVector } from './vector.ts';

const axes = {
  state: { kind: 'integer', default: 16, min: 1, max: 256, summary: 'state components of a channel' },
  chunk: { kind: 'integer', default: 64, min: 1, summary: 'tokens of a chunk of time' },
  softplus: { kind: 'flag', default: true, summary: 'the step is softplus(delta + delta_bias)' },
  deltaBias: { kind: 'flag', default: true, summary: 'add delta_bias to delta' },
  skip: { kind: 'flag', default: true, summary: 'add D * u to y' },
  gate: { kind: 'flag', default: true, summary: 'multiply y by silu(z)' },
  lastState: { kind: 'flag', default: false, summary: 'also return the state after the last token' },
  variant: {
    kind: 'choice',
    choices: ['auto', 'direct', 'broadcast'],
    default: 'auto',
    summary: 'direct: each lane loads B and C; broadcast: lanes share them; auto: what suits the adapter',
  },
} as const;

/** Shapes that are hard for either variant. */
const eitherVariant: readonly Readonly<Record<string, AxisValue>>[] = [
  { n: 300, d: 70, batch: 2, state: 5, chunk: 32, lastState: true },
  { n: 130, d: 6, heads: 3, state: 16, chunk: 65, lastState: true, causal: true },
  { n: 50, d: 256, heads: 3, state: 16, lastState: true },
  { n: 90, d: 1, state: 1, chunk: 1 },
  { n: 65, d: 17, state: 33, chunk: 16, gate: false, skip: false },
  { n: 65, d: 32, chunk: 16, softplus: false, deltaBias: false, lastState: true },
  { n: 65, d: 32, chunk: 16, softplus: false },
  { n: 65, d: 32, deltaBias: false },
  // More workgroups than one dimension holds, and the largest state.
  { n: 1, heads: 1, d: 16, batch: 520, state: 256, lastState: true, precision: 'f32' },
];

export default defineKernel({
  mechanism: 's6',
  summary:
    'Mamba selective scan: one pass over time per channel, cut into chunks where channels alone are too few',
  exactness: 'different function',
  axes,
  tolerance: {
    f32: {
      nmse: 4e-12,
      because:
        'f32 state: each token adds two roundings and the decays forget them; exp2 is good to a few ulp',
    },
    f16: {
      nmse: 1.5e-7,
      because: 'the state is f32; y is rounded to f16, which alone gives about 4e-8',
    },
    f16s: {
      nmse: 1.5e-7,
      because: 'the state is f32; y is rounded to f16, which alone gives about 4e-8',
    },
  },
  contractCases: eitherVariant.flatMap((shape) => [
    { ...shape, variant: 'direct' },
    { ...shape, variant: 'broadcast' },
  ]),
  refuse(p, caps) {
    if (p.m !== p.n || p.kvHeads !== p.heads || p.dv !== p.d) {
      return {
        code: 'unsupported',
        message: 'mamba maps one sequence to itself, so m must equal n, kvHeads heads, and dv d',
      };
    }
    return p.variant !== 'broadcast' || caps.features.has('subgroups')
      ? null
      : { code: 'feature', message: 'the adapter has no subgroups; variant=direct runs everywhere' };
  },
  inputs: scanInputs,
  outputs: scanOutputs,
  plan: mambaPlan,
  cost: mambaCost,
  reference: (p, inputs, rows) => ({
    y: scanRows(p, inputs, rows),
    ...(p.lastState ? { last_state: lastState(p, inputs) } : {}),
  }),
  fromVector: scanVector,
});
