import type { TuningEntry, TuningTable } from '../tuning-table.ts';
import { capsForTable, tuningSchemaName } from '../tuning-table.ts';
import { leastCaps } from './caps.ts';

/** An entry that was measured once, long ago. */
export const oneEntry = (
  kernel: string,
  { when, shape }: Pick<TuningEntry, 'when' | 'shape'>,
): TuningEntry => ({
  when,
  shape,
  ratio: { median: 0.8, low: 0.75, high: 0.85, pairs: 8 },
  measured: {
    case: `${kernel}:n=1024,heads=2,d=64,precision=f32`,
    command: `attnbench tune ${kernel}`,
    date: '2026-01-31',
    adapter: 'llvmpipe',
    version: '0.1.0',
    commit: null,
  },
});

/** A table for `lavapipe-8` with one entry. */
export const oneTable = (kernel: string, entry: Pick<TuningEntry, 'when' | 'shape'>): TuningTable => ({
  schema: tuningSchemaName,
  kernel,
  adapterClass: 'lavapipe-8',
  caps: capsForTable(leastCaps({ features: new Set(['subgroups', 'shader-f16']) })),
  entries: [oneEntry(kernel, entry)],
});
