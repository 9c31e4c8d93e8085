/** Reads a golden vector of the mechanism `bigbird`. */
import type { Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { sdpaFromVector } from '../lib/sdpa.ts';
import { baseOf } from '../lib/visible.ts';
import { refusedVector } from '../lib/vector.ts';

/** `rand` is taken as given: a block it names twice, or that is visible anyway, counts once. */
export function bigbirdVector(vector: Vector): VectorCase | VectorRefusal {
  const { block_size: blockSize, ...others } = vector.params;
  const { rand, ...attention } = vector.inputs;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return refusedVector(`parameter '${unknown}' is not supported`);
  const base = sdpaFromVector({ ...vector, params: {}, inputs: attention });
  if (base.kind === 'unsupported') return base;
  if (typeof blockSize !== 'number' || !Number.isInteger(blockSize) || blockSize < 1) {
    return refusedVector("parameter 'block_size' is a whole number from 1");
  }
  const blocks = Math.ceil(base.params.n / blockSize);
  if (rand?.shape.length !== 3)
    return refusedVector("input 'rand' should have shape [heads, blocks - 2, random]");
  if (rand.data.some((block) => !Number.isInteger(block) || block < 0 || block >= blocks)) {
    return refusedVector(`input 'rand' holds block numbers from 0 to ${blocks - 1}`);
  }
  return {
    kind: 'case',
    params: { ...baseOf(base.params), blockSize, randomBlocks: rand.shape[2], variant: 'auto' },
    inputs: vector.inputs,
    expected: vector.expected,
  };
}
