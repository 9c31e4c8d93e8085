/** One case on the adapter at hand, in every way it can end. */
import { describe, expect, it } from 'vitest';
import type { Cost, Kernel, Plan } from '../kernels/contract.ts';
import type { GpuContext } from './context.ts';
import { createContext } from './context.ts';
import { CaseExecutor } from './executor.ts';
import { kernelIds, loadKernel } from './hosts/kernel-folders.ts';
import { nodeHost } from './hosts/node-host.ts';
import { inputSets, measureCase } from './measure.ts';
import type { AxisValues } from './params.ts';
import { resolveParams } from './params.ts';
import type { CaseRecord, Peaks } from './record.ts';
import { caseRecordSchema } from './record.ts';
import { plannedBytes } from './refusal.ts';
import type { SamplingPolicy } from './sampling.ts';
import { defaultPolicy } from './sampling.ts';
import { elementKernel } from './testing/element-kernel.ts';
import { withAdapter } from './testing/with-adapter.ts';
import { prepareProgram } from './verify.ts';

const policy = { ...defaultPolicy, seconds: 0.05, mostSamples: 20 };
const adapter = withAdapter();

/** More than any adapter does. */
const peaks: Peaks = {
  flopsPerSecond: 1e12,
  bytesPerSecond: 1e12,
  ceilings: [
    { name: 'f32', unit: 'flop', perSecond: 1e12, by: 'made up' },
    { name: 'readCold', unit: 'byte', perSecond: 1e12, by: 'made up' },
  ],
  overheads: { submitNs: 0, passNs: 0, dispatchNs: 0 },
  measuredAt: '2026-01-02T03:04:05.000Z',
};

/** y = x, one workgroup an element; `write` is what the WGSL does instead. */
function countedKernel(changes: Partial<Kernel> & { readonly bindings?: readonly string[] } = {}): Kernel {
  const { bindings = ['x', 'y', 'calls'], ...others } = changes;
  return elementKernel(
    (p): Plan => ({
      variant: 'element',
      scratch: [{ name: 'calls', shape: [1], type: 'u32' }],
      passes: [
        {
          name: 'move',
          shader: 'element.wgsl',
          includes: [],
          enables: [],
          constants: {},
          uniforms: { n: p.n },
          bindings,
          workgroups: p.n,
        },
      ],
    }),
    others,
  );
}

const wgsl = (write: string): string => `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> calls: array<u32>;
@group(0) @binding(3) var<uniform> u: Uniforms;
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
  let at = workgroup_index(id, count);
  if (at >= u.n) { return; }
  let is_first = calls[0] != 7u;
  if (at == 0u) { calls[0] = 7u; }
  ${write}
}`;
const honest = 'y[at] = x[at];';

async function measure(
  write: string,
  {
    kernel = countedKernel(),
    on = adapter().context,
    axes = {},
    sampling = policy,
    peaks = null,
  }: {
    readonly kernel?: Kernel;
    readonly on?: GpuContext;
    readonly axes?: AxisValues;
    readonly sampling?: SamplingPolicy;
    readonly peaks?: Peaks | null;
  } = {},
): Promise<CaseRecord> {
  const host = { ...on.host, loadText: async () => wgsl(write) };
  const loaded = { id: 'element', kernel, folder: new URL(import.meta.url) };
  const params = resolveParams(kernel.axes, { n: 5, ...axes });
  const request = { id: 'test/element:n=5', suite: 'test', params, policy: sampling, seed: 'measure', peaks };
  const record = await measureCase({ ...on, host }, loaded, request, 3);
  expect(caseRecordSchema.parse(record)).toEqual(record);
  return record;
}

describe('measureCase', () => {
  it('times what is right: every series as long as the samples, inputs in turns', async () => {
    const record = await measure(honest);
    if (record.status !== 'ok') throw new Error(record.reason.message);
    const samples = record.wallNs.length;
    expect(samples).toBeGreaterThanOrEqual(6);
    expect(record).toMatchObject({ inputSets: 2, session: 3, variant: 'element', check: { nmse: 0 } });
    expect(record.encodeNs).toHaveLength(samples);
    if (adapter().context.clock.source === 'timestamp-query') {
      expect(record.gpuNs).toHaveLength(samples);
      expect(record.passNs['move']).toHaveLength(samples);
    }
    expect(record.submitNs).toHaveLength(samples);
    expect(record.compileNs).toBeGreaterThan(0);
    expect(record.firstDispatchNs).toBeGreaterThan(0);
  });

  it('keeps what each pass was, and the time points of one call', async () => {
    const record = await measure(honest);
    if (record.status !== 'ok') throw new Error(record.reason.message);
    expect(record.passes).toEqual([
      {
        name: 'move',
        shader: 'element.wgsl',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        workgroups: 5,
        workgroupSize: [1, 1, 1],
        workgroupBytes: 0,
        cost: null,
      },
    ]);
    const { timeline } = record;
    if (timeline === undefined) throw new Error('no timeline');
    const { encodedNs, submitNs, submittedNs, doneNs, passes } = timeline;
    const inOrder = [0, encodedNs, submitNs, submittedNs, doneNs];
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    const timed = adapter().context.clock.source === 'timestamp-query';
    expect(passes).toHaveLength(timed ? 1 : 0);
    for (const { beginNs, endNs } of passes) {
      expect(beginNs).toBeGreaterThanOrEqual(submitNs);
      expect(endNs).toBeGreaterThanOrEqual(beginNs);
    }
    expect(timeline.alignment === 'none').toBe(!timed);
  });

  it('has wall time alone where the clock is the wall', async () => {
    const wall = { source: 'wall', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true } as const;
    const record = await measure(honest, {
      on: createContext(adapter().context.device, nodeHost, adapter().context.caps, wall),
    });
    expect(record).toMatchObject({
      status: 'ok',
      gpuNs: [],
      passNs: {},
      timeline: { passes: [], alignment: 'none' },
    });
    expect(record.status === 'ok' && record.wallNs.length).toBeGreaterThanOrEqual(6);
  });

  it('never times what is wrong', async () => {
    const record = await measure('y[at] = x[at] + 1.0;');
    expect(record).toMatchObject({ status: 'wrong', reason: { code: 'wrong' } });
    expect(record).not.toHaveProperty('wallNs');
  });

  it('finds what is right once and wrong while it is timed', async () => {
    const record = await measure('y[at] = select(0.0, x[at], is_first);', { axes: { n: 1 } });
    expect(record).toMatchObject({ status: 'invalid', reason: { code: 'output' } });
  });

  // The last sample reads the first call's inputs after an even number of calls.
  it.each([6, 7])('finds an output that was kept from the first call, after %i samples', async (count) => {
    const sampling = { ...policy, seconds: 60, relativeHalfWidth: -1, mostSamples: count };
    const record = await measure('if (is_first) { y[at] = x[at]; }', { axes: { n: 1 }, sampling });
    expect(record).toMatchObject({ status: 'invalid', reason: { code: 'output' } });
    expect(record).toHaveProperty('wallNs.length', count);
  });

  it('finds what claims more than the adapter can do, by its FLOPs and by its bytes', async () => {
    const claiming = (cost: Partial<Cost>): Kernel =>
      countedKernel({ cost: () => ({ flops: 0, exps: 0, bytesRead: 0, bytesWritten: 0, ...cost }) });
    const claims = [
      [claiming({ flops: 1e15 }), 'GFLOP/s', '(f32)'],
      [claiming({ bytesWritten: 1e15 }), 'GB/s', '(readCold)'],
    ] as const;
    for (const [kernel, unit, ceiling] of claims) {
      const record = await measure(honest, { kernel, peaks });
      expect(record).toMatchObject({ status: 'invalid', reason: { code: 'roofline' } });
      expect(record.reason?.message).toContain(`% of the 1000 ${unit} ${ceiling}`);
      // Without peaks nothing says that it is impossible.
      expect((await measure(honest, { kernel })).status).toBe('ok');
    }
    expect((await measure(honest, { peaks })).status).toBe('ok');
  });

  it('gives the calls of one sample other inputs in turns', async () => {
    const loaded = { id: 'element', kernel: countedKernel(), folder: new URL(import.meta.url) };
    const on = {
      ...adapter().context,
      host: { ...adapter().context.host, loadText: async () => wgsl(honest) },
    };
    const params = resolveParams(loaded.kernel.axes, { n: 5 });
    const prepared = await prepareProgram(on, loaded, params);
    if (prepared.kind !== 'program') throw new Error(prepared.message);
    const sets = inputSets(loaded.kernel, params, 'turns');
    const executor = await CaseExecutor.create(on, loaded, params, prepared.program, sets);
    for (const [repeats, last] of [
      [1, 0],
      [2, 1],
      [5, 0],
    ]) {
      await executor.call(repeats, 0);
      const { tensors } = await executor.readOutputs();
      expect(tensors['y'].data).toEqual(sets[last]['x'].data);
    }
    executor.destroy();
  });

  it('skips what the kernel refuses and what no binding holds', async () => {
    const refusal = { code: 'unsupported', message: 'not this one' } as const;
    expect(await measure(honest, { kernel: countedKernel({ refuse: () => refusal }) })).toMatchObject({
      status: 'skipped',
      reason: refusal,
      bytes: null,
    });
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter().context.caps.limits;
    const n = Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4 + 1;
    if (n < 2 ** 31) {
      expect(await measure(honest, { axes: { n } })).toMatchObject({
        status: 'skipped',
        reason: { code: 'limit' },
        bytes: { inputs: 4 * n },
      });
    }
  });

  it('fails what does not compile or binds what is not there, and measures the next case', async () => {
    expect(await measure('y[at] = ;')).toMatchObject({ status: 'failed', reason: { code: 'kernel' } });
    const astray = countedKernel({ bindings: ['x', 'z', 'calls'] });
    expect(await measure(honest, { kernel: astray })).toMatchObject({
      status: 'failed',
      reason: { code: 'kernel', message: expect.stringContaining("binds 'z'") },
    });
    expect((await measure(honest)).status).toBe('ok');
    // No error scope is left open by any of them.
    await expect(adapter().context.device.popErrorScope()).rejects.toThrow(/error scope/i);
  });

  it('dispatches more workgroups than one dimension holds', async () => {
    const n = adapter().context.caps.limits.maxComputeWorkgroupsPerDimension + 4466;
    expect(await measure(honest, { axes: { n } })).toMatchObject({ status: 'ok', check: { rowsChecked: n } });
  });
});

it.each(kernelIds())('%s holds the bytes that were planned', async (id) => {
  const loaded = await loadKernel(id);
  const params = resolveParams(loaded.kernel.axes, { n: 13, heads: 2, d: 16 });
  const prepared = await prepareProgram(adapter().context, loaded, params);
  if (prepared.kind !== 'program') throw new Error(prepared.message);
  const request = { id: 'test/planned', suite: 'test', params, policy, seed: 'planned' };
  const record = await measureCase(adapter().context, loaded, request, 1);
  if (record.status !== 'ok') throw new Error(record.reason.message);
  const planned = plannedBytes(loaded.kernel, params, prepared.program.plan);
  expect(record.bytes).toEqual({ ...planned, harness: record.bytes.harness });
  expect(record.bytes.harness).toBeGreaterThan(0);
});
