// Temporary: node with VK_ICD_FILENAMES set; verifies kernels by folder name. Replaced by `attnbench verify`.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { freemem } from 'node:os';
import { create, globals } from 'webgpu';
import { contractCases } from '../harness/contract-cases.ts';
import { createContext } from '../harness/context.ts';
import type { Host } from '../harness/host.ts';
import { verifyCase } from '../harness/verify.ts';
import { parseVector, runVector } from '../harness/vectors.ts';
import { caseId } from '../harness/case-id.ts';
import { precisions } from '../kernels/contract.ts';
Object.assign(globalThis, globals);
const cell = new Int32Array(new SharedArrayBuffer(4));
export const host: Host = {
  name: 'node',
  nowNs: () => performance.now() * 1e6,
  cpuNs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  },
  async wait(work) {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    work.then(mark, mark);
    while (!done) {
      await new Promise((r) => {
        setImmediate(r);
      });
      if (!done) Atomics.wait(cell, 0, 0, 0.2);
    }
    return work;
  },
  loadText: (url) => readFile(url, 'utf8'),
  sha256Hex: async (text) => createHash('sha256').update(text).digest('hex'),
  freeMemoryBytes: () => freemem(),
};
const [id, vectorPath] = process.argv.slice(2);
const gpu = create([
  'enable-dawn-features=allow_unsafe_apis',
  'disable-dawn-features=timestamp_quantization,use_vulkan_zero_initialize_workgroup_memory_extension',
]);
const adapter = await gpu.requestAdapter();
if (adapter === null) throw new Error('no adapter');
const limits: Record<string, number> = {};
for (const name of [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const)
  limits[name] = adapter.limits[name];
const wanted: GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];
const features = wanted.filter((f) => adapter.features.has(f));
const device = await adapter.requestDevice({ requiredFeatures: features, requiredLimits: limits });
device.addEventListener('uncapturederror', (event) => console.error('GPU ERROR', event.error.message));
const context = createContext(
  device,
  host,
  {
    features: new Set(features),
    limits: limits as never,
    subgroupMinSize: adapter.info.subgroupMinSize,
    subgroupMaxSize: adapter.info.subgroupMaxSize,
    software: true,
  },
  { source: 'timestamp-query', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
);
console.error(adapter.info.device, features.join(' '));
const folder = new URL(`../kernels/${id}/`, import.meta.url);
const { default: kernel } = await import(new URL('kernel.ts', folder).href);
const loaded = { id, kernel, folder };
let bad = 0;
if (vectorPath) {
  const files = statSync(vectorPath).isDirectory()
    ? readdirSync(vectorPath)
        .filter((f) => f.endsWith('.json'))
        .map((f) => join(vectorPath, f))
    : [vectorPath];
  for (const file of files) {
    const vector = parseVector(readFileSync(file, 'utf8'), file);
    if (vector.mechanism !== kernel.mechanism) continue;
    for (const precision of precisions) {
      const outcome = await runVector(context, loaded, vector, precision);
      if (outcome.kind === 'failed') bad++;
      console.log(
        outcome.kind,
        precision,
        vector.name,
        outcome.kind === 'unsupported'
          ? outcome.message
          : outcome.outputs
              .map((o) => `${o.output} ${o.error.toExponential(1)}/${o.tolerance.toExponential(1)}`)
              .join(' '),
      );
    }
  }
} else {
  for (const params of contractCases(kernel)) {
    const t = performance.now();
    const v = await verifyCase(context, loaded, params);
    if (v.kind === 'wrong') bad++;
    console.log(
      v.kind,
      caseId('verify', id, kernel.axes, params),
      v.kind === 'refused'
        ? v.message
        : `nmse ${v.check.nmse} max ${v.check.maxAbs} dist ${v.check.distanceToSoftmax} ${v.kind === 'wrong' ? v.message : ''}`,
      `${(performance.now() - t).toFixed(0)} ms`,
    );
  }
}
console.log(bad === 0 ? 'ALL RIGHT' : `${bad} WRONG`);
process.exit(bad === 0 ? 0 : 3);
