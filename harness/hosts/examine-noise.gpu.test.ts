import { expect, test } from 'vitest';
import { resolveParams } from '../params.ts';
import { choiceFromEnv } from './choice.ts';
import { examineNoise } from './examine-noise.ts';
import { nodeHostOf } from './session-host.ts';
import { builtInKernels, loadKernel } from './kernel-folders.ts';

const { kernel, id } = await loadKernel('copy');
const work = { kernels: builtInKernels.href, kernel: id, params: resolveParams(kernel.axes, { n: 64 }) };

test('the adapter is probed in fresh processes, and what it can show follows from its pairs', async () => {
  const examined = await examineNoise(nodeHostOf(choiceFromEnv()), work);
  const { measured } = examined;
  if (measured === null) throw new Error(JSON.stringify(examined));
  expect(measured.processes).toBeGreaterThan(0);
  expect(measured.sampleNs).toBeGreaterThan(1e5);
  expect(measured.detectable).toBeCloseTo(Math.exp((2.8 * measured.sessionSpread) / Math.sqrt(10)) - 1, 12);
  expect(JSON.parse(JSON.stringify(examined))).toEqual(examined);
});

test('an adapter that does not open leaves nothing measured, and is said to', async () => {
  const nowhere = {
    ...choiceFromEnv(),
    name: 'nowhere',
    env: { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' },
  };
  const { measured, unmet } = await examineNoise(nodeHostOf(nowhere), work);
  expect(measured).toBeNull();
  expect(unmet.map(({ what }) => what).join('; ')).toContain('too few pairs could be timed on nowhere');
});
