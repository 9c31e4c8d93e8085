/** What a choice on the page means: which cases, in which order, and how long they will probably take. */
import { estimateSeconds } from '../../harness/estimate.ts';
import type { PageKernels } from '../../harness/hosts/page/page-kernels.ts';
import type { LoadedKernel } from '../../harness/program.ts';
import type { PlannedCase, Suite } from '../../harness/sweep.ts';
import { expandSuite, suiteHasKernel } from '../../harness/sweep.ts';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly suites: readonly string[];
}

const choices: readonly Choice[] = [
  {
    id: 'quick',
    label: 'Quick',
    description: 'How time and memory grow with the length of the sequence, for every mechanism.',
    suites: ['quick'],
  },
  {
    id: 'full',
    label: 'Full',
    description:
      'Up to the longest sequence that fits, and by heads, head dimension, precision, mask and cache.',
    suites: ['scaling', 'heads', 'head-dim', 'precision', 'causal', 'gqa', 'decode', 'state'],
  },
  {
    id: 'check',
    label: 'Check',
    description: 'One tiny case of every kernel: does it run here, and is it right?',
    suites: ['smoke'],
  },
];

/** Those of which this page has the suites. */
export function choicesOf(suites: Readonly<Record<string, Suite>>): readonly Choice[] {
  return choices.filter((choice) => choice.suites.every((name) => Object.hasOwn(suites, name)));
}

/** What the page calls a run of these suites. */
export const labelOf = (suite: string): string =>
  choices.find(({ suites }) => suites.join('+') === suite)?.label ?? suite;

export interface SitePlan {
  /** The suites' names, joined by `+`. */
  readonly suite: string;
  readonly kernels: ReadonlyMap<string, LoadedKernel>;
  readonly cases: readonly PlannedCase[];
  /** By case id. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** The folder that the project's own kernels have in the page's bundle. */
export const ownPack = 'kernels';

export async function planSuites(
  names: readonly string[],
  suites: Readonly<Record<string, Suite>>,
  pageKernels: PageKernels,
  software: boolean,
): Promise<SitePlan> {
  const ids = pageKernels.ids(ownPack);
  const loaded = await Promise.all(ids.map((id) => pageKernels.load({ kernel: id }, ownPack)));
  const planned = names.flatMap((name) => {
    const suite = suites[name];
    const order = suite.kernels === 'all' ? ids : suite.kernels;
    const measured = order.flatMap((id) =>
      suiteHasKernel(suite, id) ? loaded.filter((one) => one.id === id) : [],
    );
    return expandSuite(name, suite, measured, software);
  });
  const cases = [...new Map(planned.map((one) => [one.id, one])).values()];
  const kernels = new Map(loaded.map((one) => [one.id, one]));
  const adapter = software ? 'software' : 'hardware';
  const seconds = cases.flatMap(({ id, kernel, params, sampling }): (readonly [string, number])[] => {
    const one = kernels.get(kernel);
    return one === undefined ? [] : [[id, estimateSeconds(one.kernel, params, sampling, adapter)]];
  });
  return { suite: names.join('+'), kernels, cases, seconds: new Map(seconds) };
}

/** Seconds that these cases take by the estimate, corrected by how those already measured did. */
export function remainingSeconds(
  { seconds }: Pick<SitePlan, 'seconds'>,
  left: readonly string[],
  measured: readonly string[],
  elapsedSeconds: number,
): number {
  const sum = (ids: readonly string[]): number =>
    ids.reduce((total, id) => total + (seconds.get(id) ?? 0), 0);
  const known = sum(measured);
  return sum(left) * (known === 0 ? 1 : elapsedSeconds / known);
}
