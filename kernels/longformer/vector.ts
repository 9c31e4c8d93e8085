/** Reads a golden vector of the mechanism `longformer`. */
import type { Tensor, Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { sdpaFromVector } from '../lib/sdpa.ts';
import { baseOf } from '../lib/visible.ts';
import { refusedVector } from '../lib/vector.ts';

/** Without projections of its own a global token uses q, k and v; of q only the global rows are kept. */
export function longformerVector(vector: Vector): VectorCase | VectorRefusal {
  const { window, dilation = 1, global = [], causal = false, ...others } = vector.params;
  const { q, k, v, qg = q, kg = k, vg = v, ...moreInputs } = vector.inputs;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return refusedVector(`parameter '${unknown}' is not supported`);
  const base = sdpaFromVector({ ...vector, params: { causal }, inputs: { q, k, v, ...moreInputs } });
  if (base.kind === 'unsupported') return base;
  const { n } = base.params;
  if (!isWhole(window, 0)) return refusedVector("parameter 'window' is a whole number from 0");
  if (!isWhole(dilation, 1)) return refusedVector("parameter 'dilation' is a whole number from 1");
  if (!isPositions(global, n)) {
    return refusedVector(`parameter 'global' is a list of distinct positions from 0 to ${n - 1}`);
  }
  if (qg.shape.join() !== q.shape.join()) return refusedVector("inputs 'qg' and 'q' have different shapes");
  const positions = [...global].sort((a, b) => a - b);
  return {
    kind: 'case',
    params: { ...baseOf(base.params), window, dilation, globals: positions.length, variant: 'auto' },
    inputs: {
      q,
      k,
      v,
      kg,
      vg,
      global: { shape: [positions.length], data: Float64Array.from(positions) },
      qg: pickPositions(qg, positions),
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
