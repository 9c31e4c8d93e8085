/** onnxruntime-web on the harness's device: its start in Node, and calls with inputs and outputs that stay on the GPU. */
import type { Params, Tensors } from '../../kernels/contract.ts';
import type { OpenPeer, PeerCase, PeerStage } from '../contract.ts';
import { pretendBrowser } from '../lib/browser.ts';
import { downloaded, storageBuffer, uploaded } from '../lib/gpu-data.ts';
import { headsFirst, lengthFirst } from '../lib/layout.ts';
import { attentionModel, operatorOf } from './attention.ts';
import type { Model, ValueInfo } from './model.ts';
import { encodeModel } from './model.ts';
import { initialiseLoopVariables } from './repair.ts';

/** What is used of the library. */
interface OrtTensor {
  dispose(): void;
}
interface OrtSession {
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor>): Promise<unknown>;
  release(): Promise<void>;
}
interface Ort {
  readonly env: {
    readonly wasm: { numThreads: number; proxy: boolean };
    readonly webgpu: { device: GPUDevice };
  };
  readonly Tensor: {
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: string; dims: readonly number[] }): OrtTensor;
  };
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>;
  };
}

const nanBits = 0xffffffff;

/** Dawn for Node refuses views of shared memory, which is what the library's wasm heap is. */
function copySharedWrites({ queue }: GPUDevice): void {
  const write = queue.writeBuffer.bind(queue);
  queue.writeBuffer = (buffer, bufferOffset, data, dataOffset = 0, size) => {
    const view = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
    if (view.buffer instanceof ArrayBuffer) {
      write(buffer, bufferOffset, data, dataOffset, size);
      return undefined;
    }
    // Offset and size count elements of a view, and bytes of plain memory.
    const unit = 'BYTES_PER_ELEMENT' in view ? Number(view.BYTES_PER_ELEMENT) : 1;
    const from = dataOffset * unit;
    const length = size === undefined ? view.byteLength - from : size * unit;
    write(buffer, bufferOffset, Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset + from, length)));
    return undefined;
  };
}

/** Its shuffles take this many lanes for granted. */
const leastSubgroup = 8;

/** Repairs every shader module made from now on, and hides subgroups that are too small; returns the list of what was done, which grows. */
function repairAll({ device, adapter }: PeerStage): readonly string[] {
  const repairs: string[] = [];
  const { subgroupMinSize } = adapter.info;
  if (subgroupMinSize !== undefined && subgroupMinSize < leastSubgroup) {
    const features = new Set([...device.features].filter((name) => name !== 'subgroups'));
    Object.defineProperty(device, 'features', { value: features });
    repairs.push(
      `subgroups hidden: they have ${subgroupMinSize} lanes here and its shuffles need ${leastSubgroup}`,
    );
  }
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    const { code, variables } = initialiseLoopVariables(descriptor.code);
    if (variables.length > 0) {
      const what = `${descriptor.label ?? 'shader'}: initialisers for ${variables.join(', ')} in loops`;
      if (!repairs.includes(what)) repairs.push(what);
    }
    return create({ ...descriptor, code });
  };
  return repairs;
}

/** Starts the library. `repair`: with missing initialisers in its WGSL added. */
export async function openOnnxruntime(stage: PeerStage, repair: boolean): Promise<OpenPeer> {
  const { device } = stage;
  pretendBrowser(stage);
  copySharedWrites(device);
  const repairs = repair ? repairAll(stage) : [];
  const entry = new URL('dist/ort.webgpu.bundle.min.mjs', stage.packageFolder('onnxruntime-web'));
  const ort: Ort = await import(entry.href);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.webgpu.device = device;
  // The library destroys the device with its last session, and each case takes its own down.
  await createSession(ort, attentionModel(smallest));
  return { repairs, prepare: (params, inputSets) => prepare(ort, device, params, inputSets) };
}

const smallest: Params = {
  batch: 1,
  heads: 1,
  kvHeads: 1,
  n: 1,
  m: 1,
  d: 4,
  dv: 4,
  precision: 'f32',
  causal: false,
};

const createSession = (ort: Ort, model: Model): Promise<OrtSession> =>
  ort.InferenceSession.create(encodeModel(model), {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
  });

async function prepare(
  ort: Ort,
  device: GPUDevice,
  params: Params,
  inputSets: readonly Tensors[],
): Promise<PeerCase> {
  const { batch, heads, kvHeads, n, m, d, dv } = params;
  const model = attentionModel(params);
  const session = await createSession(ort, model);
  const buffers: GPUBuffer[] = [];
  const tensorOn = (buffer: GPUBuffer, { dims }: ValueInfo): OrtTensor => {
    buffers.push(buffer);
    return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
  };
  const shapes = {
    q: { batch, heads, length: n, width: d },
    k: { batch, heads: kvHeads, length: m, width: d },
    v: { batch, heads: kvHeads, length: m, width: dv },
  };
  const [qInfo, kInfo, vInfo] = model.inputs;
  const feeds = inputSets.map((inputs) => {
    const upload = (name: 'q' | 'k' | 'v', info: ValueInfo): OrtTensor =>
      tensorOn(uploaded(device, lengthFirst(inputs[name].data, shapes[name])), info);
    return { q: upload('q', qInfo), k: upload('k', kInfo), v: upload('v', vInfo) };
  });
  const outputs = model.outputs.map((info) => {
    const buffer = storageBuffer(device, 4 * elementsOf(info));
    return { name: info.name, buffer, tensor: tensorOn(buffer, info) };
  });
  const fetches = Object.fromEntries(outputs.map(({ name, tensor }) => [name, tensor]));
  const [y] = outputs;
  return {
    operation: operatorOf(params),
    async run(set) {
      await session.run(feeds[set], fetches);
    },
    poison() {
      for (const { buffer } of outputs) {
        device.queue.writeBuffer(buffer, 0, new Uint32Array(buffer.size / 4).fill(nanBits));
      }
    },
    async read() {
      const values = await downloaded(device, y.buffer, elementsOf(model.outputs[0]));
      return headsFirst(values, { batch, heads, length: n, width: dv });
    },
    destroy() {
      void session.release();
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

const elementsOf = ({ dims }: ValueInfo): number => dims.reduce((product, size) => product * size, 1);
