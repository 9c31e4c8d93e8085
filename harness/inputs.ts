/** Seeded inputs of a case, rounded to what the device will hold. */
import type { Kernel, Params, Tensor, Tensors } from '../kernels/contract.ts';
import { roundToStorage } from './layout.ts';
import { seededRandom } from './random.ts';

/** The `set`-th input set: same seed and set, same numbers, on every host. */
export function createInputs(kernel: Kernel, params: Params, seed: string, set: number): Tensors {
  const tensors: Record<string, Tensor> = {};
  for (const spec of kernel.inputs(params)) {
    const values = spec.fill(seededRandom(`${seed}/${set}/${spec.name}`));
    tensors[spec.name] = roundToStorage(values, spec, params.precision);
  }
  return tensors;
}
