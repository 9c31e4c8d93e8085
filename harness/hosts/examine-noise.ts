/** Whether this machine is fit to compare on, before anything is compared. */
import type { Advice, MachineState, Noise } from '../noise.ts';
import { adviseOnMachine, adviseOnNoise } from '../noise.ts';
import type { AdapterChoice } from './choice.ts';
import { inspect } from './inspect.ts';
import { watchMachine } from './machine-state.ts';

export interface NoiseExamination {
  readonly machine: MachineState;
  /** Null where the adapter does not open, or too few runs could be timed. */
  readonly noise: Noise | null;
  /** Each condition that is unmet, and what to do. */
  readonly advice: readonly Advice[];
}

/** Probes the adapter in a process of its own for some seconds, and watches the machine meanwhile. */
export async function examineNoise(choice: AdapterChoice): Promise<NoiseExamination> {
  const stop = watchMachine();
  const result = await inspect(choice);
  const machine = stop();
  const noise = result.ok ? result.findings.noise : null;
  const unopened = result.ok
    ? []
    : [{ what: `${choice.name} does not open: ${result.problem}`, how: 'ask for another with --adapter' }];
  return {
    machine,
    noise,
    advice: [
      ...unopened,
      ...adviseOnMachine(machine),
      ...(noise === null ? [] : adviseOnNoise(choice.name, noise)),
    ],
  };
}
