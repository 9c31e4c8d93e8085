import type { Target } from './target.ts';

const shape = 'heads=8,d=64,precision=f32';
const at = (kernel: string, n: number, more = ''): string => `${kernel}:n=${n},${shape}${more}`;
const flash = at('flash', 1024);

const ratio = (
  id: string,
  adapter: string,
  says: string,
  atLeast: number,
  slow: string,
  fast: string,
): Target => ({ id, adapter, says, goal: { atLeast }, measure: { kind: 'ratio', slow, fast } });

/** Forward, batch 1, 8 heads, d = 64, f32, n = 1024, unless a target says otherwise. */
export const targets: readonly Target[] = [
  ratio(
    'flash-onnxruntime',
    'lavapipe',
    "flash at least 3 times as fast as onnxruntime-web's flash path, repaired",
    3,
    at('onnxruntime-web+fix', 1024),
    flash,
  ),
  ratio(
    'flash-tfjs',
    'lavapipe',
    'flash at least 12 times as fast as TensorFlow.js',
    12,
    at('tfjs', 1024),
    flash,
  ),
  ratio('flash-jax', 'lavapipe', 'flash at least 12 times as fast as jax-js', 12, at('jax-js', 1024), flash),
  ratio('flash-naive', 'lavapipe', 'flash at least 12 times as fast as naive', 12, at('naive', 1024), flash),
  {
    id: 'flash-peak',
    adapter: 'lavapipe',
    says: 'flash at 40 % of the measured f32 peak or more',
    goal: { atLeast: 0.4 },
    measure: { kind: 'share of peak', of: flash, ceiling: 'f32' },
  },
  {
    id: 'flash-numpy',
    adapter: 'lavapipe',
    says: 'flash takes at most 1.3 times as long as numpy with OpenBLAS on the same cores',
    goal: { atMost: 1.3 },
    measure: { kind: 'ratio', slow: flash, fast: at('numpy', 1024) },
  },
  {
    id: 'flash-causal',
    adapter: 'lavapipe',
    says: 'causal flash takes at most 0.6 of non-causal at n = 2048',
    goal: { atMost: 0.6 },
    measure: { kind: 'ratio', slow: at('flash', 2048, ',causal=true'), fast: at('flash', 2048) },
  },
  ratio(
    'flash-f16s',
    'lavapipe',
    'flash on packed f16 at least 1.2 times as fast as on f32',
    1.2,
    flash,
    'flash:n=1024,heads=8,d=64,precision=f16s',
  ),
  {
    id: 'naive-tfjs',
    adapter: 'lavapipe',
    says: 'naive takes at most 1.2 times as long as TensorFlow.js: it is no straw man',
    goal: { atMost: 1.2 },
    measure: { kind: 'ratio', slow: at('naive', 1024), fast: at('tfjs', 1024) },
  },
  {
    id: 'decode-read',
    adapter: 'lavapipe',
    says: 'flash-decode at n = 1, m = 8192 takes at most 1.5 times as long as reading k and v',
    goal: { atMost: 1.5 },
    measure: { kind: 'over a plain read', of: at('flash-decode', 1, ',m=8192') },
  },
  ratio(
    'performer-flash',
    'lavapipe',
    'Performer with 256 features at least 5 times as fast as flash at n = 4096',
    5,
    at('flash', 4096),
    at('performer', 4096),
  ),
  ...['ssd', 'mamba'].map((kernel): Target => ({
    id: `${kernel}-bound`,
    adapter: 'lavapipe',
    says: `${kernel} at n = 4096 takes at most 3 times as long as copying its bytes and computing its FLOPs and exponentials`,
    goal: { atMost: 3 },
    measure: { kind: 'over copy and arithmetic', of: at(kernel, 4096) },
  })),
  {
    id: 'first-dispatch',
    adapter: 'lavapipe',
    says: 'every kernel compiles and answers its first dispatch within 2 s without a shader cache',
    goal: { atMost: 2 },
    measure: { kind: 'longest first dispatch' },
  },
  ratio(
    'swiftshader-onnxruntime',
    'swiftshader',
    'flash at least 3 times as fast as onnxruntime-web, repaired so that it is right',
    3,
    at('onnxruntime-web+fix', 1024),
    flash,
  ),
  ratio(
    'swiftshader-jax',
    'swiftshader',
    'flash at least 3 times as fast as jax-js',
    3,
    at('jax-js', 1024),
    flash,
  ),
  ratio(
    'swiftshader-naive',
    'swiftshader',
    'flash at least 8 times as fast as naive',
    8,
    at('naive', 1024),
    flash,
  ),
];
