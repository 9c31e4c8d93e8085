/** Every plan compiles, without a GPU: all kernels, precisions and shapes, on adapters with subgroups of every size. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractCases } from '../harness/contract-cases.ts';
import { kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import {
  capsWithSubgroups,
  compilePlan,
  matrixUnits,
  openNullDevice,
} from '../harness/testing/null-backend.ts';
import type { Pass } from './contract.ts';

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
  it('compiles for every contract case', { timeout: 240_000 }, async () => {
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
  const root = mkdtempSync(join(tmpdir(), 'attnbench-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const complaintsOf = (body: string): Promise<readonly string[]> => {
    writeFileSync(join(root, 'test.wgsl'), body);
    const pass: Pass = {
      name: 'test',
      shader: 'test.wgsl',
      includes: [],
      enables: ['f16', 'chromium_experimental_subgroup_matrix'],
      constants: {},
      uniforms: {},
      bindings: [],
      workgroups: 1,
    };
    return compilePlan(device, pathToFileURL(`${root}/`), { variant: 'test', scratch: [], passes: [pass] });
  };
  const main = (body: string, size = 128): string =>
    `var<workgroup> tile: array<f16, 64>;
@compute @workgroup_size(${size}) fn main() {
  ${body}
}
`;
  const matrix = 'subgroup_matrix_left<f16, 8, 8>';

  it('has nothing against what is right', async () => {
    expect(await complaintsOf(main(`_ = subgroupMatrixLoad<${matrix}, row_major>(&tile, 0u, 8u);`))).toEqual(
      [],
    );
  });
  it('tells an error at its own line', async () => {
    expect(await complaintsOf(main('let x: u32 = 1.5;'))).toEqual([
      expect.stringMatching(/^test\.wgsl:3:\d+: error: /),
    ]);
  });
  it('tells what is deprecated', async () => {
    expect(await complaintsOf(main(`_ = subgroupMatrixLoad<${matrix}>(&tile, 0u, false, 8u);`))).toEqual([
      expect.stringMatching(/^test\.wgsl:3:\d+: warning: .*deprecated/),
    ]);
  });
  it('tells what only a pipeline is refused for', async () => {
    expect(
      await complaintsOf(main(`_ = subgroupMatrixLoad<${matrix}, row_major>(&tile, 0u, 8u);`, 32)),
    ).toEqual([expect.stringContaining('128')]);
  });
});
