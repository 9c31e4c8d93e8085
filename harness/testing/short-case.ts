/** A case of a kernel of kernels/, sampled as briefly as can be. */
import type { SessionCase } from '../hosts/session.ts';
import { resolveParams } from '../params.ts';
import { defaultPolicy } from '../sampling.ts';
import type { EngineCase } from '../sweep-engine.ts';

export const testKernels = new URL('kernels/', import.meta.url);

export function shortCase(kernel: string, name: string): EngineCase & SessionCase {
  const params = resolveParams({}, { n: 1, heads: 1, d: 1 });
  return {
    id: name,
    identity: { kind: 'case', id: name, suite: 'test', kernel, mechanism: 'test', params },
    kernel,
    request: {
      id: name,
      suite: 'test',
      params,
      policy: { ...defaultPolicy, seconds: 0.02, leastSamples: 2, mostSamples: 2 },
      seed: 'test',
    },
  };
}
