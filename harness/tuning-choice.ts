/** Which shape a case runs with on an open device. */
import type { Params, Shape } from '../kernels/contract.ts';
import type { GpuContext } from './context.ts';
import { KernelError, UsageError } from './errors.ts';
import type { LoadedKernel } from './program.ts';
import type { ChosenShape } from './tuning-table.ts';
import { chooseShape, defaultShape, readTuningTable, sameShape, shapeText } from './tuning-table.ts';

/** `tuned`: the tuning table's, where it has one. `default`: the kernel's own first choice. Or one of those on offer. */
export type ShapeWish = 'tuned' | 'default' | Shape;

/** Where a kernel keeps the table of a class, from its folder. */
export const tuningFile = (adapterClass: string): string => `tuning/${adapterClass}.json`;

/** Null where the kernel has one way only. Throws KernelError for a shape that is not on offer, UsageError for a damaged table. */
export async function pickShape(
  { host, caps, adapterClass }: Pick<GpuContext, 'host' | 'caps' | 'adapterClass'>,
  { id, kernel, folder }: LoadedKernel,
  params: Params,
  wish: ShapeWish,
): Promise<ChosenShape | null> {
  const offered = kernel.shapes?.(params, caps) ?? [];
  if (typeof wish === 'object') {
    if (offered.some((one) => sameShape(one, wish))) return { values: { ...wish }, from: 'asked' };
    throw new KernelError(`${id} does not offer the shape ${shapeText(wish)} for this case`);
  }
  if (offered.length === 0) return null;
  if (wish === 'default' || adapterClass === null) return defaultShape(offered);
  const file = tuningFile(adapterClass);
  const text = await host.findText(new URL(file, folder));
  if (text === null) return defaultShape(offered);
  const read = readTuningTable(text, `kernels/${id}/${file}`);
  if (read.kind === 'refused') throw new UsageError(read.message);
  return chooseShape(offered, params, read.table, file);
}
