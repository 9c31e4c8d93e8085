/** What the trend page carries as JSON. */
import type { Trend } from '../../harness/history/trend.ts';
import type { Table } from '../table.ts';

export interface PageEnvironment {
  readonly id: string;
  /** The adapter and the machine in words. */
  readonly label: string;
  readonly facts: readonly (readonly [string, string])[];
}

export interface HistoryPayload {
  readonly title: string;
  readonly facts: string;
  /** One sentence for each slow-down that nobody accepted. */
  readonly alarms: readonly string[];
  readonly environments: readonly PageEnvironment[];
  readonly trends: readonly Trend[];
  readonly steps: Table;
}
