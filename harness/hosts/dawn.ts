/** Opens an adapter with Dawn inside this process, which must have been started with the choice's environment. */
import { create, globals } from 'webgpu';
import type { Caps } from '../../kernels/contract.ts';
import { capsOf, describeAdapter } from '../adapter.ts';
import { EnvironmentError } from '../errors.ts';
import type { AdapterInfo } from '../record.ts';
import type { AdapterChoice } from './choice.ts';

export interface OpenAdapter {
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly info: AdapterInfo;
  readonly caps: Caps;
}

/** Dawn crashes when its GPU object is collected while something made from it is in use, so that all are kept to the end. */
const opened: GPU[] = [];

/**
 * Opens the chosen adapter and puts WebGPU's constants (GPUBufferUsage and others) into the global scope, as in a browser. Throws
 * EnvironmentError when Dawn does not give it.
 */
export async function openAdapter(choice: AdapterChoice): Promise<OpenAdapter> {
  Object.assign(globalThis, globals);
  const gpu = create([...choice.dawnFlags]);
  opened.push(gpu);
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    const first = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new EnvironmentError(`Dawn did not open the adapter '${choice.name}': ${first}`, { cause: error });
  }
  if (adapter === null) throw new EnvironmentError(`Dawn found no adapter '${choice.name}' in this process`);
  return { gpu, adapter, info: describeAdapter(adapter, choice.name), caps: capsOf(adapter) };
}
