import type { Caps } from '../../kernels/contract.ts';

/** What every WebGPU adapter has at least, with what a test changes. */
export function leastCaps(
  change: Partial<Omit<Caps, 'limits'>> & { readonly limits?: Partial<Caps['limits']> } = {},
): Caps {
  return {
    features: new Set(),
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
    subgroupMatrices: [],
    software: true,
    ...change,
    limits: {
      maxBufferSize: 2 ** 28,
      maxStorageBufferBindingSize: 2 ** 27,
      maxStorageBuffersPerShaderStage: 8,
      maxComputeWorkgroupStorageSize: 16_384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupSizeX: 256,
      maxComputeWorkgroupsPerDimension: 65_535,
      ...change.limits,
    },
  };
}
