/** Reads a golden vector of the mechanism `longformer`. */
import type { Tensor, Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { vectorShapes } from '../lib/vector.ts';

const knownParams = new Set(['window', 'dilation', 'global', 'causal']);
const knownInputs = new Set(['q', 'k', 'v', 'qg', 'kg', 'vg']);

/** Without projections of its own a global token uses q, k and v; of q only the global rows are kept. */
export function longformerVector(vector: Vector): VectorCase | VectorRefusal {
  const base = vectorShapes(vector, knownParams, knownInputs);
  if (base.kind === 'unsupported') return base;
  const refuse = (message: string): VectorRefusal => ({ kind: 'unsupported', message });
  const { window, dilation = 1, global = [], causal = false } = vector.params;
  if (!isWhole(window, 0)) return refuse('params.window should be a whole number from 0');
  if (!isWhole(dilation, 1)) return refuse('params.dilation should be a whole number from 1');
  if (typeof causal !== 'boolean') return refuse('params.causal should be true or false');
  const { n } = base.params;
  if (!isPositions(global, n)) {
    return refuse(`params.global should be distinct positions from 0 to ${n - 1}`);
  }
  const positions = [...global].sort((a, b) => a - b);
  const { q, k, v, qg = q, kg = k, vg = v } = vector.inputs;
  return {
    kind: 'case',
    params: { ...base.params, causal, window, dilation, globals: positions.length },
    inputs: {
      q,
      k,
      v,
      global: { shape: [positions.length], data: Float64Array.from(positions) },
      qg: pickPositions(qg, positions),
      kg,
      vg,
    },
    expected: vector.expected,
  };
}

const isWhole = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least;

const isPositions = (value: unknown, n: number): value is readonly number[] =>
  Array.isArray(value) &&
  value.every((position) => isWhole(position, 0) && position < n) &&
  new Set(value).size === value.length;

/** [batch, heads, n, d] at some positions of n. */
function pickPositions(tensor: Tensor, positions: readonly number[]): Tensor {
  const [batch, heads, n, d] = tensor.shape;
  const data = new Float64Array(batch * heads * positions.length * d);
  for (let head = 0; head < batch * heads; head++) {
    positions.forEach((position, index) => {
      const begin = (head * n + position) * d;
      data.set(tensor.data.subarray(begin, begin + d), (head * positions.length + index) * d);
    });
  }
  return { shape: [batch, heads, positions.length, d], data };
}
