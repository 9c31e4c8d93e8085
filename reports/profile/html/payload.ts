/** What the page of a profile carries as JSON. */
import type { RunSummary } from '../../analysis.ts';
import type { Table } from '../../table.ts';
import type { BarFigure } from '../figure.ts';

/** A heading with what stands below it. */
export interface ProfileSection {
  readonly id: string;
  readonly heading: string;
  readonly sentences: readonly string[];
  readonly tables: readonly Table[];
}

export interface ProfilePayload {
  readonly title: string;
  readonly facts: string;
  readonly notes: readonly string[];
  readonly figures: readonly BarFigure[];
  readonly sections: readonly ProfileSection[];
  readonly run: RunSummary;
}
