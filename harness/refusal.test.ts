import { leastCaps } from './testing/caps.ts';
import { describe, expect, it } from 'vitest';
import type { Caps, Kernel, Refusal } from '../kernels/contract.ts';
import naiveKernel from '../kernels/naive/kernel.ts';
import type { AxisValues } from './params.ts';
import { resolveParams } from './params.ts';
import { plannedBytes, refuseParams, refuseSizes } from './refusal.ts';

const naive: Kernel = naiveKernel;
const capsWith = (bindingBytes: number, features: readonly string[] = [], software = true): Caps =>
  leastCaps({
    features: new Set(features),
    limits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: bindingBytes },
    software,
  });
const sizes = (given: AxisValues, caps: Caps, freeBytes: number | null): Refusal | null => {
  const params = resolveParams(naive.axes, given);
  return refuseSizes(naive, params, naive.plan(params, caps), caps, freeBytes);
};

describe('what cannot run', () => {
  it('feature: f16 without shader-f16, and only f16', () => {
    const params = (precision: string) => resolveParams(naive.axes, { precision });
    const without = capsWith(2 ** 30);
    expect(refuseParams(naive, params('f16'), without)).toMatchObject({ code: 'feature' });
    expect(refuseParams(naive, params('f16s'), without)).toBeNull();
    expect(refuseParams(naive, params('f16'), capsWith(2 ** 30, ['shader-f16']))).toBeNull();
  });

  it('limit: the n x m scores are one byte too many for a binding', () => {
    // 2 heads x 64 x 64 scores of 4 bytes.
    const given = { n: 64, heads: 2, d: 16 };
    expect(sizes(given, capsWith(32_768), null)).toBeNull();
    const refusal = sizes(given, capsWith(32_767), null);
    expect(refusal?.code).toBe('limit');
    expect(refusal?.message).toMatch(/^scores takes 32(\.0)? KiB and the adapter binds at most /);
  });

  it('memory: more than half of what the machine has free, on a software adapter only', () => {
    const given = { n: 64, heads: 2, d: 16 };
    const params = resolveParams(naive.axes, given);
    const caps = capsWith(2 ** 30);
    const { peak } = plannedBytes(naive, params, naive.plan(params, caps));
    // q, k, v and y of 2 x 64 x 16 f32, and the scores.
    expect(peak).toBe(4 * 8192 + 32_768);
    expect(sizes(given, caps, 2 * peak)).toBeNull();
    expect(sizes(given, caps, 2 * peak - 1)).toMatchObject({ code: 'memory' });
    expect(sizes(given, capsWith(2 ** 30, [], false), 1)).toBeNull();
    expect(sizes(given, caps, null)).toBeNull();
  });
});
