import { defineKernel } from '../contract.ts';
import type { Caps, Params, Pass, Plan, TensorSpec } from '../contract.ts';
import { ceilDivide, passAt, quads, storedBytes } from '../lib/plan.ts';
import { lastState, scanRows } from './reference.ts';
import { scanInputs, scanOutputs } from './tensors.ts';
import { scanVector } from './vector.ts';

const workgroupSize = 32;

const axes = {
  state: { kind: 'integer', default: 16, min: 1, max: 256, summary: 'state components of a channel' },
  chunk: { kind: 'integer', default: 64, min: 1, summary: 'tokens of a chunk of time' },
  softplus: { kind: 'flag', default: true, summary: 'the step is softplus(delta + delta_bias)' },
  deltaBias: { kind: 'flag', default: true, summary: 'add delta_bias to delta' },
  skip: { kind: 'flag', default: true, summary: 'add D * u to y' },
  gate: { kind: 'flag', default: true, summary: 'multiply y by silu(z)' },
  lastState: { kind: 'flag', default: false, summary: 'also return the state after the last token' },
} as const;
type MambaParams = Params<typeof axes>;

/** The largest state that a lane keeps in registers, four channels wide: 64 of them, and as many decays. */
const registerStates = 16;
/** Lanes that keep the adapter busy without splitting time: splitting computes the decays twice. */
const busyLanes = (caps: Caps): number => (caps.software ? 128 : 32768);

const f32 = (name: string, shape: readonly number[]): TensorSpec => ({ name, shape, type: 'f32' });

function plan(p: MambaParams, caps: Caps): Plan {
  const dQuads = quads(p.d);
  const rowQuads = p.heads * dQuads;
  const chunked = p.n > p.chunk && p.batch * rowQuads < busyLanes(caps);
  // Software adapters take seconds to compile the two unrolled passes, far more than these small cases run.
  const unroll = p.state <= registerStates && !(caps.software && chunked);
  const chunks = chunked ? ceilDivide(p.n, p.chunk) : 1;
  const shape = { d: p.d, d_quads: dQuads, quads: rowQuads, heads: p.heads, n: p.n, state: p.state };
  const pass = (
    parts: Pick<Pass, 'name' | 'includes' | 'constants' | 'bindings'> & { lanes: number },
  ): Pass =>
    passAt(p.precision, {
      name: parts.name,
      shader: `${parts.name}.wgsl`,
      includes: parts.includes,
      constants: { WORKGROUP: workgroupSize, STATE: p.state, ...parts.constants },
      uniforms: { lanes: parts.lanes, ...shape, chunks, chunk: chunked ? p.chunk : p.n },
      bindings: parts.bindings,
      workgroups: ceilDivide(parts.lanes, workgroupSize),
    });
  // A tensor that a flag leaves out is replaced by another in its binding, which is then not read.
  const channels = pass({
    name: 'channels',
    includes: [],
    constants: { DELTA_BIAS: p.deltaBias, SKIP: p.skip },
    bindings: ['A', p.deltaBias ? 'delta_bias' : 'A', p.skip ? 'D' : 'A', 'channels'],
    lanes: (p.state + 2) * rowQuads,
  });
  const states = pass({
    name: 'states',
    includes: ['../lib/time-step.wgsl', 's6.wgsl'],
    constants: { SOFTPLUS: p.softplus, UNROLL: unroll },
    bindings: ['u', 'delta', 'channels', 'B', 'chunk_state', 'chunk_time'],
    lanes: p.batch * chunks * rowQuads,
  });
  const carry = pass({
    name: 'carry',
    includes: [],
    constants: { KEEP_STATE: p.lastState },
    bindings: ['channels', chunked ? 'chunk_time' : 'channels', 'chunk_state', 'last_state'],
    lanes: p.batch * p.state * rowQuads * 4,
  });
  const scan = pass({
    name: 'scan',
    includes: ['../lib/time-step.wgsl', 's6.wgsl'],
    constants: {
      SOFTPLUS: p.softplus,
      UNROLL: unroll,
      CHUNKED: chunked,
      KEEP_STATE: p.lastState,
      GATE: p.gate,
    },
    bindings: ['u', 'delta', 'channels', 'B', 'C', p.gate ? 'z' : 'u', 'chunk_state', 'y'],
    lanes: p.batch * chunks * rowQuads,
  });
  // Bound, so that it must exist; one quad stands for a state that nobody asks for.
  const keepsState = chunked || p.lastState;
  return {
    variant: chunked ? 'chunked' : 'serial',
    scratch: [
      f32('channels', [p.state + 2, rowQuads, 4]),
      f32('chunk_state', keepsState ? [p.batch, chunks, p.state, rowQuads, 4] : [4]),
      ...(chunked ? [f32('chunk_time', [p.batch, chunks, rowQuads, 4])] : []),
      ...(chunked && !p.lastState ? [f32('last_state', [1])] : []),
    ],
    passes: [
      channels,
      ...(chunked ? [states, carry] : []),
      scan,
      ...(!chunked && p.lastState ? [carry] : []),
    ],
  };
}

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
  contractCases: [
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
  ],
  refuse(p) {
    return p.m === p.n && p.kvHeads === p.heads && p.dv === p.d
      ? null
      : {
          code: 'unsupported',
          message: 'mamba maps one sequence to itself, so m must equal n, kvHeads heads, and dv d',
        };
  },
  inputs: scanInputs,
  outputs: scanOutputs,
  plan,
  cost(p) {
    const channelTokens = p.batch * p.n * p.heads * p.d;
    // Per state component: dt A, dt u B, decay h and its sum, C h and its sum.
    const perToken =
      6 * p.state + 1 + Number(p.deltaBias) + Number(p.softplus) + 2 * Number(p.skip) + 2 * Number(p.gate);
    return {
      flops: channelTokens * perToken,
      exps: channelTokens * (p.state + Number(p.softplus) + Number(p.gate)),
      bytesRead: storedBytes(scanInputs(p), p.precision),
      bytesWritten: storedBytes(scanOutputs(p), p.precision),
    };
  },
  reference: (p, inputs, rows) => ({
    y: scanRows(p, inputs, rows),
    ...(p.lastState ? { last_state: lastState(p, inputs) } : {}),
  }),
  fromVector: scanVector,
});
