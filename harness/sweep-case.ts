/** What every host makes of a run's first line and of a planned case, so that their records can be laid side by side. */
import type { Params } from '../kernels/contract.ts';
import { caseId } from './case-id.ts';
import type { CaseRequest } from './measure.ts';
import type { LoadedKernel } from './program.ts';
import type { RunHeader } from './record.ts';
import type { KernelAddress, SessionFacts } from './session-messages.ts';
import type { EngineCase } from './sweep-engine.ts';
import type { PlannedCase } from './sweep.ts';

/** What a session says of where it runs, as a run header has it. */
export const headerFacts = ({
  host,
  adapter,
  flags,
  clock,
  compiler,
}: SessionFacts): Pick<RunHeader, 'host' | 'adapter' | 'flags' | 'clock' | 'compiler'> => ({
  host,
  adapter,
  flags: [...flags],
  clock,
  compiler,
});

/** The same seed in every run, so that runs are compared on the same numbers. */
const inputSeed = 'attnbench';

/** Not the id: the same shape gets the same numbers whichever suite asks, and whichever kernel of a mechanism answers. */
export const caseSeed = ({ kernel }: Pick<LoadedKernel, 'kernel'>, params: Params): string =>
  `${inputSeed}/${caseId('', kernel.mechanism, kernel.axes, params)}`;

export type SweepCase = EngineCase & KernelAddress & { readonly request: CaseRequest };

/** `secondsPerCase`: what was asked for instead of the suite's own; null for that. */
export function engineCase(
  loaded: LoadedKernel,
  planned: PlannedCase,
  { peaks, shapes }: Pick<RunHeader, 'peaks' | 'shapes'>,
  secondsPerCase: number | null,
): SweepCase {
  const { id, suite, kernel, params, sampling } = planned;
  return {
    id,
    identity: { kind: 'case', id, suite, kernel, mechanism: loaded.kernel.mechanism, params },
    kernel,
    ...(loaded.source === undefined ? {} : { source: loaded.source }),
    request: {
      id,
      suite,
      params,
      policy: secondsPerCase === null ? sampling : { ...sampling, seconds: secondsPerCase },
      seed: caseSeed(loaded, params),
      peaks,
      shapes: shapes ?? 'tuned',
    },
  };
}
