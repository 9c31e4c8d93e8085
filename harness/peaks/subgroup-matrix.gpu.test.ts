/** No adapter here has matrix units; Dawn's null backend checks their WGSL and pipelines all the same. */
import { expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { createContext } from '../context.ts';
import { nodeHost } from '../hosts/node-host.ts';
import { leastCaps } from '../testing/caps.ts';
import { ceilingPlans, sizesFor } from './micro-kernels.ts';
import { Workbench } from './workbench.ts';

test.each([
  ['f16', 'f32'],
  ['f16', 'f16'],
  ['f32', 'f32'],
])('the subgroup matrix micro-kernel of %s into %s compiles', async (componentType, resultComponentType) => {
  Object.assign(globalThis, globals);
  const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('Dawn has no null backend');
  const matrix: readonly string[] = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
  const requiredFeatures = matrix.filter((name): name is GPUFeatureName => adapter.features.has(name));
  expect(requiredFeatures).toEqual(matrix);
  const device = await adapter.requestDevice({ requiredFeatures });
  const caps = leastCaps({
    features: new Set(matrix),
    subgroupMaxSize: 128,
    subgroupMatrices: [{ componentType, resultComponentType, rows: 16, columns: 8, depth: 16 }],
  });
  const clock = { source: 'wall', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true } as const;
  const context = createContext(device, nodeHost, caps, clock);
  const sizes = { ...sizesFor(caps), walkers: [2 ** 8], coldWords: 2 ** 15, arithmeticWorkgroups: 1 };
  const bench = await Workbench.create(context, sizes);
  const plan = ceilingPlans(caps, sizes).find(({ name }) => name === 'subgroupMatrix');
  if (plan === undefined) throw new Error('no plan for matrices');
  expect(plan.kernels).toHaveLength(1);
  expect(await bench.candidate(plan.kernels[0]).run(1)).toBeGreaterThanOrEqual(0);
  bench.destroy();
});
