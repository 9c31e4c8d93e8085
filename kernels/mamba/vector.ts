/** Golden vectors of `s6`: Mamba's layout [batch, channels, length] turned into ours, one head of `channels` columns. */
import type { Tensor, Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { refusedVector } from '../lib/vector.ts';

const known = new Set(['u', 'delta', 'A', 'B', 'C', 'D', 'z', 'delta_bias']);

/** [batch, a, b] to [batch, b, a], given the new shape. */
function swapLast(tensor: Tensor, shape: readonly number[]): Tensor {
  const [batch, rows, columns] = tensor.shape;
  const data = new Float64Array(tensor.data.length);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        data[(b * columns + j) * rows + i] = tensor.data[(b * rows + i) * columns + j];
      }
    }
  }
  return { shape, data };
}

export function scanVector({ params, inputs, expected }: Vector): VectorCase | VectorRefusal {
  const strange = Object.keys(inputs).find((name) => !known.has(name));
  if (strange === 'h0')
    return refusedVector('mamba starts from a zero state; a start state h0 is not supported');
  if (strange !== undefined) return refusedVector(`mamba has no input '${strange}'`);
  const strangeParam = Object.keys(params).find((name) => name !== 'delta_softplus');
  if (strangeParam !== undefined) return refusedVector(`mamba has no parameter '${strangeParam}'`);
  const [batch, channels, n] = inputs.u.shape;
  const state = inputs.A.shape[1];
  if (inputs.B.shape.length !== 3 || inputs.C.shape.length !== 3) {
    return refusedVector(
      'mamba reads B and C as [batch, state, length]; groups and fixed B, C are not supported',
    );
  }
  const main = [batch, 1, n, channels];
  const tokens = [batch, n, state];
  const { u, delta, A, B, C, D, z, delta_bias: bias } = inputs;
  return {
    kind: 'case',
    params: {
      batch,
      heads: 1,
      kvHeads: 1,
      n,
      m: n,
      d: channels,
      dv: channels,
      precision: 'f32',
      causal: true,
      state,
      chunk: 64,
      variant: 'auto',
      softplus: params.delta_softplus === true,
      deltaBias: bias !== undefined,
      skip: D !== undefined,
      gate: z !== undefined,
      lastState: expected.last_state !== undefined,
    },
    inputs: {
      u: swapLast(u, main),
      delta: swapLast(delta, main),
      A,
      B: swapLast(B, tokens),
      C: swapLast(C, tokens),
      ...(D === undefined ? {} : { D }),
      ...(z === undefined ? {} : { z: swapLast(z, main) }),
      ...(bias === undefined ? {} : { delta_bias: bias }),
    },
    expected: { ...expected, y: swapLast(expected.y, main) },
  };
}
