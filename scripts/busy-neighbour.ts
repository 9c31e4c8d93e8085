/** Keeps one core busy in bursts of uneven length, as another program would; ends with its parent. */
import { setTimeout as sleep } from 'node:timers/promises';

const burstMs = (): number => 20 + 380 * Math.random();

process.on('disconnect', () => process.exit());
for (;;) {
  const until = performance.now() + burstMs();
  let sum = 0;
  while (performance.now() < until) for (let step = 1; step < 10_000; step++) sum += Math.sqrt(step);
  if (Number.isNaN(sum)) break;
  await sleep(burstMs());
}
