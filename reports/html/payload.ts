/** What the page carries as JSON: all that was derived, packed, and what it can be filtered by. */
import type { PackedAnalysis } from './packed.ts';

export interface PageFilter {
  readonly axis: string;
  /** What it is called, where that is not the axis. */
  readonly title?: string;
  readonly values: readonly { readonly value: string | number | boolean; readonly label: string }[];
}

export interface PagePayload {
  readonly analysis: PackedAnalysis;
  readonly filters: readonly PageFilter[];
}

export const payloadElementId = 'report-data';
