/** What the page of a comparison carries as JSON. */
import type { Comparison } from '../../../harness/gate/comparison.ts';
import type { Table } from '../../table.ts';

export interface ComparisonPayload {
  readonly comparison: Comparison;
  /** Exact figures that differ; null where none does. */
  readonly figures: Table | null;
}
