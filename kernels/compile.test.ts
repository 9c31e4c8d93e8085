/** Every plan compiles, without a GPU: all kernels, precisions and shapes, on adapters with subgroups of every size. */
import { beforeAll, describe, expect, it } from 'vitest';
import { contractCases } from '../harness/contract-cases.ts';
import { builtInKernels, kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import {
  capsWithSubgroups,
  compilePlan,
  matrixUnits,
  openNullDevice,
} from '../harness/testing/null-backend.ts';
import type { Plan } from './contract.ts';
import { passAt } from './lib/plan.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await openNullDevice();
});

const adapters = [
  ...[4, 8, 16, 32, 64, 128].map((size) => capsWithSubgroups(size)),
  // Sizes that vary from one dispatch to the next, and GPUs.
  capsWithSubgroups(8, { subgroupMaxSize: 32 }),
  ...[16, 32, 64, 128].flatMap((size) =>
    matrixUnits.map((unit) => capsWithSubgroups(size, { software: false, subgroupMatrices: [unit] })),
  ),
  capsWithSubgroups(32, { software: false, features: new Set() }),
];

describe.each(kernelIds())('%s', (id) => {
  it('compiles for every contract case', { timeout: 120_000 }, async () => {
    const { kernel, folder } = await loadKernel(id);
    const complaints = new Set<string>();
    let plans = 0;
    for (const caps of adapters) {
      for (const params of contractCases(kernel)) {
        if (params.precision === 'f16' && !caps.features.has('shader-f16')) continue;
        if (kernel.refuse(params, caps) !== null) continue;
        for (const shape of kernel.shapes?.(params, caps) ?? [undefined]) {
          plans++;
          for (const complaint of await compilePlan(device, folder, kernel.plan(params, caps, shape))) {
            complaints.add(complaint);
          }
        }
      }
    }
    expect([...complaints]).toEqual([]);
    expect(plans).toBeGreaterThan(100);
  });
});

describe('compilePlan', () => {
  const planOf = (shader: string): Plan => ({
    variant: 'test',
    scratch: [],
    passes: [passAt('f32', { name: 'test', shader, bindings: [], workgroups: 1 })],
  });
  const folder = new URL('copy/', builtInKernels);
  const written = (wgsl: string): Plan => planOf(`data:text/plain,${encodeURIComponent(wgsl)}`);

  it('tells an error at its own line', async () => {
    // Without its includes and uniforms the shader is wrong.
    const [first] = await compilePlan(device, folder, planOf('copy.wgsl'));
    expect(first).toMatch(/copy\.wgsl:\d+:\d+: error: /);
    expect(written('x').variant).toBe('test');
  });
});
