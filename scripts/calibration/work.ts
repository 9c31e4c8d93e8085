/** The kernel whose length is known, as a side of a pair. */
import { loadKernel } from '../../harness/hosts/kernel-folders.ts';
import type { PairSide } from '../../harness/pair-plan.ts';
import { resolveParams } from '../../harness/params.ts';

export const workKernels = new URL('kernels/', import.meta.url);

/** About two milliseconds on a software adapter: so long that what a launch takes does not hide a share of the change. */
export const workSteps = 1920;
/** For the probe of how noisy a machine is: four processes of it are to take seconds on the slowest adapter. */
export const probeSteps = 240;

export async function workSide(steps: number): Promise<PairSide> {
  const { kernel, id } = await loadKernel('work', workKernels);
  return {
    kernels: workKernels.href,
    kernel: id,
    params: resolveParams(kernel.axes, { n: 64, d: 64, steps }),
  };
}
