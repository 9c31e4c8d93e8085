/** Opens the adapter it was started for and prints what it found: the other half of dawn.gpu.test.ts. */
import { measureClock } from '../clock.ts';
import { probeCompiler } from '../compiler-probe.ts';
import { openDevice } from '../adapter.ts';
import { choiceFromEnv } from './choice.ts';
import { openAdapter } from './dawn.ts';
import { nodeHost } from './node-host.ts';

const { gpu, adapter, info, caps } = await openAdapter(choiceFromEnv());
const { device, lostMessage } = await openDevice(adapter);
const clock = await measureClock(device, nodeHost);
const compiler = await probeCompiler(device, nodeHost);
const { maxBufferSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = device.limits;
device.destroy();
await device.lost;
const plain = await (await gpu.requestAdapter())?.requestDevice();
if (plain === undefined) throw new Error('no second device');
const answer = {
  info,
  caps: { ...caps, features: [...caps.features] },
  limits: { maxBufferSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup },
  clock,
  wallClock: await measureClock(plain, nodeHost),
  compiler,
  lostOnPurpose: lostMessage(),
};
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
