/** The two implementations of state space duality as plans, and which of them suits an adapter. */
import type { Caps, Cost, Pass, Plan, Shape, TensorSpec } from '../contract.ts';
import { ceilDivide, elementBytes, passAt, quads } from '../lib/plan.ts';
import type { SsdParams } from './reference.ts';

export interface SsdPlanParams extends SsdParams {
  /** Tokens of a chunk; 0: the first of `ssdShapes`. */
  readonly chunk: number;
  readonly variant: 'auto' | 'tile' | 'broadcast';
}

const workgroupSize = 64;
/** Tokens of a chunk of `broadcast`, as many as the file spells out. */
export const broadcastChunk = 16;
/** Chunks of `tile`: eight tokens a lane, and a lane for each 4 x 4 pairs of a chunk within the smallest largest workgroup. */
export const tileChunks = { step: 8, most: 64 };
/** WebGPU has no smaller subgroups. */
const smallestSubgroup = 4;

/**
 * Lanes of a workgroup of `broadcast`, four columns each: no more than a head has, than a subgroup may have, or than their states
 * leave room for in workgroup memory; 0 where not even the smallest subgroup fits.
 */
export function broadcastLanes(p: SsdPlanParams, { limits, subgroupMaxSize }: Caps): number {
  const stateBytes = quads(p.state) * 64;
  for (let lanes = subgroupMaxSize; lanes >= smallestSubgroup; lanes /= 2) {
    const useful = lanes === smallestSubgroup || lanes / 2 < quads(p.d);
    if (useful && lanes * stateBytes <= limits.maxComputeWorkgroupStorageSize) return lanes;
  }
  return 0;
}

/**
 * `broadcast` wins on software adapters, where a load costs as much as dozens of multiply-adds and two cores are soon busy. It goes
 * through time in order, which leaves real GPUs idle, so they get `tile`.
 */
export function chooseVariant(p: SsdPlanParams, caps: Caps): 'tile' | 'broadcast' {
  if (p.variant !== 'auto') return p.variant;
  const fits = caps.features.has('subgroups') && broadcastLanes(p, caps) > 0;
  return caps.software && fits && (p.chunk === 0 || p.chunk === broadcastChunk) ? 'broadcast' : 'tile';
}

/** Longer chunks take more pairs and fewer states, each of which goes to memory and back. */
export function ssdShapes(p: SsdPlanParams, caps: Caps): readonly Shape[] {
  if (p.chunk > 0) return [{ chunk: p.chunk }];
  return chooseVariant(p, caps) === 'broadcast'
    ? [{ chunk: broadcastChunk }]
    : [64, 32, 16].filter((chunk) => chunk === 16 || chunk < 2 * p.n).map((chunk) => ({ chunk }));
}

const f32 = (name: string, shape: readonly number[]): TensorSpec => ({ name, shape, type: 'f32' });

/** How often things occur in a case cut into chunks, for the costs of the passes. */
function counts(p: SsdPlanParams, chunk: number) {
  const heads = p.batch * p.heads;
  const tail = p.n % chunk;
  const chunks = Math.floor(p.n / chunk);
  /** Pairs of tokens of one chunk, the second not before the first. */
  const pairs = (chunks * chunk * (chunk + 1) + tail * (tail + 1)) / 2;
  const element = elementBytes(p.precision);
  return {
    tokens: heads * p.n,
    pairs,
    heads,
    chunks: ceilDivide(p.n, chunk),
    xBytes: heads * p.n * p.d * element,
    /** B, or C. */
    groupBytes: p.batch * p.groups * p.n * p.state * element,
    weightBytes: 4 * heads * (pairs + 2 * p.n),
    finalBytes: p.lastState ? 4 * heads * p.d * p.state : 0,
  };
}

function weightsCost(p: SsdPlanParams, chunk: number): Cost {
  const { tokens, pairs, heads, groupBytes, weightBytes } = counts(p, chunk);
  return {
    // C . B once a group; two decays and a step for each pair of each head.
    flops:
      2 * p.batch * p.groups * pairs * p.state +
      3 * heads * pairs +
      tokens * (Number(p.dtBias) + Number(p.softplus)),
    exps: tokens * (1 + Number(p.softplus)),
    bytesRead: 2 * groupBytes + tokens * elementBytes(p.precision),
    bytesWritten: weightBytes,
  };
}

/** The pairs and decays of every chunk: what both plans start from. */
function weightsPass(p: SsdPlanParams, chunk: number): Pass {
  const chunks = ceilDivide(p.n, chunk);
  const workgroups = p.batch * p.groups * chunks;
  // A tensor that a flag leaves out is replaced by another in its binding, which is then not read.
  return passAt(p.precision, {
    name: 'weights',
    shader: 'weights.wgsl',
    includes: ['../lib/time-step.wgsl'],
    constants: { CHUNK: chunk, SOFTPLUS: p.softplus, DT_BIAS: p.dtBias, SKIP: p.skip },
    uniforms: {
      workgroups,
      chunks,
      heads: p.heads,
      group_heads: p.heads / p.groups,
      n: p.n,
      token_quads: quads(p.n),
      state_quads: quads(p.state),
    },
    bindings: ['B', 'C', 'dt', 'A', p.dtBias ? 'dt_bias' : 'A', p.skip ? 'D' : 'A', 'weights'],
    cost: weightsCost(p, chunk),
    workgroups,
  });
}

const weightsScratch = (p: SsdPlanParams, chunk: number): TensorSpec =>
  f32('weights', [p.batch * p.heads, ceilDivide(p.n, chunk), chunk + 2, chunk]);

/** Bound, so that it must exist; one number stands for a state that nobody asks for. */
const finalScratch = (p: SsdPlanParams): readonly TensorSpec[] =>
  p.lastState ? [] : [f32('final_state', [1])];

/** One lane, four columns with their state: all of time in order, what columns share loaded once a subgroup. */
export function broadcastPlan(p: SsdPlanParams, caps: Caps): Plan {
  const lanes = broadcastLanes(p, caps);
  const slices = ceilDivide(quads(p.d), lanes);
  const { tokens, pairs, heads, chunks, xBytes, groupBytes, weightBytes, finalBytes } = counts(
    p,
    broadcastChunk,
  );
  return {
    variant: 'broadcast',
    scratch: [weightsScratch(p, broadcastChunk), ...finalScratch(p)],
    passes: [
      weightsPass(p, broadcastChunk),
      passAt(p.precision, {
        name: 'scan',
        shader: 'scan.wgsl',
        enables: ['subgroups'],
        constants: {
          LANES: lanes,
          WIDTH: Math.min(caps.subgroupMinSize, lanes, broadcastChunk),
          STATE_QUADS: quads(p.state),
          KEEP_STATE: p.lastState,
        },
        uniforms: {
          heads,
          group_heads: p.heads / p.groups,
          n: p.n,
          d: p.d,
          d_quads: quads(p.d),
          slices,
          state: p.state,
          state_quads: quads(p.state),
          chunks,
          quads: broadcastChunk / 4,
        },
        bindings: ['x', 'B', 'C', 'weights', 'y', 'final_state'],
        cost: {
          flops: p.d * (tokens * (4 * p.state + 2 * Number(p.skip)) + 2 * heads * pairs),
          exps: 0,
          bytesRead: xBytes + 2 * groupBytes + weightBytes,
          bytesWritten: xBytes + finalBytes,
        },
        workgroups: heads * slices,
      }),
    ],
  };
}

/** All chunks at once, their states through memory: no subgroups, no barriers but in the first pass. */
export function tilePlan(p: SsdPlanParams, chunk: number): Plan {
  const { tokens, pairs, heads, chunks, xBytes, groupBytes, weightBytes, finalBytes } = counts(p, chunk);
  const dQuads = quads(p.d);
  const stateQuads = quads(p.state);
  const stateBytes = 4 * heads * chunks * p.d * p.state;
  const pass = (
    parts: Pick<Pass, 'name' | 'bindings'> &
      Pick<Partial<Pass>, 'includes' | 'constants'> & {
        readonly lanes: number;
        readonly blocks: number;
        readonly cost: Cost;
      },
  ): Pass =>
    passAt(p.precision, {
      name: parts.name,
      shader: `${parts.name}.wgsl`,
      includes: parts.includes,
      constants: { WORKGROUP: workgroupSize, CHUNK: chunk, ...parts.constants },
      uniforms: {
        lanes: parts.lanes,
        blocks: parts.blocks,
        chunks,
        group_heads: p.heads / p.groups,
        n: p.n,
        d: p.d,
        d_quads: dQuads,
        state: p.state,
        state_quads: stateQuads,
        four: 4,
      },
      bindings: parts.bindings,
      cost: parts.cost,
      workgroups: ceilDivide(parts.lanes, workgroupSize),
    });
  const products = (name: string, blocks: number, bindings: readonly string[], cost: Cost): Pass =>
    pass({
      name,
      includes: ['block.wgsl'],
      bindings,
      blocks,
      lanes: heads * chunks * blocks * ceilDivide(dQuads, 2),
      cost,
    });
  return {
    variant: 'tile',
    scratch: [
      weightsScratch(p, chunk),
      f32('chunk_state', [heads, chunks, stateQuads * 4, dQuads * 4]),
      ...finalScratch(p),
    ],
    passes: [
      weightsPass(p, chunk),
      products('states', ceilDivide(stateQuads, 2), ['x', 'B', 'weights', 'chunk_state'], {
        flops: tokens * p.d * (2 * p.state + 1),
        exps: 0,
        bytesRead: xBytes + groupBytes + 4 * tokens,
        bytesWritten: stateBytes,
      }),
      pass({
        name: 'carry',
        constants: { KEEP_STATE: p.lastState },
        bindings: ['weights', 'chunk_state', 'final_state'],
        blocks: 1,
        lanes: heads * stateQuads * 4 * dQuads,
        cost: {
          flops: 2 * heads * chunks * p.d * p.state,
          exps: 0,
          bytesRead: stateBytes + 4 * heads * chunks,
          bytesWritten: stateBytes + finalBytes,
        },
      }),
      products('outputs', chunk / 8, ['x', 'C', 'weights', 'chunk_state', 'y'], {
        flops: p.d * (tokens * (2 * p.state + 2) + 2 * heads * pairs),
        exps: 0,
        bytesRead: xBytes + groupBytes + weightBytes + stateBytes,
        bytesWritten: xBytes,
      }),
    ],
  };
}
