/** The kernels that a page was bundled with. The bundler puts another module in the place of this one; without it there are none. */
import type { Kernel } from '../../../kernels/contract.ts';

/** A folder of kernels: each loaded when it is asked for, and the files beside them. */
export interface BundledPack {
  readonly kernels: Readonly<Record<string, () => Promise<{ readonly default: Kernel }>>>;
  /** WGSL and tuning tables, as paths from the pack's folder. */
  readonly files: readonly string[];
}

/** By the name of the folder that a pack has in the bundle. */
export const packs: Readonly<Record<string, BundledPack>> = {};
