/** What reading a golden vector of an attention mechanism starts with. */
import type { BaseParams, Tensor, Vector, VectorRefusal } from '../contract.ts';

export interface VectorShapes {
  readonly kind: 'shapes';
  /** Precision f32, not causal: the caller overrides what the vector says. */
  readonly params: BaseParams;
}

/**
 * Reads the base axes from q [batch, heads, n, d], k [batch, kvHeads, m, d] and v [batch, kvHeads, m, dv]. Refuses with a
 * sentence a parameter or an input that the mechanism does not know, and shapes that do not fit each other.
 */
export function vectorShapes(
  vector: Vector,
  knownParams: ReadonlySet<string>,
  knownInputs: ReadonlySet<string>,
): VectorShapes | VectorRefusal {
  const refuse = (message: string): VectorRefusal => ({ kind: 'unsupported', message });
  const { inputs, params } = vector;
  const param = Object.keys(params).find((name) => !knownParams.has(name));
  if (param !== undefined) return refuse(`parameter '${param}' is not known here`);
  const input = Object.keys(inputs).find((name) => !knownInputs.has(name));
  if (input !== undefined) return refuse(`input '${input}' is not known here`);
  const missing = ['q', 'k', 'v'].find((name) => !(name in inputs));
  if (missing !== undefined) return refuse(`input '${missing}' is missing`);

  const flat = ['q', 'k', 'v'].find((name) => inputs[name].shape.length !== 4);
  if (flat !== undefined) return refuse(`input '${flat}' should have four dimensions`);
  const [batch, heads, n, d] = inputs.q.shape;
  const [, kvHeads, m] = inputs.k.shape;
  const [, , , dv] = inputs.v.shape;
  const misfit =
    misfitOf('k', inputs.k, [batch, kvHeads, m, d]) ?? misfitOf('v', inputs.v, [batch, kvHeads, m, dv]);
  if (misfit !== null) return refuse(misfit);
  if (heads % kvHeads !== 0) return refuse(`${kvHeads} heads of k do not divide ${heads} heads of q`);
  const base = { batch, heads, kvHeads, n, m, d, dv } as const;
  return { kind: 'shapes', params: { ...base, precision: 'f32', causal: false } };
}

/** A sentence when a tensor has another shape. */
export function misfitOf(name: string, tensor: Tensor, shape: readonly number[]): string | null {
  return tensor.shape.join() === shape.join()
    ? null
    : `input '${name}' has shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`;
}
