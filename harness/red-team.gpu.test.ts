/** Kernels that cheat, each beside an honest one that does the same without cheating. docs/trust.md says what catches which. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openDevice } from './adapter.ts';
import { measureClock } from './clock.ts';
import type { GpuContext } from './context.ts';
import { createContext } from './context.ts';
import { choiceFromEnv } from './hosts/choice.ts';
import { openAdapter } from './hosts/dawn.ts';
import { loadKernel } from './hosts/kernel-folders.ts';
import { nodeHost } from './hosts/node-host.ts';
import { measureCase } from './measure.ts';
import type { AxisValues } from './params.ts';
import { resolveParams } from './params.ts';
import type { CaseRecord } from './record.ts';
import { defaultPolicy } from './sampling.ts';
import { expectedSeed } from './testing/red-team/attention.ts';
import { verifyCase } from './verify.ts';

interface Row {
  readonly cheat: string;
  readonly honest?: string;
  /** `wrong`: found before it is timed. `invalid`: found while it is. */
  readonly ends: 'wrong' | 'invalid';
  readonly says: RegExp;
  readonly axes?: AxisValues;
  readonly samples?: number;
}

const offBy = /y is off by nmse/;
const rows: readonly Row[] = [
  { cheat: 'nothing', ends: 'wrong', says: /y\[0\] was never written/ },
  { cheat: 'part', ends: 'wrong', says: /y\[56\] was never written/ },
  { cheat: 'part-later', ends: 'invalid', says: offBy },
  {
    cheat: 'row-later',
    ends: 'invalid',
    says: /y\[\d+\] was never written/,
    axes: { n: 256, heads: 96, d: 4 },
    samples: 3,
  },
  { cheat: 'rounded', ends: 'wrong', says: offBy },
  { cheat: 'finite', ends: 'wrong', says: offBy },
  { cheat: 'when-poisoned', ends: 'invalid', says: offBy },
  { cheat: 'counted', honest: 'honest-scratch', ends: 'invalid', says: offBy },
  { cheat: 'kept-output', honest: 'honest-scratch', ends: 'invalid', says: offBy },
  { cheat: 'kept-by-input', honest: 'honest-scratch', ends: 'invalid', says: offBy },
  { cheat: 'known-input', ends: 'invalid', says: offBy },
  { cheat: 'baked', ends: 'invalid', says: offBy, axes: { n: 4, d: 4 } },
  { cheat: 'checked-heads', ends: 'invalid', says: offBy, axes: { n: 256, heads: 96, d: 4 }, samples: 3 },
  { cheat: 'mutates', honest: 'honest-input', ends: 'wrong', says: /the input q was written to/ },
  {
    cheat: 'mutates-later',
    honest: 'honest-input',
    ends: 'invalid',
    says: /off by nmse|the input q was written to/,
  },
  { cheat: 'past-output', ends: 'wrong', says: /y was written past its end/ },
  { cheat: 'past-output-later', ends: 'invalid', says: /y was written past its end/ },
  { cheat: 'past-scratch', honest: 'honest-scratch', ends: 'wrong', says: /kept was written past its end/ },
  { cheat: 'past-input', honest: 'honest-input', ends: 'wrong', says: /the input q was written to/ },
];

let context: GpuContext;
beforeAll(async () => {
  const opened = await openAdapter(choiceFromEnv());
  const { device } = await openDevice(opened.adapter);
  context = createContext(device, nodeHost, opened.caps, await measureClock(device, nodeHost));
});

const load = (pack: string) => loadKernel('attention', new URL(`testing/red-team/${pack}/`, import.meta.url));

async function measure(pack: string, { axes = {}, samples = 12 }: Partial<Row>): Promise<CaseRecord> {
  const loaded = await load(pack);
  const params = resolveParams(loaded.kernel.axes, { n: 8, d: 8, heads: 1, ...axes });
  const policy = { ...defaultPolicy, seconds: 60, relativeHalfWidth: -1, mostSamples: samples };
  const request = { id: `test/${pack}`, suite: 'test', params, policy, seed: expectedSeed };
  return measureCase(context, loaded, request, 1);
}

describe.each(rows)('$cheat', ({ cheat, honest = 'honest', ends, says, ...shape }) => {
  it(`is ${ends}`, async () => {
    const record = await measure(cheat, shape);
    expect(record).toMatchObject({ status: ends, reason: { message: expect.stringMatching(says) } });
    expect('gpuNs' in record).toBe(ends === 'invalid');
  });

  it(`is told from ${honest}, which is right`, async () => {
    const record = await measure(honest, shape);
    expect(record.reason).toBeNull();
    expect(record.status).toBe('ok');
  });
});

it.each(rows.filter(({ ends }) => ends === 'wrong'))('verify finds $cheat', async ({ cheat, axes = {} }) => {
  const loaded = await load(cheat);
  const params = resolveParams(loaded.kernel.axes, { n: 8, d: 8, heads: 1, ...axes });
  expect(await verifyCase(context, loaded, params)).toMatchObject({ kind: 'wrong' });
});
