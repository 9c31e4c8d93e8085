/** FAVOR+ in float64, as the definition reads. */
import type { BaseParams, Tensors } from '../contract.ts';
import { rowAddress } from '../lib/heads.ts';

export interface FavorParams extends BaseParams {
  readonly features: number;
  readonly stabilize: boolean;
  readonly featureEps: number;
  readonly eps: number;
}

type Numbers = Float32Array | Float64Array;

/** One vector's projections w_f . x' for x' = x d^(-1/4), into `into`; returns |x'|^2 / 2. */
function project(p: FavorParams, x: Numbers, from: number, proj: Numbers, into: Float64Array): number {
  const shrink = p.d ** -0.25;
  let square = 0;
  for (let e = 0; e < p.d; e++) square += (x[from + e] * shrink) ** 2;
  for (let f = 0; f < p.features; f++) {
    let sum = 0;
    for (let e = 0; e < p.d; e++) sum += proj[f * p.d + e] * x[from + e];
    into[f] = sum * shrink;
  }
  return square / 2;
}

/**
 * Rows of y, [rows, dv]; `rows` are flat indices over [batch, heads, n]. The key maximum M is known only after the last key, also
 * when causal, so the sums are kept without the factor e^(-M); eps times the plain sums of v joins them at the end. Exponents need
 * no maximum in float64: w . x' - |x'|^2 / 2 is at most |w|^2 / 2, about d / 2.
 */
export function favorRows(p: FavorParams, inputs: Tensors, rows: readonly number[]): Float64Array {
  const { n, m, d, dv, heads, features } = p;
  const [q, k, v, proj] = [inputs.q.data, inputs.k.data, inputs.v.data, inputs.proj.data];
  const y = new Float64Array(rows.length * dv);
  const byHead = new Map<number, { readonly at: number; readonly i: number }[]>();
  rows.forEach((row, at) => {
    const { batch, head, i } = rowAddress(p, row);
    const asked = byHead.get(batch * heads + head) ?? [];
    asked.push({ at, i });
    byHead.set(batch * heads + head, asked);
  });
  const exponents = new Float64Array(features);
  for (const [flatHead, asked] of byHead) {
    const state = new Float64Array(features * (dv + 1));
    const plain = new Float64Array(dv + 1);
    let highest = -Infinity;
    const read: { at: number; scaled: Float64Array; shifted: Float64Array }[] = [];
    /** What the query at position i reads of the sums so far: sum_f phi_q[f] state[f], and (sum_f phi_q[f]) plain. */
    const readState = (at: number, i: number): void => {
      const half = project(p, q, (flatHead * n + i) * d, proj, exponents);
      const top = p.stabilize ? exponents.reduce((a, b) => Math.max(a, b), -Infinity) : 0;
      const scaled = new Float64Array(dv + 1);
      let total = 0;
      for (let f = 0; f < features; f++) {
        const phi = Math.exp(exponents[f] - half - top) + p.featureEps;
        total += phi;
        for (let e = 0; e <= dv; e++) scaled[e] += phi * state[f * (dv + 1) + e];
      }
      read.push({ at, scaled, shifted: plain.map((sum) => total * sum) });
    };
    let next = 0;
    for (let j = 0; j < m; j++) {
      const half = project(p, k, (flatHead * m + j) * d, proj, exponents);
      const value = (flatHead * m + j) * dv;
      for (let e = 0; e < dv; e++) plain[e] += v[value + e];
      plain[dv] += 1;
      for (let f = 0; f < features; f++) {
        highest = Math.max(highest, exponents[f]);
        const weight = Math.exp(exponents[f] - half);
        for (let e = 0; e < dv; e++) state[f * (dv + 1) + e] += weight * v[value + e];
        state[f * (dv + 1) + dv] += weight;
      }
      while (p.causal && next < asked.length && asked[next].i === j) readState(asked[next++].at, j);
    }
    if (!p.causal) for (const { at, i } of asked) readState(at, i);
    const factor = p.stabilize ? Math.exp(-highest) : 1;
    for (const { at, scaled, shifted } of read) {
      const sum = (e: number): number => factor * scaled[e] + p.featureEps * shifted[e];
      // Both feature maps carry 1 / sqrt(features); it cancels but for eps.
      const norm = sum(dv) / features + p.eps;
      for (let e = 0; e < dv; e++) y[at * dv + e] = sum(e) / features / norm;
    }
  }
  return y;
}
