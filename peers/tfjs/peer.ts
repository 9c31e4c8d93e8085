import type { Params, Tensors } from '../../kernels/contract.ts';
import type { Peer, PeerCase } from '../contract.ts';
import { pretendBrowser } from '../lib/browser.ts';
import { uploaded } from '../lib/gpu-data.ts';
import { firstRefusal, onlyF32, scoreScale, scoresFit, topLeftMask, unsupported } from '../lib/refuse.ts';

const library = 'TensorFlow.js';

/** What is used of the library. */
interface TfTensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface TfBackend {
  endComputePassEncoder(): void;
  submitQueue(): void;
}
interface Tf {
  setBackend(name: string): Promise<boolean>;
  backend(): TfBackend;
  tensor(data: { buffer: GPUBuffer; zeroCopy: true }, shape: readonly number[], type: 'float32'): TfTensor;
  tidy(work: () => TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  mul(a: TfTensor, b: number): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  softmax(a: TfTensor): TfTensor;
}

/** Far below every score, and finite: infinities in shaders are not to be relied on. */
const hidden = -1e30;

/** Added to the scores: 0 where query i sees key j, else far below. */
function causalMask(n: number, m: number): Float32Array {
  const mask = new Float32Array(n * m);
  for (let i = 0; i < n; i++) mask.fill(hidden, i * m + Math.min(m, i + 1), (i + 1) * m);
  return mask;
}

function prepare(tf: Tf, device: GPUDevice, params: Params, inputSets: readonly Tensors[]): PeerCase {
  const { batch, heads, n, m, d, dv, causal } = params;
  const buffers: GPUBuffer[] = [];
  const tensorOf = (values: Float32Array | Float64Array, shape: readonly number[]): TfTensor => {
    const buffer = uploaded(device, values);
    buffers.push(buffer);
    return tf.tensor({ buffer, zeroCopy: true }, shape, 'float32');
  };
  const sets = inputSets.map(({ q, k, v }) => ({
    q: tensorOf(q.data, [batch, heads, n, d]),
    k: tensorOf(k.data, [batch, heads, m, d]),
    v: tensorOf(v.data, [batch, heads, m, dv]),
  }));
  const mask = causal ? tensorOf(causalMask(n, m), [1, 1, n, m]) : null;
  const scale = scoreScale(params);
  let y: TfTensor | null = null;
  return {
    operation: causal ? 'matMul, add mask, softmax, matMul' : 'matMul, softmax, matMul',
    async run(set) {
      const { q, k, v } = sets[set];
      y?.dispose();
      y = tf.tidy(() => {
        const scores = tf.matMul(tf.mul(q, scale), k, false, true);
        return tf.matMul(tf.softmax(mask === null ? scores : tf.add(scores, mask)), v);
      });
      const backend = tf.backend();
      // An open pass would be left out of what is submitted.
      backend.endComputePassEncoder();
      backend.submitQueue();
    },
    async read() {
      if (y === null) throw new Error('nothing was computed yet');
      return y.data();
    },
    destroy() {
      y?.dispose();
      mask?.dispose();
      for (const { q, k, v } of sets) for (const tensor of [q, k, v]) tensor.dispose();
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

const peer: Peer = {
  summary: 'TensorFlow.js on its WebGPU backend: matMul, softmax, matMul',
  packages: ['@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'],
  like: 'naive',
  startSeconds: 30,
  refuse: (params, caps) =>
    firstRefusal(
      onlyF32(library, params),
      topLeftMask(library, params),
      scoresFit(library, params, caps),
      params.kvHeads === params.heads
        ? null
        : unsupported(`${library} has no grouped heads (kvHeads < heads)`),
    ),
  async open(stage) {
    pretendBrowser(stage);
    const core = new URL('dist/tf-core.node.js', stage.packageFolder('@tensorflow/tfjs-core'));
    const { default: tf }: { readonly default: Tf } = await import(core.href);
    const folder = stage.packageFolder('@tensorflow/tfjs-backend-webgpu');
    await import(new URL('dist/tf-backend-webgpu.node.js', folder).href);
    if (!(await tf.setBackend('webgpu'))) throw new Error(`${library} did not start its WebGPU backend`);
    return {
      repairs: [],
      prepare: async (params, inputSets) => prepare(tf, stage.device, params, inputSets),
    };
  },
};
export default peer;
