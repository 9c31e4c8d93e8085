/** Tensors in the layout all attention kernels share: [batch, heads, length, dimension]. */
import type { BaseParams, InputSpec, OutputSpec, Random } from '../contract.ts';

/** Standard normal values for a whole shape. */
export function normalFill(elements: number): (random: Random) => Float32Array {
  return (random) => {
    const values = new Float32Array(elements);
    for (let i = 0; i < elements; i++) values[i] = random.normal();
    return values;
  };
}

const headsTensor = (name: string, shape: readonly [number, number, number, number]): InputSpec => ({
  name,
  shape,
  type: 'elem',
  fill: normalFill(shape[0] * shape[1] * shape[2] * shape[3]),
});

export const queryTensor = (p: BaseParams, name = 'q'): InputSpec =>
  headsTensor(name, [p.batch, p.heads, p.n, p.d]);
export const keyTensor = (p: BaseParams, name = 'k'): InputSpec =>
  headsTensor(name, [p.batch, p.kvHeads, p.m, p.d]);
export const valueTensor = (p: BaseParams, name = 'v'): InputSpec =>
  headsTensor(name, [p.batch, p.kvHeads, p.m, p.dv]);

export const attentionOutput = (p: BaseParams): OutputSpec => ({
  name: 'y',
  shape: [p.batch, p.heads, p.n, p.dv],
  type: 'elem',
  rows: 'selected',
});

/** Where a flat output row lies: batch element, query head, the kv head it reads, query position. */
export interface RowAddress {
  readonly batch: number;
  readonly head: number;
  readonly kvHead: number;
  readonly i: number;
}

/** Splits a flat index over [batch, heads, n]. Query head h reads kv head floor(h / (heads / kvHeads)). */
export function rowAddress(p: BaseParams, row: number): RowAddress {
  const i = row % p.n;
  const flatHead = (row - i) / p.n;
  const head = flatHead % p.heads;
  return { batch: (flatHead - head) / p.heads, head, kvHead: Math.floor(head / (p.heads / p.kvHeads)), i };
}
