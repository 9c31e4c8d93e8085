/** Reads a golden vector of the mechanism `bigbird`. */
import type { Vector, VectorCase, VectorRefusal } from '../contract.ts';
import { misfitOf, vectorShapes } from '../lib/vector.ts';

const knownParams = new Set(['block_size']);
const knownInputs = new Set(['q', 'k', 'v', 'rand']);

/** `rand` is taken as given: a block it names twice, or that is visible anyway, counts once. */
export function bigbirdVector(vector: Vector): VectorCase | VectorRefusal {
  const base = vectorShapes(vector, knownParams, knownInputs);
  if (base.kind === 'unsupported') return base;
  const refuse = (message: string): VectorRefusal => ({ kind: 'unsupported', message });
  const { block_size: blockSize } = vector.params;
  if (typeof blockSize !== 'number' || !Number.isInteger(blockSize) || blockSize < 1) {
    return refuse('params.block_size should be a whole number from 1');
  }
  const { q, k, v, rand } = vector.inputs;
  if (!('rand' in vector.inputs)) return refuse("input 'rand' is missing");
  const blocks = Math.ceil(base.params.n / blockSize);
  const randomBlocks = rand.shape.at(-1) ?? 0;
  const misfit = misfitOf('rand', rand, [base.params.heads, Math.max(0, blocks - 2), randomBlocks]);
  if (misfit !== null) return refuse(misfit);
  if (rand.data.some((block) => !Number.isInteger(block) || block < 0 || block >= blocks)) {
    return refuse(`input 'rand' should hold block numbers from 0 to ${blocks - 1}`);
  }
  return {
    kind: 'case',
    params: { ...base.params, blockSize, randomBlocks },
    inputs: { q, k, v, rand },
    expected: vector.expected,
  };
}
