/** Golden vectors of `ssd`: Mamba-2's layout [batch, length, heads, ..] turned into ours, [batch, heads, length, ..]. */
import type { Tensor, Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { refusedVector } from '../lib/vector.ts';

const known = new Set(['x', 'dt', 'A', 'B', 'C', 'D', 'dt_bias']);

/** [batch, length, heads, ..] to [batch, heads, length, ..]. */
function headsFirst(tensor: Tensor): Tensor {
  const [batch, length, heads, ...rest] = tensor.shape;
  const width = rest.reduce((product, size) => product * size, 1);
  const data = new Float64Array(tensor.data.length);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < length; t++) {
      for (let h = 0; h < heads; h++) {
        const from = ((b * length + t) * heads + h) * width;
        data.set(tensor.data.subarray(from, from + width), ((b * heads + h) * length + t) * width);
      }
    }
  }
  return { shape: [batch, heads, length, ...rest], data };
}

export function ssdVector({ params, inputs, expected }: Vector): VectorCase | VectorRefusal {
  const strange = Object.keys(inputs).find((name) => !known.has(name));
  if (strange === 'h0')
    return refusedVector('ssd starts from a zero state; a start state h0 is not supported');
  if (strange !== undefined) return refusedVector(`ssd has no input '${strange}'`);
  const strangeParam = Object.keys(params).find((name) => name !== 'dt_softplus');
  if (strangeParam !== undefined) return refusedVector(`ssd has no parameter '${strangeParam}'`);
  const { x, dt, A, B, C, D, dt_bias: bias } = inputs;
  const [batch, n, heads, d] = x.shape;
  const [, , groups, state] = B.shape;
  return {
    kind: 'case',
    params: {
      batch,
      heads,
      kvHeads: heads,
      n,
      m: n,
      d,
      dv: d,
      precision: 'f32',
      causal: true,
      state,
      groups,
      chunk: 0,
      variant: 'auto',
      softplus: params.dt_softplus === true,
      dtBias: bias !== undefined,
      skip: D !== undefined,
      lastState: expected.final_state !== undefined,
    },
    inputs: {
      x: headsFirst(x),
      dt: headsFirst(dt),
      A,
      B: headsFirst(B),
      C: headsFirst(C),
      ...(D === undefined ? {} : { D }),
      ...(bias === undefined ? {} : { dt_bias: bias }),
    },
    expected: { ...expected, y: headsFirst(expected.y) },
  };
}
