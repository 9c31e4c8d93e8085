/** What a session's parent and child tell each other. */
import type { CaseRequest } from '../measure.ts';
import type { AdapterInfo, CaseRecord, Clock, RunHeader } from '../record.ts';

/** What only an open device knows, for the run header. */
export interface SessionFacts {
  readonly adapter: AdapterInfo;
  readonly clock: Clock;
  readonly compiler: RunHeader['compiler'];
  readonly flags: readonly string[];
}

export type ToChild = {
  readonly kind: 'measure';
  readonly kernel: string;
  readonly request: CaseRequest;
  readonly session: number;
};

export type FromChild =
  | { readonly kind: 'opened'; readonly facts: SessionFacts }
  /** No device: nothing can be measured on this adapter. */
  | { readonly kind: 'unfit'; readonly message: string }
  | { readonly kind: 'record'; readonly record: CaseRecord }
  | { readonly kind: 'lost'; readonly message: string }
  /** The tool's own mistake. */
  | { readonly kind: 'broken'; readonly message: string };
