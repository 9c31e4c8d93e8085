import { expect, test } from 'vitest';
import { choiceFromEnv } from './choice.ts';
import { examineNoise } from './examine-noise.ts';

test('the adapter is probed, and what it can show follows from its runs', async () => {
  const { machine, noise, advice } = await examineNoise(choiceFromEnv());
  expect(machine.cores).toBeGreaterThan(0);
  if (noise === null) throw new Error(JSON.stringify(advice));
  expect(noise.runs).toBeGreaterThan(50);
  expect(noise.medianNs).toBeGreaterThan(1e4);
  expect(noise.detectable).toBeCloseTo(Math.exp((2.8 * noise.sessionSpread) / Math.sqrt(10)) - 1, 12);
  expect(JSON.parse(JSON.stringify(noise))).toEqual(noise);
});

test('an adapter that does not open is said to', async () => {
  const nowhere = {
    ...choiceFromEnv(),
    name: 'nowhere',
    env: { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' },
  };
  const { noise, advice } = await examineNoise(nowhere);
  expect(noise).toBeNull();
  expect(advice[0].what).toMatch(/nowhere does not open/);
});
