/** What a figure for print is made of, before it is set in a style. */
import type { Figure } from '../figure.ts';
import type { Table } from '../table.ts';

/** What an axis measures: how its ticks are chosen and read. */
export type Unit = 'duration' | 'bytes' | 'flops' | 'ratio' | 'number' | 'axis';

export interface Measure {
  readonly title: string;
  readonly unit: Unit;
}

export interface ChartBody {
  readonly kind: 'chart';
  /** In the units of the records: nanoseconds, bytes, FLOPs a second. */
  readonly figure: Figure;
  readonly x: Measure;
  readonly y: Measure;
  readonly joined: boolean;
  /** Points that no other beats in both, joined by a line: the lower left edge. */
  readonly front: readonly (readonly [number, number])[];
  /** A value that everything is held against. */
  readonly reference: number | null;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly kernel: string;
  /** Time of the next best over its own; null where nothing else was measured. */
  readonly lead: number | null;
  /** Whether the intervals of the two are apart. */
  readonly decided: boolean;
}

export interface MapBody {
  readonly kind: 'map';
  readonly xTitle: string;
  readonly yTitle: string;
  readonly columns: readonly (string | number)[];
  readonly rows: readonly (string | number)[];
  readonly cells: readonly Cell[];
}

export interface PaperFigure {
  /** Its file's name. */
  readonly id: string;
  readonly title: string;
  /** What is held fixed. */
  readonly subtitle: string;
  /** How the values came about, a sentence each. */
  readonly method: readonly string[];
  /** Indices of the analysis's rows that have a place in it. */
  readonly rows: readonly number[];
  /** What is missing and why. */
  readonly notes: readonly string[];
  /** Numbers, from 1, of the notes that a mark in the figure refers to. */
  readonly marked: readonly number[];
  readonly numbers: Table;
  readonly body: ChartBody | MapBody;
}

/** The figures, or in a sentence why there is none and what would give one. */
export type Built =
  | {
      readonly kind: 'figures';
      readonly figures: readonly PaperFigure[];
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'none'; readonly why: string };

export const none = (why: string): Built => ({ kind: 'none', why });
export const built = (figures: readonly PaperFigure[], remarks: readonly string[] = []): Built => ({
  kind: 'figures',
  figures,
  remarks,
});
