/** Every shape of every variant that the adapter can run, also when its subgroups were narrower or several made a workgroup. */
import { beforeAll, expect, it } from 'vitest';
import { openDevice } from '../../harness/adapter.ts';
import { measureClock } from '../../harness/clock.ts';
import { createContext } from '../../harness/context.ts';
import { choiceFromEnv } from '../../harness/hosts/choice.ts';
import type { OpenAdapter } from '../../harness/hosts/dawn.ts';
import { openAdapter } from '../../harness/hosts/dawn.ts';
import { loadKernel } from '../../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../../harness/hosts/node-host.ts';
import { resolveParams } from '../../harness/params.ts';
import { verifyCase } from '../../harness/verify.ts';
import type { AxisValue, Caps } from '../contract.ts';

let opened: OpenAdapter;
let device: GPUDevice;
beforeAll(async () => {
  opened = await openAdapter(choiceFromEnv());
  ({ device } = await openDevice(opened.adapter));
});

const cases: readonly Readonly<Record<string, AxisValue>>[] = [
  { n: 131, m: 77, heads: 2, kvHeads: 1, d: 40, dv: 24, causal: true, align: 'bottom_right' },
  { n: 70, heads: 1, d: 128 },
];

it.each(['tile', 'broadcast', 'matrix'])('%s is right in every shape', async (variant) => {
  const { caps } = opened;
  // Caps that promise less than the adapter has, or ask for several of its subgroups at once, are just as true.
  const views: readonly Caps[] = [
    caps,
    { ...caps, subgroupMinSize: 4 },
    { ...caps, subgroupMaxSize: caps.subgroupMaxSize * 2 },
  ];
  const loaded = await loadKernel('flash');
  const clock = await measureClock(device, nodeHost);
  const wrong: string[] = [];
  let right = 0;
  for (const view of variant === 'broadcast' ? views : [caps]) {
    const context = createContext(device, nodeHost, view, clock);
    for (const given of view === caps ? cases : cases.slice(0, 1)) {
      for (const precision of view === caps ? ['f32', 'f16'] : ['f32']) {
        const params = resolveParams(loaded.kernel.axes, { ...given, precision, variant });
        for (const shape of loaded.kernel.shapes?.(params, view) ?? []) {
          const kernel = { ...loaded.kernel, plan: () => loaded.kernel.plan(params, view, shape) };
          const verdict = await verifyCase(context, { ...loaded, kernel }, params);
          if (verdict.kind === 'right') right++;
          if (verdict.kind === 'wrong')
            wrong.push(`${JSON.stringify({ ...given, shape })}: ${verdict.message}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  const possible =
    variant === 'tile' ||
    (variant === 'broadcast'
      ? caps.features.has('subgroups')
      : caps.features.has('shader-f16') && caps.subgroupMatrices.length > 0);
  expect(right > 0).toBe(possible);
});
