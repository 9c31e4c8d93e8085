/** Golden vectors of `kernel_attention` with FAVOR+ features; the layouts are ours. */
import type { Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { refusedVector } from '../lib/vector.ts';

export function favorVector({ params, inputs, expected }: Vector): VectorCase | VectorRefusal {
  const {
    feature,
    stabilize = true,
    feature_eps: featureEps = 1e-6,
    eps = 0,
    causal = false,
    ...rest
  } = params;
  const [strange] = Object.keys(rest);
  if (strange !== undefined) return refusedVector(`performer has no parameter '${strange}'`);
  if (feature !== 'softmax_pos') {
    return refusedVector(`performer has softmax_pos features only, not '${String(feature)}'`);
  }
  if (typeof stabilize !== 'boolean' || typeof causal !== 'boolean') {
    return refusedVector('performer takes true or false for stabilize and causal');
  }
  if (typeof featureEps !== 'number' || typeof eps !== 'number') {
    return refusedVector('performer takes numbers for feature_eps and eps');
  }
  const { q, k, v, proj } = inputs;
  if (proj === undefined) return refusedVector('performer needs the projection proj [features, d]');
  const [batch, heads, n, d] = q.shape;
  return {
    kind: 'case',
    params: {
      batch,
      heads,
      kvHeads: k.shape[1],
      n,
      m: k.shape[2],
      d,
      dv: v.shape[3],
      precision: 'f32',
      causal,
      features: proj.shape[0],
      stabilize,
      featureEps,
      eps,
      variant: 'auto',
    },
    inputs: { q, k, v, proj },
    expected,
  };
}
