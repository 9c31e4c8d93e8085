/** What every plan says of its passes, on adapters of several kinds: costs that add up, workgroups whose demands can be read. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { caseId } from '../harness/case-id.ts';
import { contractCases } from '../harness/contract-cases.ts';
import { kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import { specialise } from '../harness/program.ts';
import type { LoadedKernel } from '../harness/program.ts';
import { refuseParams } from '../harness/refusal.ts';
import { leastCaps } from '../harness/testing/caps.ts';
import { workgroupFacts } from '../harness/wgsl-workgroup.ts';
import type { Caps, Cost, Params, Pass } from './contract.ts';

const adapters: readonly (readonly [string, Caps])[] = [
  ['the least adapter', leastCaps()],
  ['a CPU with subgroups', leastCaps({ features: new Set(['shader-f16', 'subgroups']), subgroupMaxSize: 8 })],
  [
    'a GPU',
    leastCaps({
      features: new Set(['shader-f16', 'subgroups']),
      subgroupMinSize: 32,
      subgroupMaxSize: 32,
      software: false,
      limits: {
        maxComputeWorkgroupStorageSize: 32_768,
        maxComputeInvocationsPerWorkgroup: 1024,
        maxComputeWorkgroupSizeX: 1024,
      },
    }),
  ],
];

interface Planned {
  readonly id: string;
  readonly params: Params;
  readonly caps: Caps;
  readonly passes: readonly Pass[];
}

/** Every plan of a kernel's contract cases. */
function plansOf({ id, kernel }: LoadedKernel): readonly Planned[] {
  return adapters.flatMap(([adapter, caps]) =>
    contractCases(kernel)
      .filter((params) => refuseParams(kernel, params, caps) === null)
      .map((params) => ({
        id: `${caseId('test', id, kernel.axes, params)} on ${adapter}`,
        params,
        caps,
        passes: kernel.plan(params, caps).passes,
      })),
  );
}

const sumOf = (costs: readonly Cost[], field: keyof Cost): number =>
  costs.reduce((sum, cost) => sum + cost[field], 0);

describe.each(kernelIds())('the passes of %s', (id) => {
  it('cost finite amounts, and together at least what the case is useful for', async () => {
    const loaded = await loadKernel(id);
    const wrong: string[] = [];
    for (const { id: name, params, passes } of plansOf(loaded)) {
      const costs = passes.flatMap(({ cost }) => cost ?? []);
      for (const [field, amount] of costs.flatMap((cost) => Object.entries(cost))) {
        if (!Number.isFinite(amount) || amount < 0) wrong.push(`${name}: ${field} is ${amount}`);
      }
      if (costs.length === 0) continue;
      if (costs.length < passes.length) wrong.push(`${name}: only some passes say what they cost`);
      const whole = loaded.kernel.cost(params);
      for (const field of ['flops', 'exps', 'bytesRead', 'bytesWritten'] as const) {
        // A double of many terms may be off in its last digits.
        if (sumOf(costs, field) < whole[field] * (1 - 1e-9)) {
          wrong.push(`${name}: ${field} ${sumOf(costs, field)} of its passes, ${whole[field]} of the case`);
        }
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('declare workgroups that can be read from the WGSL and fit the adapter', async () => {
    const loaded = await loadKernel(id);
    const read = (path: string): string => readFileSync(new URL(path, loaded.folder), 'utf8');
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const { id: name, caps, passes } of plansOf(loaded)) {
      for (const pass of passes) {
        const { code } = specialise(pass, read);
        if (seen.has(code)) continue;
        seen.add(code);
        const { size, bytes } = workgroupFacts(code);
        if (size === null || bytes === null) {
          wrong.push(`${name}, ${pass.name}: unreadable (size ${String(size)}, bytes ${String(bytes)})`);
          continue;
        }
        const { limits } = caps;
        if (size[0] * size[1] * size[2] > limits.maxComputeInvocationsPerWorkgroup) {
          wrong.push(`${name}, ${pass.name}: ${size.join(' x ')} invocations`);
        }
        if (bytes > limits.maxComputeWorkgroupStorageSize)
          wrong.push(`${name}, ${pass.name}: ${bytes} bytes`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(seen.size).toBeGreaterThan(0);
  });
});

describe('naive', () => {
  it('does in its passes exactly the FLOPs and exponentials of the mechanism', async () => {
    const loaded = await loadKernel('naive');
    for (const { params, passes } of plansOf(loaded)) {
      const costs = passes.flatMap(({ cost }) => cost ?? []);
      expect(costs).toHaveLength(passes.length);
      const { flops, exps } = loaded.kernel.cost(params);
      expect(sumOf(costs, 'flops')).toBe(flops);
      expect(sumOf(costs, 'exps')).toBe(exps);
    }
  });
});
