/**
 * Dawn's backend without a device: it validates WGSL and makes pipelines, on any machine, with every feature that Dawn knows, subgroup
 * matrices included. Nothing runs on it.
 */
import { readFileSync } from 'node:fs';
import { create, globals } from 'webgpu';
import type { Caps, Plan } from '../../kernels/contract.ts';
import { openDevice } from '../adapter.ts';
import { sourceLocation, specialise } from '../program.ts';
import { leastCaps } from './caps.ts';

/** Kept to the end: Dawn crashes when its GPU object is collected while something made from it is in use. */
const opened: GPU[] = [];

export async function openNullDevice(): Promise<GPUDevice> {
  Object.assign(globalThis, globals);
  const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
  opened.push(gpu);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('Dawn has no null backend here');
  return (await openDevice(adapter)).device;
}

/** Shapes of matrix units as drivers list them: Metal, Intel, and two of NVIDIA's. */
export const matrixUnits = [
  [8, 8, 8],
  [8, 16, 16],
  [16, 8, 16],
  [16, 16, 16],
].map(([rows, columns, depth]) => ({
  componentType: 'f16',
  resultComponentType: 'f32',
  rows,
  columns,
  depth,
}));

/** An adapter with all features and subgroups of one size. */
export const capsWithSubgroups = (size: number, change: Partial<Omit<Caps, 'limits'>> = {}): Caps =>
  leastCaps({
    features: new Set(['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix']),
    subgroupMinSize: size,
    subgroupMaxSize: size,
    ...change,
  });

/** What Dawn has to say against the passes of a plan: errors, and warnings such as those of deprecated functions. */
export async function compilePlan(device: GPUDevice, folder: URL, plan: Plan): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const pass of plan.passes) {
    const { code, segments } = specialise(pass, (path) => readFileSync(new URL(path, folder), 'utf8'));
    complaints.push(
      ...(await compile(device, code, (line, column) => sourceLocation(segments, line, column))),
    );
  }
  return complaints;
}

const compiled = new WeakMap<GPUDevice, Map<string, Promise<readonly string[]>>>();

/** The same text is compiled once: plans for many cases share it. */
function compile(
  device: GPUDevice,
  code: string,
  place: (line: number, column: number) => string,
): Promise<readonly string[]> {
  const known = compiled.get(device) ?? new Map<string, Promise<readonly string[]>>();
  compiled.set(device, known);
  const answer = known.get(code) ?? compileNew(device, code, place);
  known.set(code, answer);
  return answer;
}

async function compileNew(
  device: GPUDevice,
  code: string,
  place: (line: number, column: number) => string,
): Promise<readonly string[]> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  const { messages } = await module.getCompilationInfo();
  const complaints = messages
    .filter(({ type }) => type !== 'info')
    .map(({ type, lineNum, linePos, message }) => `${place(lineNum, linePos)}: ${type}: ${message}`);
  device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const error = await device.popErrorScope();
  if (error !== null && complaints.length === 0) complaints.push(error.message);
  return complaints;
}
