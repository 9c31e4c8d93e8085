/**
 * Scaled dot-product attention, the mechanism `sdpa`: its axes, its float64 reference, what it costs, its golden vectors.
 * y_i = sum_j softmax_j(scale q_i . k_j) v_j over the keys j that query i sees (Vaswani et al. 2017, equation 1).
 */
import type {
  AxisSpecs,
  AxisValue,
  BaseParams,
  Cost,
  Params,
  Precision,
  Tensors,
  Tolerance,
  Vector,
  VectorCase,
  VectorRefusal,
} from '../contract.ts';
import { attentionOutput, keyTensor, queryTensor, rowAddress, valueTensor } from './heads.ts';
import { storedBytes } from './plan.ts';
import { refusedVector } from './vector.ts';

export const sdpaAxes = {
  align: {
    kind: 'choice',
    choices: ['top_left', 'bottom_right'],
    default: 'top_left',
    summary: 'causal with n != m: query i sees keys up to i (top_left) or up to i + m - n (bottom_right)',
  },
  scale: { kind: 'number', default: 0, summary: 'factor of every score; 0 means 1/sqrt(d)' },
} as const satisfies AxisSpecs;

export type SdpaParams = Params<typeof sdpaAxes>;
/** What the reference needs: kernels without these axes are aligned top left and scaled by 1/sqrt(d). */
export type SdpaShape = BaseParams & Partial<Pick<SdpaParams, 'align' | 'scale'>>;

/** The factor of every score. */
export const scoreScale = ({ scale, d }: SdpaShape): number =>
  scale === undefined || scale === 0 ? 1 / Math.sqrt(d) : scale;

/** The mask as `visible.wgsl` takes it: query i sees the first min(m, max(0, i + 1 + lead - lag)) keys. */
export function maskUniforms(p: SdpaShape): { readonly lead: number; readonly lag: number } {
  if (!p.causal) return { lead: p.m, lag: 0 };
  return p.align === 'bottom_right' ? { lead: p.m, lag: p.n } : { lead: 0, lag: 0 };
}

/** How many keys query i sees; they are the first ones. */
export function visibleKeys(p: SdpaShape, i: number): number {
  const { lead, lag } = maskUniforms(p);
  return Math.min(p.m, Math.max(0, i + 1 + lead - lag));
}

/** Visible (query, key) pairs of one head. */
export function visiblePairs(p: SdpaShape): number {
  const { lead, lag } = maskUniforms(p);
  const shift = lead - lag;
  /** sum of min(t, m) for t = 1..last */
  const upTo = (last: number): number => {
    if (last <= 0) return 0;
    const rising = Math.min(last, p.m);
    return (rising * (rising + 1)) / 2 + (last - rising) * p.m;
  };
  return upTo(p.n + shift) - upTo(shift);
}

/** 2 P (d + dv) FLOPs and P exponentials for P visible pairs; grouped heads share bytes, not work. */
export function sdpaCost(p: SdpaShape): Cost {
  const pairs = p.batch * p.heads * visiblePairs(p);
  return {
    flops: 2 * pairs * (p.d + p.dv),
    exps: pairs,
    bytesRead: storedBytes([queryTensor(p), keyTensor(p), valueTensor(p)], p.precision),
    bytesWritten: storedBytes([attentionOutput(p)], p.precision),
  };
}

/** How far the kernels of this mechanism may be from float64: their errors have the same sources. */
export const sdpaTolerance: Readonly<Record<Precision, Tolerance>> = {
  f32: {
    nmse: 1e-10,
    because:
      'a score is off by its own f32 rounding before exp magnifies it: 2.5e-11 seen with scores of 2000, 5e-13 and less with ordinary ones',
  },
  f16: {
    nmse: 5e-7,
    because: 'weights, where they are factors in f16, and y are rounded to f16, by 2^-11 each: 1.8e-7 seen',
  },
  f16s: {
    nmse: 2.5e-7,
    because: 'only y is rounded to f16, by 2^-11 of an element at most, which is 2.4e-7: 6.3e-8 seen',
  },
};

/**
 * Rows of y ([rows, dv]) and of lse ([rows], natural logarithm) in float64. `rows` are flat indices over [batch, heads, n].
 * A row that sees no key has y = 0 and lse = -Infinity.
 */
export function sdpaReference(
  p: SdpaShape,
  inputs: Tensors,
  rows: readonly number[],
): { readonly y: Float64Array; readonly lse: Float64Array } {
  const { n, m, d, dv, heads, kvHeads } = p;
  const [q, k, v] = [inputs.q.data, inputs.k.data, inputs.v.data];
  const scale = scoreScale(p);
  const y = new Float64Array(rows.length * dv);
  const lse = new Float64Array(rows.length);
  const weights = new Float64Array(m);
  for (let at = 0; at < rows.length; at++) {
    const { batch, head, kvHead, i } = rowAddress(p, rows[at]);
    const fromQuery = ((batch * heads + head) * n + i) * d;
    const fromKeys = (batch * kvHeads + kvHead) * m;
    const visible = visibleKeys(p, i);
    let top = -Infinity;
    for (let j = 0; j < visible; j++) {
      const fromKey = (fromKeys + j) * d;
      let dot = 0;
      for (let c = 0; c < d; c++) dot += q[fromQuery + c] * k[fromKey + c];
      weights[j] = dot * scale;
      top = Math.max(top, weights[j]);
    }
    let sum = 0;
    for (let j = 0; j < visible; j++) {
      weights[j] = Math.exp(weights[j] - top);
      sum += weights[j];
    }
    lse[at] = top + Math.log(sum);
    for (let j = 0; j < visible; j++) {
      const weight = weights[j] / sum;
      const fromValue = (fromKeys + j) * dv;
      for (let c = 0; c < dv; c++) y[at * dv + c] += weight * v[fromValue + c];
    }
  }
  return { y, lse };
}

/**
 * For matrix units: the factor of q before the products, a power of two so that it rounds nothing. Should a unit round to f16 on
 * its way, it overflows past 65504; so in f16 q takes as much of a scale below 1 as a power of two can, and the sum the rest.
 */
export function queryScale(p: SdpaShape): number {
  if (p.precision !== 'f16') return 1;
  return Math.min(1, 2 ** Math.floor(Math.log2(Math.abs(scoreScale(p)))));
}

/** The factor of the summed products. */
export const productScale = (p: SdpaShape): number => scoreScale(p) / queryScale(p);

/** Reads a golden vector of `sdpa`. `own` are the values of axes that the kernel has beside sdpa's. */
export function sdpaFromVector(
  vector: Vector,
  own: Readonly<Record<string, AxisValue>> = {},
): VectorCase | VectorRefusal {
  const { causal = false, align = 'top_left', scale = 0, ...others } = vector.params;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return refusedVector(`parameter '${unknown}' is not supported`);
  if (typeof causal !== 'boolean')
    return refusedVector(`parameter 'causal' is true or false, not ${text(causal)}`);
  if (align !== 'top_left' && align !== 'bottom_right') {
    return refusedVector(`parameter 'align' is top_left or bottom_right, not ${text(align)}`);
  }
  if (typeof scale !== 'number' || (scale === 0 && 'scale' in vector.params)) {
    return refusedVector(`parameter 'scale' is a number other than 0, not ${text(scale)}`);
  }
  const { q, k, v, ...moreInputs } = vector.inputs;
  const [extra] = Object.keys(moreInputs);
  if (extra !== undefined) return refusedVector(`input '${extra}' is not supported`);
  for (const [name, tensor] of Object.entries({ q, k, v })) {
    if (tensor?.shape.length !== 4 || tensor.shape.includes(0)) {
      return refusedVector(
        `input '${name}' should have shape [batch, heads, length, dimension], none of them 0`,
      );
    }
  }
  const [batch, heads, n, d] = q.shape;
  const [, kvHeads, m] = k.shape;
  const dv = v.shape[3];
  if (heads % kvHeads !== 0) return refusedVector(`${kvHeads} heads of k do not divide ${heads} heads of q`);
  const precision: Precision = 'f32';
  return {
    kind: 'case',
    params: { batch, heads, kvHeads, n, m, d, dv, precision, causal, align, scale, ...own },
    inputs: vector.inputs,
    expected: vector.expected,
  };
}

const text = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Shapes that every kernel of the mechanism must get right, beside the standard odd ones. */
export const sdpaContractCases: readonly Readonly<Record<string, AxisValue>>[] = [
  // Both alignments with more keys than queries, and with queries that see no key.
  { n: 33, m: 70, causal: true },
  { n: 33, m: 70, causal: true, align: 'bottom_right' },
  { n: 70, m: 33, causal: true },
  { n: 70, m: 33, causal: true, align: 'bottom_right' },
  { n: 40, m: 1, causal: true, align: 'bottom_right' },
  // Cross attention, decoding, grouped heads, widths that are no whole quads and differ.
  { n: 17, m: 65, d: 24, dv: 40, heads: 4, kvHeads: 2 },
  { n: 1, m: 300, heads: 6, kvHeads: 1, d: 64, batch: 2 },
  { n: 65, heads: 6, kvHeads: 2, causal: true, d: 64 },
  { n: 9, m: 6, d: 1, dv: 3 },
  { n: 50, d: 67, dv: 5 },
  { n: 70, d: 128, heads: 1 },
  { n: 35, m: 130, d: 256, heads: 1, causal: true },
  { n: 35, d: 16, dv: 256, heads: 1 },
  // More workgroups than one dimension of a dispatch can have.
  { n: 1, m: 2, heads: 1, d: 16, batch: 70_000 },
  // Scores from about -2000 to 2000: exp overflows unless the largest is taken off first. f16 products cannot resolve these.
  { n: 64, scale: 80, precision: 'f32' },
  { n: 64, scale: 80, precision: 'f16s' },
];
