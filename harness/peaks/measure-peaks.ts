/** Measures what an adapter can do at most: every ceiling of the record, each by the best of its micro-kernels. */
import type { GpuContext } from '../context.ts';
import { EnvironmentError, KernelError, OutOfMemoryError } from '../errors.ts';
import type { Peaks } from '../record.ts';
import { ceilingPlans, sizesFor } from './micro-kernels.ts';
import type { CeilingPlan, Sizes } from './micro-kernels.ts';
import { measureOverheads } from './overheads.ts';
import { sweepMaximum } from './sweep.ts';
import type { Ceiling, SweepPolicy } from './sweep.ts';
import { Workbench } from './workbench.ts';

/** A run this long hides its launch: on a GPU, and where a CPU plays one. */
const targetNs = { hardware: 2e6, software: 20e6 };
/** Ticks and empty passes in a run, at least. */
const leastTicks = 200;
const leastOverheads = 50;

function policyFor({ caps, clock }: GpuContext): SweepPolicy {
  return {
    targetNs: Math.max(
      targetNs[caps.software ? 'software' : 'hardware'],
      leastTicks * clock.tickNs,
      leastOverheads * clock.overheadNs,
    ),
    samples: 3,
    finalists: 3,
    finalSamples: 5,
    hopeless: 0.8,
    mostRounds: 2 ** 20,
  };
}

const isFailure = (error: unknown): boolean =>
  error instanceof KernelError || error instanceof OutOfMemoryError;

async function ceilingOf(
  plan: CeilingPlan,
  bench: Workbench,
  policy: SweepPolicy,
): Promise<Peaks['ceilings'][number]> {
  const { name, unit, kernels, reason } = plan;
  const found: Ceiling =
    kernels.length === 0
      ? { kind: 'none', why: reason ?? 'the buffers are too small for it' }
      : await sweepMaximum(
          kernels.map((kernel) => bench.candidate(kernel)),
          policy,
          isFailure,
        );
  return found.kind === 'reached'
    ? { name, unit, perSecond: found.perSecond, by: found.by }
    : { name, unit, perSecond: null, by: found.why };
}

/** Throws EnvironmentError where not even f32 arithmetic or reading storage can be measured. */
export async function measurePeaks(
  context: GpuContext,
  now: () => Date,
  wanted: Sizes = sizesFor(context.caps),
  policy: SweepPolicy = policyFor(context),
): Promise<Peaks> {
  const overheads = await measureOverheads(context);
  const bench = await Workbench.create(context, wanted);
  const ceilings: Peaks['ceilings'] = [];
  try {
    for (const plan of ceilingPlans(context.caps, bench.sizes)) {
      ceilings.push(await ceilingOf(plan, bench, policy));
    }
  } finally {
    bench.destroy();
  }
  const needed = (name: 'f32' | 'readCold'): number => {
    const found = ceilings.find((ceiling) => ceiling.name === name);
    if (found?.perSecond) return found.perSecond;
    throw new EnvironmentError(`the peak '${name}' could not be measured: ${found?.by ?? 'not tried'}`);
  };
  return {
    flopsPerSecond: needed('f32'),
    bytesPerSecond: needed('readCold'),
    ceilings,
    overheads,
    measuredAt: now().toISOString(),
  };
}
