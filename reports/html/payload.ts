/** What the page carries as JSON: the analysis, its figures, and the tables as people read them. */
import type { Analysis } from '../analysis.ts';
import type { FigureSpec, RooflineSpec } from '../figure.ts';
import type { Cell, Column } from '../table.ts';

export interface PageTable {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** For each row the index of the analysis's row, where the table has one per case. */
  readonly cases: readonly number[] | null;
}

export interface PageFilter {
  readonly axis: string;
  /** What it is called, where that is not the axis. */
  readonly title?: string;
  readonly values: readonly { readonly value: string | number | boolean; readonly label: string }[];
}

export interface PagePayload {
  readonly analysis: Analysis;
  readonly figures: readonly FigureSpec[];
  readonly rooflines: readonly RooflineSpec[];
  readonly tables: readonly PageTable[];
  readonly filters: readonly PageFilter[];
}

export const payloadElementId = 'report-data';
