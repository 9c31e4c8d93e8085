import type { Params, Tensors } from '../../kernels/contract.ts';
import type { Peer, PeerCase } from '../contract.ts';
import { pretendBrowser } from '../lib/browser.ts';
import { downloaded } from '../lib/gpu-data.ts';
import { headsFirst, lengthFirst } from '../lib/layout.ts';
import { addIteratorHelpers } from './iterator-helpers.ts';
import { firstRefusal, onlyF32, sameWidths, scoreScale, scoresFit, topLeftMask } from '../lib/refuse.ts';

const library = 'jax-js';

/** What is used of the library. An array is used up by what it is passed to, unless `ref` is passed. */
interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  blockUntilReady(): Promise<JaxArray>;
  gpuBuffer(): Promise<GPUBuffer>;
  dispose(): void;
}
type Attention = (query: JaxArray, key: JaxArray, value: JaxArray) => JaxArray;
interface Jax {
  init(device: 'webgpu'): Promise<unknown>;
  defaultDevice(device: 'webgpu'): unknown;
  jit(work: Attention): Attention & { dispose(): void };
  readonly numpy: { array(values: Float32Array, options: { shape: readonly number[] }): JaxArray };
  readonly nn: {
    dotProductAttention(
      query: JaxArray,
      key: JaxArray,
      value: JaxArray,
      options: { readonly scale: number; readonly isCausal: boolean },
    ): JaxArray;
  };
}

async function prepare(
  jax: Jax,
  device: GPUDevice,
  params: Params,
  inputSets: readonly Tensors[],
): Promise<PeerCase> {
  const { batch, heads, kvHeads, n, m, d, dv, causal } = params;
  const options = { scale: scoreScale(params), isCausal: causal };
  const attention = jax.jit((q, k, v) => jax.nn.dotProductAttention(q, k, v, options));
  const arrayOf = async (
    { data }: Tensors[string],
    shape: { batch: number; heads: number; length: number; width: number },
  ): Promise<JaxArray> => {
    const { batch, heads, length, width } = shape;
    const array = jax.numpy.array(lengthFirst(data, shape), { shape: [batch, length, heads, width] });
    return array.blockUntilReady();
  };
  const sets = await Promise.all(
    inputSets.map(async ({ q, k, v }) => ({
      q: await arrayOf(q, { batch, heads, length: n, width: d }),
      k: await arrayOf(k, { batch, heads: kvHeads, length: m, width: d }),
      v: await arrayOf(v, { batch, heads: kvHeads, length: m, width: dv }),
    })),
  );
  let y: JaxArray | null = null;
  return {
    operation: 'jit(nn.dotProductAttention)',
    async run(set) {
      const { q, k, v } = sets[set];
      y?.dispose();
      y = attention(q.ref, k.ref, v.ref);
      // Arrays are lazy: asking for the buffer submits the work and does not wait for it.
      await y.ref.gpuBuffer();
    },
    async read() {
      if (y === null) throw new Error('nothing was computed yet');
      const values = await downloaded(device, await y.ref.gpuBuffer(), batch * n * heads * dv);
      return headsFirst(values, { batch, heads, length: n, width: dv });
    },
    destroy() {
      y?.dispose();
      for (const { q, k, v } of sets) for (const array of [q, k, v]) array.dispose();
      attention.dispose();
    },
  };
}

const peer: Peer = {
  summary: 'jax-js on its WebGPU backend: nn.dotProductAttention under jit',
  packages: ['@jax-js/jax'],
  like: 'naive',
  startSeconds: 30,
  refuse: (params, caps) =>
    firstRefusal(
      onlyF32(library, params),
      sameWidths(library, params),
      topLeftMask(library, params),
      scoresFit(library, params, caps),
    ),
  async open(stage) {
    pretendBrowser(stage);
    addIteratorHelpers();
    const entry = new URL('dist/index.js', stage.packageFolder('@jax-js/jax'));
    const jax: Jax = await import(entry.href);
    await jax.init('webgpu');
    jax.defaultDevice('webgpu');
    return {
      repairs: [],
      prepare: (params, inputSets) => prepare(jax, stage.device, params, inputSets),
    };
  },
};
export default peer;
