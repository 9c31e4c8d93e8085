/** Opens the adapter it was started for, measures what doctor reports, and sends it to the parent. */
import { measureClock } from '../clock.ts';
import { probeCompiler } from '../compiler-probe.ts';
import type { InspectedAdapter } from '../doctor.ts';
import { measureSteadiness } from '../steadiness.ts';
import { openDevice } from '../adapter.ts';
import { choiceFromEnv } from './choice.ts';
import { openAdapter } from './dawn.ts';
import { nodeHost } from './node-host.ts';

const { adapter, info } = await openAdapter(choiceFromEnv());
const { device } = await openDevice(adapter);
const clock = await measureClock(device, nodeHost);
const findings: InspectedAdapter = {
  info,
  clock,
  compiler: await probeCompiler(device, nodeHost),
  steadiness: await measureSteadiness(device, nodeHost),
};
// Without waiting for drivers to shut down: some crash there.
process.send?.(findings, undefined, undefined, () => process.exit(0));
