/** The selective scan as passes: in one go or cut into chunks of time, with B and C loaded by each lane or shared by broadcast. */
import type { Caps, Cost, Pass, Plan, TensorSpec } from '../contract.ts';
import { ceilDivide, elementBytes, passAt, quads, storedBytes } from '../lib/plan.ts';
import type { ScanParams } from './reference.ts';
import { scanInputs, scanOutputs } from './tensors.ts';

export interface MambaParams extends ScanParams {
  readonly chunk: number;
  readonly lastState: boolean;
  readonly variant: 'auto' | 'direct' | 'broadcast';
}

const workgroupSize = 32;
/** The largest state that a lane keeps in registers, four channels wide: 64 of them, and as many decays. */
const registerStates = 16;
/** Lanes that keep the adapter busy without splitting time: splitting computes the decays twice. */
const busyLanes = (caps: Caps): number => (caps.software ? 128 : 32768);

/** Sharing pays where a load costs as much as dozens of multiply-adds; GPUs load once for all lanes by themselves. */
function sharesLoads(p: MambaParams, caps: Caps): boolean {
  return (
    p.variant === 'broadcast' || (p.variant === 'auto' && caps.software && caps.features.has('subgroups'))
  );
}

const f32 = (name: string, shape: readonly number[]): TensorSpec => ({ name, shape, type: 'f32' });

export function mambaCost(p: MambaParams): Cost {
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
}

function passCosts(
  p: MambaParams,
  chunks: number,
): Readonly<Record<'channels' | 'states' | 'carry' | 'scan', Cost>> {
  const channels = p.heads * p.d;
  const spans = p.batch * chunks * channels;
  const element = elementBytes(p.precision);
  const tokenBytes = p.batch * p.n * channels * element;
  const sharedBytes = p.batch * p.n * p.state * element;
  const weightBytes = 4 * channels * (p.state + 2);
  const stateBytes = 4 * spans * p.state;
  const lastBytes = p.lastState ? 4 * p.batch * channels * p.state : 0;
  const chunked = chunks > 1;
  const whole = mambaCost(p);
  return {
    channels: {
      flops: channels * p.state,
      exps: 0,
      bytesRead: 4 * channels * (p.state + Number(p.deltaBias) + Number(p.skip)),
      bytesWritten: weightBytes,
    },
    states: {
      // As the scan, without C, D and z; the steps are summed as well.
      flops: p.batch * p.n * channels * (4 * p.state + 2 + Number(p.deltaBias) + Number(p.softplus)),
      exps: p.batch * p.n * channels * (p.state + Number(p.softplus)),
      bytesRead: 2 * tokenBytes + sharedBytes + weightBytes,
      bytesWritten: stateBytes + 4 * spans,
    },
    carry: {
      flops: chunked ? 3 * spans * p.state : 0,
      exps: chunked ? spans * p.state : 0,
      bytesRead: stateBytes + (chunked ? 4 * spans + weightBytes : 0),
      bytesWritten: (chunked ? stateBytes : 0) + lastBytes,
    },
    scan: {
      ...whole,
      bytesRead:
        (2 + Number(p.gate)) * tokenBytes + 2 * sharedBytes + weightBytes + (chunked ? stateBytes : 0),
      bytesWritten: tokenBytes + (!chunked && p.lastState ? stateBytes : 0),
    },
  };
}

export function mambaPlan(p: MambaParams, caps: Caps): Plan {
  const dQuads = quads(p.d);
  const rowQuads = p.heads * dQuads;
  const shares = sharesLoads(p, caps);
  const chunked = p.n > p.chunk && p.batch * rowQuads < busyLanes(caps);
  const unroll = p.state <= registerStates;
  const chunks = chunked ? ceilDivide(p.n, p.chunk) : 1;
  const spans = p.batch * chunks;
  const costs = passCosts(p, chunks);
  const shape = {
    d: p.d,
    d_quads: dQuads,
    quads: rowQuads,
    heads: p.heads,
    n: p.n,
    state: p.state,
    held: quads(p.state) * 4,
  };
  const pass = (
    parts: Pick<Pass, 'constants' | 'bindings'> & {
      readonly name: keyof typeof costs;
      readonly lanes: number;
    } & Partial<Pick<Pass, 'includes' | 'enables' | 'workgroups'>>,
  ): Pass =>
    passAt(p.precision, {
      name: parts.name,
      shader: `${parts.name}.wgsl`,
      includes: parts.includes,
      enables: parts.enables,
      constants: { WORKGROUP: workgroupSize, STATE: p.state, ...parts.constants },
      uniforms: { lanes: parts.lanes, ...shape, spans, chunks, chunk: chunked ? p.chunk : p.n },
      bindings: parts.bindings,
      cost: costs[parts.name],
      workgroups: parts.workgroups ?? ceilDivide(parts.lanes, workgroupSize),
    });
  /** A pass over all tokens. Lanes that share loads belong to one chunk of one batch element, so a workgroup is one subgroup. */
  const tokenPass = (
    parts: Pick<Pass, 'constants' | 'bindings'> & { readonly name: 'states' | 'scan' },
  ): Pass => {
    const lanes = shares ? Math.min(caps.subgroupMaxSize, workgroupSize) : workgroupSize;
    return pass({
      ...parts,
      includes: ['../lib/time-step.wgsl', 's6.wgsl', shares ? 'lanes-broadcast.wgsl' : 'lanes-direct.wgsl'],
      enables: shares ? ['subgroups'] : [],
      constants: { WORKGROUP: lanes, SOFTPLUS: p.softplus, UNROLL: unroll, ...parts.constants },
      lanes: spans * rowQuads,
      workgroups: shares ? spans * ceilDivide(rowQuads, lanes) : ceilDivide(spans * rowQuads, lanes),
    });
  };
  // A tensor that a flag leaves out is replaced by another in its binding, which is then not read.
  const channels = pass({
    name: 'channels',
    constants: { DELTA_BIAS: p.deltaBias, SKIP: p.skip },
    bindings: ['A', p.deltaBias ? 'delta_bias' : 'A', p.skip ? 'D' : 'A', 'channels'],
    lanes: (p.state + 2) * rowQuads,
  });
  const states = tokenPass({
    name: 'states',
    constants: {},
    bindings: ['u', 'delta', 'channels', 'B', 'chunk_state', 'chunk_time'],
  });
  const carry = pass({
    name: 'carry',
    constants: { KEEP_STATE: p.lastState },
    bindings: ['channels', chunked ? 'chunk_time' : 'channels', 'chunk_state', 'last_state'],
    lanes: p.batch * p.state * rowQuads * 4,
  });
  const scan = tokenPass({
    name: 'scan',
    constants: { CHUNKED: chunked, KEEP_STATE: p.lastState, GATE: p.gate },
    bindings: ['u', 'delta', 'channels', 'B', 'C', p.gate ? 'z' : 'u', 'chunk_state', 'y'],
  });
  // Bound, so that it must exist; one quad stands for a state that nobody asks for.
  const keepsState = chunked || p.lastState;
  return {
    variant: `${chunked ? 'chunked' : 'serial'}-${shares ? 'broadcast' : 'direct'}`,
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
