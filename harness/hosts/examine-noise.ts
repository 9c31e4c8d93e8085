/** Whether this machine is fit to compare on, before anything is compared. */
import { EnvironmentError } from '../errors.ts';
import type { ExaminedNoise, Noise } from '../gate/comparison.ts';
import type { ProbedProcess } from '../noise.ts';
import { adviseOnMachine, adviseOnNoise, noiseOf, probedDesign } from '../noise.ts';
import type { PairSide } from '../pair-plan.ts';
import { watchMachine } from './machine-state.ts';
import { nodeHost } from './node-host.ts';
import type { SessionHost } from './session-host.ts';
import type { DeviceSession } from './session.ts';

export interface ProbeDeps {
  /** Opens a fresh process with a device. Throws EnvironmentError. */
  readonly open: (host: SessionHost) => Promise<Pick<DeviceSession, 'pair' | 'close'>>;
  readonly nowNs: () => number;
}

const processes = 4;
/** On an adapter so slow that they have taken longer, no further process is started. */
const enoughSeconds = 5;
/** For the pairs of a process. */
const secondsPerProcess = 0.6;
const timeoutSeconds = 30;

const realDeps: ProbeDeps = {
  open: (host) => host.open({ number: 0, caseTimeoutSeconds: timeoutSeconds }),
  nowNs: () => nodeHost.nowNs(),
};

/** Holds `work` against itself in a few fresh processes, as a comparison would. Null where the adapter gives too few pairs. */
export async function probeNoise(
  host: SessionHost,
  work: PairSide,
  { open, nowNs }: ProbeDeps = realDeps,
): Promise<Noise | null> {
  const startedNs = nowNs();
  const elapsed = (): number => (nowNs() - startedNs) / 1e9;
  const probed: ProbedProcess[] = [];
  try {
    for (let process = 0; process < processes && elapsed() < enoughSeconds; process++) {
      const session = await open(host);
      const reply = await session.pair({
        base: work,
        head: work,
        seed: 'noise',
        orderSeed: `noise/${process}`,
        pairs: probedDesign.pairs,
        seconds: secondsPerProcess,
        check: 'some rows',
      });
      await session.close();
      if (reply.kind === 'paired' && reply.outcome.kind === 'timed') probed.push(reply.outcome);
    }
  } catch (error) {
    // Whoever compares on this adapter is told why it does not open.
    if (!(error instanceof EnvironmentError)) throw error;
  }
  return noiseOf(probed, elapsed());
}

/** Probes the adapter, and watches the machine meanwhile. */
export async function examineNoise(
  host: SessionHost,
  work: PairSide,
  deps: ProbeDeps = realDeps,
): Promise<ExaminedNoise> {
  const stop = watchMachine();
  const measured = await probeNoise(host, work, deps);
  return {
    measured,
    unmet: [
      ...adviseOnMachine(stop()),
      ...(measured === null
        ? [
            {
              what: `too few pairs could be timed on ${host.adapter} to say how noisy it is`,
              how: 'attnbench doctor tells what is wrong with it',
            },
          ]
        : adviseOnNoise(host.adapter, measured)),
    ],
  };
}
