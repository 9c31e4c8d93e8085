/** What of a comparison a table is about. */
import { groupBy } from '../group-by.ts';
import type { HardwareCase } from './hardware.ts';
import type { HardwareAnalysis } from './judge.ts';

export const indices = (analysis: HardwareAnalysis): readonly number[] =>
  analysis.hardware.devices.map((_, device) => device);

/** What a reader left of the comparison, and what is held against what. */
export interface Scope {
  readonly reference: number;
  readonly devices: readonly number[];
  readonly keep: (one: HardwareCase) => boolean;
}

export function wholeScope(analysis: HardwareAnalysis): Scope {
  return { reference: analysis.hardware.reference, devices: indices(analysis), keep: () => true };
}

/** By kernel the indices of its cases. */
export function kernelsOf(
  { hardware: { cases } }: HardwareAnalysis,
  keep: Scope['keep'] = () => true,
): ReadonlyMap<string, readonly number[]> {
  const kept = [...cases.keys()].filter((index) => keep(cases[index]));
  return groupBy(kept, (index) => cases[index].kernel);
}

/** A key for a heading that holds a name from a record. */
export const keyWord = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

/** The title of a column that is there for people only where it says something. */
export const when = (needed: boolean, title: string): string | null => (needed ? title : null);
