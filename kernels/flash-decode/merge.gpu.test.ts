/** The pass that merges splits, on the partial results of a golden vector; and the vector as a whole. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from '../../harness/adapter.ts';
import { measureClock } from '../../harness/clock.ts';
import type { GpuContext } from '../../harness/context.ts';
import { createContext } from '../../harness/context.ts';
import { choiceFromEnv } from '../../harness/hosts/choice.ts';
import { openAdapter } from '../../harness/hosts/dawn.ts';
import { loadKernel } from '../../harness/hosts/kernel-folders.ts';
import { nodeHost } from '../../harness/hosts/node-host.ts';
import { runVector } from '../../harness/run-vector.ts';
import { parseVector } from '../../harness/vectors.ts';
import type { InputSpec, Tensor } from '../contract.ts';
import { defineKernel } from '../contract.ts';
import kernel from './kernel.ts';
import { mergePass } from './plan.ts';

const vector = parseVector(
  readFileSync(new URL('vectors/split_kv_merge.json', import.meta.url), 'utf8'),
  'split_kv_merge',
);
const [splits, batch, heads, n, dv] = vector.expected.partial_o.shape;

let context: GpuContext;
beforeAll(async () => {
  const opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
});

const partial = (name: string, columns: number): InputSpec => ({
  name,
  shape: [batch, heads, splits, n, columns],
  type: 'f32',
  fill: () => [],
});

/** [splits, heads, n, columns] to [heads, splits, n, columns]. */
function headsFirst(data: ArrayLike<number>, columns: number): Tensor {
  const block = n * columns;
  const moved = Array.from({ length: batch * heads * splits * block }, (_, at) => {
    const head = Math.floor(at / (splits * block));
    const split = Math.floor(at / block) % splits;
    return data[(split * batch * heads + head) * block + (at % block)];
  });
  return { shape: [batch, heads, splits, n, columns], data: Float64Array.from(moved) };
}

/** Splits that were divided by their own sums: each has the sum 1, and its lse as the maximum, to base 2. */
const merge = defineKernel({
  ...kernel,
  inputs: () => [partial('partial_output', dv), partial('partial_stats', 2)],
  plan: (p) => ({
    variant: 'merge',
    scratch: [],
    passes: [
      mergePass(
        p,
        { heads: batch * heads, rows: n, splits },
        { flops: 0, exps: 0, bytesRead: 0, bytesWritten: 0 },
      ),
    ],
  }),
  fromVector(given) {
    const read = kernel.fromVector(given);
    if (read.kind === 'unsupported') return read;
    const { partial_o: output, partial_lse: lse } = given.expected;
    const stats = [...lse.data].flatMap((value) => [value * Math.LOG2E, 1]);
    return {
      ...read,
      inputs: { partial_output: headsFirst(output.data, dv), partial_stats: headsFirst(stats, 2) },
    };
  },
});

describe('split_kv_merge', () => {
  it('gives y from its partial results', async () => {
    const folder = new URL('.', import.meta.url);
    const outcome = await runVector(context, { id: 'merge', kernel: merge, folder }, vector, 'f32');
    expect(outcome).toMatchObject({ kind: 'passed' });
  });

  it.each(['f32', 'f16s'] as const)('gives y from q, k and v in %s', async (precision) => {
    const outcome = await runVector(context, await loadKernel('flash-decode'), vector, precision);
    expect(outcome).toMatchObject({ kind: 'passed' });
  });
});
