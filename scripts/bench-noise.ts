/**
 * `npm run bench:noise -- lavapipe`: does the noise doctor's prediction hold? Alone and beside a busy neighbour, the smallest slowdown that
 * it predicts is held against what comparisons of kernels with themselves show, in fresh processes. It predicts the best that can be
 * hoped for: exits with 1 where a comparison saw clearly less than it, or of the kernel that was probed three times as much.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { moments } from '../harness/gate/effect.ts';
import { summarisePairs } from '../harness/gate/pairs.ts';
import { examineNoise } from '../harness/hosts/examine-noise.ts';
import { builtInKernels, loadKernel } from '../harness/hosts/kernel-folders.ts';
import type { SessionHost } from '../harness/hosts/session-host.ts';
import { nodeHostOf } from '../harness/hosts/session-host.ts';
import { detectableEffect, formatNoise, probedDesign } from '../harness/noise.ts';
import type { PairSide } from '../harness/pair-plan.ts';
import { resolveParams } from '../harness/params.ts';
import { probeSteps, workSide } from './calibration/work.ts';
import { chooseAdapter } from './choose-adapter.ts';

const processes = 24;
/** Predicted over observed: beyond it, smaller changes could be seen than the prediction says. */
const mostPessimistic = 1.5;
/** Of the kernel that was probed. Others may vary as they like. */
const mostOptimistic = 1 / 3;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** As short as the probe: the noise of a sample depends on how long it takes. */
async function flashSide(): Promise<PairSide> {
  const { kernel, id } = await loadKernel('flash');
  const params = resolveParams(kernel.axes, { n: 128, heads: 4, d: 64 });
  return { kernels: builtInKernels.href, kernel: id, params };
}

/** The effects that comparisons of these cases with themselves could have shown. */
async function observed(host: SessionHost, cases: readonly PairSide[]): Promise<readonly number[]> {
  const ratios = cases.map(() => new Array<number>());
  for (let number = 0; number < processes; number++) {
    const session = await host.open({ number, caseTimeoutSeconds: 60 });
    for (const [index, side] of cases.entries()) {
      const reply = await session.pair({
        base: side,
        head: side,
        seed: 'bench:noise',
        orderSeed: `bench:noise/${number}`,
        pairs: probedDesign.pairs,
        seconds: 2,
        check: 'some rows',
      });
      if (reply.kind !== 'paired' || reply.outcome.kind !== 'timed') {
        throw new Error(`${side.kernel} could not be timed: ${JSON.stringify(reply)}`);
      }
      ratios[index].push(summarisePairs(reply.outcome.pairs, reply.outcome.control).logRatio);
    }
    await session.close();
  }
  return ratios.map((of) => detectableEffect(moments(of).deviation));
}

/** Predicted over observed, for each case. */
async function predictionAgainst(host: SessionHost, condition: string): Promise<readonly number[]> {
  const work = await workSide(probeSteps);
  const { measured, unmet } = await examineNoise(host, work);
  console.log(`${host.adapter}, ${condition}`);
  for (const { what, how } of unmet) console.log(`  unmet: ${what}: ${how}`);
  if (measured === null) throw new Error('the prediction failed');
  console.log(`  ${formatNoise(measured)}`);
  const cases = [work, await flashSide()];
  const effects = await observed(host, cases);
  return effects.map((effect, index) => {
    const ratio = measured.detectable / effect;
    console.log(
      `  ${cases[index].kernel}: predicted ${percent(measured.detectable)}, observed ${percent(effect)} over ${processes} processes: ${ratio.toFixed(2)} times`,
    );
    return ratio;
  });
}

const adapter = process.argv[2] ?? process.env.ATTNBENCH_ADAPTER ?? 'auto';
const host = nodeHostOf(await chooseAdapter(adapter));
const alone = await predictionAgainst(host, 'alone');
const neighbour = fork(fileURLToPath(new URL('busy-neighbour.ts', import.meta.url)), {
  execArgv: ['--import', import.meta.resolve('tsx')],
});
try {
  const beside = await predictionAgainst(host, 'beside a busy neighbour');
  const holds =
    [...alone, ...beside].every((ratio) => ratio < mostPessimistic) &&
    [alone, beside].every(([ofProbed]) => ofProbed > mostOptimistic);
  process.exitCode = holds ? 0 : 1;
} finally {
  neighbour.kill();
}
