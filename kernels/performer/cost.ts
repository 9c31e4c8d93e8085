/**
 * What each pass of FAVOR+ computes, and what it must read and write once. The pairs within a causal chunk are not charged: they are what
 * chunks cost, not what the mechanism needs.
 */
import type { BaseParams, Cost } from '../contract.ts';
import { elementBytes, quads } from '../lib/plan.ts';

export type PassName = 'vectors' | 'keys' | 'top' | 'merge' | 'totals' | 'queries';

export function passCosts(
  p: BaseParams & { readonly features: number },
  cut: { readonly chunks: number; readonly slots: number },
): Readonly<Record<PassName, Cost>> {
  const { n, m, d, dv, features } = p;
  const { chunks, slots } = cut;
  const heads = p.batch * p.heads;
  const elem = elementBytes(p.precision);
  const f32 = 4;
  /** Of all chunks, and of those that queries read. */
  const states = heads * chunks * features * 4 * quads(dv);
  const stats = heads * chunks * features;
  const read = heads * slots * features * (4 * quads(dv) + 1);
  /** Sums over the features. */
  const sums = heads * slots * (4 * quads(dv) + 1) + (p.causal ? heads * m : 0);
  const exponents = p.causal ? heads * m * features : 0;
  const copiedValues = p.causal ? heads * m * dv : 0;
  const valueSums = heads * chunks * dv;
  /** A projection, and a sum into or out of the state. */
  const vector = 2 * features * (d + dv + 1);
  return {
    vectors: {
      flops: heads * (2 * d * (n + m) + m * dv),
      exps: 0,
      bytesRead: heads * (n * d + m * (d + dv)) * elem,
      bytesWritten: f32 * (heads * (n + m) + valueSums + copiedValues),
    },
    keys: {
      flops: heads * m * vector,
      exps: heads * m * features,
      bytesRead: (heads * m * (d + dv) + features * d) * elem + f32 * heads * m,
      bytesWritten: f32 * (states + exponents + 4 * stats),
    },
    top: { flops: stats, exps: 0, bytesRead: f32 * stats, bytesWritten: f32 * heads },
    merge: {
      flops: 3 * (states + stats),
      exps: stats,
      bytesRead: f32 * (states + 2 * stats + valueSums + heads),
      bytesWritten: f32 * read,
    },
    totals: {
      flops: read + exponents,
      exps: exponents,
      bytesRead: f32 * (read + exponents),
      bytesWritten: f32 * (sums + exponents),
    },
    queries: {
      flops: heads * n * vector,
      exps: heads * n * features,
      bytesRead:
        (heads * n * d + features * d) * elem + f32 * (read + sums + exponents + copiedValues + heads * n),
      bytesWritten: heads * n * dv * elem,
    },
  };
}
