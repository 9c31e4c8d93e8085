/** Every peer, without its package: what it refuses, and that a missing package is told with the command that installs it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { caseId, parseCaseId } from '../harness/case-id.ts';
import { loadPeer, peerIds } from '../harness/hosts/peer-folders.ts';
import { resolveParams } from '../harness/params.ts';
import { refusePeer } from '../harness/refuse-peer.ts';
import { leastCaps } from '../harness/testing/caps.ts';
import { kernelStyles } from '../reports/palette.ts';

const ids = ['jax-js', 'onnxruntime-web', 'onnxruntime-web+fix', 'tfjs'];
const peers = new Map(await Promise.all(ids.map(async (id) => [id, await loadPeer(id)] as const)));
const peerOf = (id: string) => {
  const found = peers.get(id);
  if (found === undefined) throw new Error(`no peer ${id}`);
  return found;
};

const caps = leastCaps();

const refusal = (id: string, axes: Readonly<Record<string, string | number | boolean>>) => {
  const { peer, kernel } = peerOf(id);
  return peer.refuse(resolveParams(kernel.axes, { n: 64, ...axes }), caps);
};

test('the peers there are', () => expect(peerIds()).toEqual(ids));

test.each(ids)(
  '%s takes softmax attention as it stands, causal or not, cross attention and another scale',
  (id) => {
    expect(refusal(id, {})).toBeNull();
    expect(refusal(id, { causal: true })).toBeNull();
    expect(refusal(id, { m: 100 })).toBeNull();
    expect(refusal(id, { scale: 0.5, batch: 2, heads: 3, d: 24 })).toBeNull();
  },
);

const refused: readonly (readonly [string, Readonly<Record<string, string | number | boolean>>, string])[] = [
  ['tfjs', { precision: 'f16s' }, 'TensorFlow.js is run in f32 here; precision=f16s has no counterpart'],
  ['jax-js', { precision: 'f16' }, 'jax-js is run in f32 here; precision=f16 has no counterpart'],
  [
    'onnxruntime-web',
    { precision: 'f16' },
    'onnxruntime-web is run in f32 here; precision=f16 has no counterpart',
  ],
  ['tfjs', { heads: 4, kvHeads: 2 }, 'TensorFlow.js has no grouped heads (kvHeads < heads)'],
  ['jax-js', { dv: 32 }, 'jax-js needs values as wide as keys, and dv = 32 differs from d = 64'],
  [
    'onnxruntime-web+fix',
    { dv: 32 },
    'onnxruntime-web needs values as wide as keys, and dv = 32 differs from d = 64',
  ],
  [
    'onnxruntime-web',
    { m: 100, causal: true },
    'onnxruntime-web is asked for causal attention with n = m only',
  ],
  [
    'onnxruntime-web',
    { heads: 4, kvHeads: 2 },
    'onnxruntime-web has grouped heads (kvHeads < heads) in GroupQueryAttention, which is causal always',
  ],
  [
    'tfjs',
    { m: 100, causal: true, align: 'bottom_right' },
    'TensorFlow.js aligns its causal mask top left, and the case wants it bottom right',
  ],
  [
    'jax-js',
    { m: 100, causal: true, align: 'bottom_right' },
    'jax-js aligns its causal mask top left, and the case wants it bottom right',
  ],
  [
    'jax-js',
    { n: 4096 },
    'jax-js makes all n x m scores, which take 512 MiB, and the adapter binds at most 128 MiB',
  ],
];
test.each(refused)('%s refuses %j with a sentence', (id, axes, message) => {
  expect(refusal(id, axes)?.message).toBe(message);
});

test.each(ids)('%s without its packages is skipped with the command that installs them', (id) => {
  const { peer, kernel } = peerOf(id);
  const params = resolveParams(kernel.axes, { n: 64 });
  expect(refusePeer(peer, params, caps, () => '1.0.0')).toBeNull();
  const missing = refusePeer(peer, params, caps, () => null);
  const verb = peer.packages.length === 1 ? 'is' : 'are';
  expect(missing).toEqual({
    code: 'unsupported',
    message: `${peer.packages.join(' and ')} ${verb} not installed; install with: npm run peers:install`,
  });
});

test('what is installed is pinned exactly, and holds what the peers need', () => {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(new URL('package.json', import.meta.url), 'utf8'),
  );
  const { dependencies } = manifest;
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const { peer } of peers.values()) {
    for (const name of peer.packages) expect(Object.keys(dependencies)).toContain(name);
  }
});

test('ids of peers work as case ids, and each peer has a look of its own', () => {
  for (const [id, { kernel }] of peers) {
    const text = caseId('scaling', id, kernel.axes, resolveParams(kernel.axes, { n: 1024 }));
    expect(text).toBe(`scaling/${id}:n=1024,heads=8,d=64,precision=f32`);
    expect(parseCaseId(text)).toMatchObject({ suite: 'scaling', kernel: id });
    expect(new URLSearchParams(new URLSearchParams({ id: text }).toString()).get('id')).toBe(text);
  }
  const styles = [...kernelStyles([...ids, 'flash', 'naive']).values()];
  const looks = styles.map(({ color, marker, hollow }) => `${color.light} ${marker} ${hollow}`);
  expect(new Set(looks).size).toBe(styles.length);
});
