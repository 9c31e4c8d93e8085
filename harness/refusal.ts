/** Why a case cannot run here, found before anything is allocated. */
import type { Caps, Kernel, Params, Plan, Refusal, TensorSpec } from '../kernels/contract.ts';
import { formatRound } from './format.ts';
import { layoutOf } from './layout.ts';
import type { ByteCounts } from './record.ts';

const sumBytes = (specs: readonly TensorSpec[], params: Params): number =>
  specs.reduce((sum, spec) => sum + layoutOf(spec, params.precision).byteLength, 0);

/** What a case holds, computed from its shapes. The allocator counts the same when it makes the buffers. */
export function plannedBytes(kernel: Kernel, params: Params, plan: Plan): ByteCounts {
  const inputs = sumBytes(kernel.inputs(params), params);
  const outputs = sumBytes(kernel.outputs(params), params);
  const scratch = sumBytes(plan.scratch, params);
  return { inputs, outputs, scratch, peak: inputs + outputs + scratch, harness: 0 };
}

/** What the mechanism or the precision rules out, before a plan is made. */
export function refuseParams(kernel: Kernel, params: Params, caps: Caps): Refusal | null {
  if (params.precision === 'f16' && !caps.features.has('shader-f16')) {
    return {
      code: 'feature',
      message: 'the adapter has no shader-f16; precision=f16s runs everywhere',
    };
  }
  return kernel.refuse(params, caps);
}

/** A buffer or the sum of them past what the adapter or the machine has. */
export function refuseSizes(
  kernel: Kernel,
  params: Params,
  plan: Plan,
  caps: Caps,
  freeMemoryBytes: number | null,
): Refusal | null {
  const { maxBufferSize, maxStorageBufferBindingSize } = caps.limits;
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  for (const spec of [...kernel.inputs(params), ...kernel.outputs(params), ...plan.scratch]) {
    const { byteLength } = layoutOf(spec, params.precision);
    if (byteLength > limit) {
      return {
        code: 'limit',
        message: `${spec.name} takes ${formatRound(byteLength, 'bytes')} and the adapter binds at most ${formatRound(limit, 'bytes')}`,
      };
    }
  }
  const { peak } = plannedBytes(kernel, params, plan);
  // A software adapter's buffers are this machine's memory, and the host holds copies to check against.
  if (caps.software && freeMemoryBytes !== null && peak * 2 > freeMemoryBytes) {
    return {
      code: 'memory',
      message: `the case holds ${formatRound(peak, 'bytes')} and this machine has ${formatRound(freeMemoryBytes, 'bytes')} free; half of it may be used`,
    };
  }
  return null;
}
