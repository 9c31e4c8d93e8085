/** Softmax attention in float64 over whichever keys a row sees: the reference of the sparse mechanisms. */
import type { BaseParams, Tensor } from '../contract.ts';
import { rowAddress } from './heads.ts';

/**
 * y = sum_j softmax_j(q . k_j / sqrt(d)) v_j over the keys given, each counted once. `query` is a row of q, `key` the row of
 * this head's position 0 in k and v. Returns dv values, zeros when there is no key.
 */
export function attendTo(
  p: BaseParams,
  tensors: { readonly q: Tensor; readonly k: Tensor; readonly v: Tensor },
  query: number,
  key: number,
  visible: readonly number[],
): Float64Array {
  const { d, dv } = p;
  const { q, k, v } = { q: tensors.q.data, k: tensors.k.data, v: tensors.v.data };
  const scale = 1 / Math.sqrt(d);
  const scores = visible.map((j) => {
    let sum = 0;
    for (let e = 0; e < d; e++) sum += q[query * d + e] * k[(key + j) * d + e];
    return sum * scale;
  });
  const maximum = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const y = new Float64Array(dv);
  let total = 0;
  visible.forEach((j, at) => {
    const weight = Math.exp(scores[at] - maximum);
    total += weight;
    for (let e = 0; e < dv; e++) y[e] += weight * v[(key + j) * dv + e];
  });
  return total === 0 ? y : y.map((value) => value / total);
}

/** Row of k and v at which the kv head of an output row begins. */
export function firstKeyRow(p: BaseParams, row: number): number {
  const { batch, kvHead } = rowAddress(p, row);
  return (batch * p.kvHeads + kvHead) * p.m;
}

/** The base axes alone. */
export const baseOf = ({
  batch,
  heads,
  kvHeads,
  n,
  m,
  d,
  dv,
  precision,
  causal,
}: BaseParams): BaseParams => ({
  batch,
  heads,
  kvHeads,
  n,
  m,
  d,
  dv,
  precision,
  causal,
});
