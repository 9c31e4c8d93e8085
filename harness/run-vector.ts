/** A golden vector on a device. */
import type { Precision } from '../kernels/contract.ts';
import type { GpuContext } from './context.ts';
import { UsageError } from './errors.ts';
import { CaseExecutor } from './executor.ts';
import { elementsOf, roundToStorage } from './layout.ts';
import type { LoadedKernel } from './program.ts';
import type { GoldenVector, VectorOutcome } from './vectors.ts';
import { compareVector } from './vectors.ts';
import { prepareProgram } from './verify.ts';

/** Runs a vector on the device at a precision. */
export async function runVector(
  context: GpuContext,
  loaded: LoadedKernel,
  vector: GoldenVector,
  precision: Precision,
): Promise<VectorOutcome> {
  const read = loaded.kernel.fromVector(vector);
  if (read.kind === 'unsupported') return read;
  const params = { ...read.params, precision };
  const prepared = await prepareProgram(context, loaded, params, 'default');
  if (prepared.kind === 'refused') return { kind: 'unsupported', message: prepared.message };
  const inputs = Object.fromEntries(
    loaded.kernel.inputs(params).map((spec) => {
      const given = read.inputs[spec.name];
      if (given === undefined || elementsOf(given.shape) !== elementsOf(spec.shape)) {
        throw new UsageError(
          `vector '${vector.name}': input '${spec.name}' should have shape [${spec.shape.join(', ')}]`,
        );
      }
      return [spec.name, roundToStorage(given.data, spec, precision)];
    }),
  );
  const executor = await CaseExecutor.create(context, loaded, params, prepared.program, [inputs]);
  try {
    const { tensors, brokenGuards } = await executor.poisonedCall(0);
    if (brokenGuards.length > 0) {
      return { kind: 'failed', outputs: [{ output: brokenGuards[0], error: Infinity, tolerance: 0 }] };
    }
    const answers = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));
    return compareVector(loaded.kernel, vector, { ...read, params }, answers);
  } finally {
    executor.destroy();
  }
}
