/** Each peer whose package is installed, through the gate and the clock, in a process of its own. */
import { afterEach, describe, expect, test } from 'vitest';
import { choiceFromEnv } from '../harness/hosts/choice.ts';
import type { DeviceSession } from '../harness/hosts/session.ts';
import { openNodeSession } from '../harness/hosts/node-session.ts';
import { loadPeer, packageVersion, peerIds } from '../harness/hosts/peer-folders.ts';
import type { AxisValues } from '../harness/params.ts';
import { resolveParams } from '../harness/params.ts';
import type { CaseRecord } from '../harness/record.ts';
import { caseRecordSchema } from '../harness/record.ts';
import { defaultPolicy } from '../harness/sampling.ts';

/** Libraries compile their own code first, on every core. */
const timeoutMs = 400_000;

const shapes: readonly AxisValues[] = [
  { n: 63, heads: 2, d: 24 },
  { n: 100, heads: 3, d: 64, causal: true },
  { n: 7, m: 65, heads: 2, d: 24, batch: 2 },
];

const found = await Promise.all(peerIds().map((id) => loadPeer(id)));

let session: DeviceSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

async function measured(id: string, axes: AxisValues): Promise<CaseRecord> {
  const { kernel, peer } = await loadPeer(id);
  session ??= await openNodeSession({
    choice: choiceFromEnv(),
    number: 7,
    caseTimeoutSeconds: 60 + peer.startSeconds,
    peer: id,
  });
  const outcome = await session.measure({
    kernel: id,
    request: {
      id: `test/${id}`,
      suite: 'test',
      params: resolveParams(kernel.axes, axes),
      policy: { ...defaultPolicy, seconds: 0.1, leastSamples: 3, mostSamples: 6 },
      seed: 'test',
    },
  });
  if (outcome.kind !== 'record') throw new Error(`${id}: ${JSON.stringify(outcome)}`);
  return caseRecordSchema.parse(outcome.record);
}

describe.each(found)('$id', ({ id, peer }) => {
  const [library] = peer.packages;
  const version = packageVersion(library);
  const isPublishedOrt = id === 'onnxruntime-web';

  test.skipIf(version === null)(
    'computes odd shapes, causal and not, and says what ran',
    async () => {
      for (const axes of shapes) {
        const record = await measured(id, axes);
        expect(record).toMatchObject({ kernel: id, mechanism: 'sdpa', session: 7 });
        if (isPublishedOrt && record.status === 'wrong') {
          // Where the compiler or the subgroups are not what it takes for granted. It has no time then.
          expect(record).not.toHaveProperty('gpuNs');
          continue;
        }
        expect(record).toMatchObject({ status: 'ok', peer: { package: library, version, device: 'shared' } });
        if (record.status !== 'ok') continue;
        expect(record.peer?.path.length).toBeGreaterThan(0);
        expect(record.variant).toContain(': ');
        expect(record.wallNs.length).toBeGreaterThanOrEqual(3);
        // The bracket lies inside what the host waits for.
        for (const [at, gpuNs] of record.gpuNs.entries())
          expect(gpuNs).toBeLessThanOrEqual(record.wallNs[at]);
      }
    },
    timeoutMs,
  );
});
