/** A sweep over n compiles each pass once: what grows with the sequence is a uniform, never a constant. */
import { describe, expect, it } from 'vitest';
import { kernelIds, loadKernel } from '../harness/hosts/kernel-folders.ts';
import { prelude } from '../harness/program.ts';
import { resolveParams } from '../harness/params.ts';
import { leastCaps } from '../harness/testing/caps.ts';
import type { Caps } from './contract.ts';
import { precisions } from './contract.ts';

const adapters: readonly (readonly [string, Caps])[] = [
  ['a software adapter', leastCaps({ features: new Set(['subgroups', 'shader-f16']) })],
  ['a software adapter without subgroups', leastCaps()],
  [
    'a GPU',
    leastCaps({
      features: new Set(['subgroups', 'shader-f16']),
      subgroupMinSize: 32,
      subgroupMaxSize: 32,
      software: false,
    }),
  ],
];
/** Long enough that no tile is cut to the length of the sequence. */
const lengths = [1000, 1024, 2000, 4096, 10_007, 16_384];

describe.each(kernelIds())('%s', (id) => {
  it.each(adapters)('shares its pipelines over a sweep on %s', async (_, caps) => {
    const { kernel } = await loadKernel(id);
    for (const precision of precisions) {
      for (const causal of [false, true]) {
        for (const sweep of [lengths.map((n) => ({ n })), lengths.map((m) => ({ n: 1, m }))]) {
          const codes = sweep
            .map((point) => resolveParams(kernel.axes, { ...point, heads: 2, d: 64, precision, causal }))
            .filter((params) => kernel.refuse(params, caps) === null)
            .map((params) =>
              kernel
                .plan(params, caps)
                .passes.map((pass) => [...pass.includes, pass.shader, prelude(pass)].join('\n')),
            );
          for (const code of codes) expect(code).toEqual(codes[0]);
        }
      }
    }
  });
});
