/** What a session's parent and child tell each other. */
import type { Caps, Params, Precision, Shape } from '../kernels/contract.ts';
import type { KernelSource } from './kernel-file/source.ts';
import type { CaseRequest } from './measure.ts';
import type { PairOutcome, PairRequest } from './pair-case.ts';
import type { PairedCase, PairPlan } from './pair-plan.ts';
import type { ProgramText } from './program.ts';
import type { AdapterInfo, CaseRecord, Clock, Peaks, RunHeader } from './record.ts';
import type { ShapeSearch } from './tuning-search.ts';
import type { GoldenVector, VectorOutcome } from './vectors.ts';
import type { Verification } from './verify.ts';

/** What only an open device knows, for the run header. */
export interface DeviceFacts {
  readonly adapter: AdapterInfo;
  readonly caps: Caps;
  readonly clock: Clock;
  readonly compiler: RunHeader['compiler'];
  readonly flags: readonly string[];
}

/** The same, and where the device was opened. */
export interface SessionFacts extends DeviceFacts {
  readonly host: RunHeader['host'];
}

/** A kernel by its id, with its files where it was brought along. */
export interface KernelAddress {
  readonly kernel: string;
  readonly source?: KernelSource;
}

export interface VerifyRequest extends KernelAddress {
  readonly kind: 'verify';
  readonly params: Params;
  /** Null: the kernel's default. */
  readonly shape: Shape | null;
}

export interface TuneRequest extends KernelAddress {
  readonly kind: 'tune';
  readonly params: Params;
  readonly seconds: number;
  /** Cases of the whole search. */
  readonly races: number;
}

export interface VectorRequest extends KernelAddress {
  readonly kind: 'vector';
  readonly vector: GoldenVector;
  readonly precision: Precision;
}

/** Asks for what a case would run here, without running it. */
export interface ProgramRequest extends KernelAddress {
  readonly kind: 'program';
  readonly params: Params;
}

export type ToChild =
  | (KernelAddress & {
      readonly kind: 'measure';
      readonly request: CaseRequest;
      readonly session: number;
    })
  | VerifyRequest
  | TuneRequest
  | VectorRequest
  | { readonly kind: 'peaks' }
  | ProgramRequest
  | { readonly kind: 'pair plan'; readonly paired: PairedCase }
  | { readonly kind: 'pair'; readonly request: PairRequest };

/** The kernel does not compile, memory is short, a vector's tensors do not fit its own parameters, or the adapter cannot do it. */
export interface Failure {
  readonly kind: 'error';
  readonly code: 'kernel' | 'memory' | 'vector' | 'environment';
  readonly message: string;
}

export type FromChild =
  | { readonly kind: 'opened'; readonly facts: DeviceFacts }
  /** No device: nothing can be measured on this adapter. */
  | { readonly kind: 'unfit'; readonly message: string }
  | { readonly kind: 'record'; readonly record: CaseRecord }
  | { readonly kind: 'verified'; readonly result: Verification | Failure }
  | { readonly kind: 'compared'; readonly result: VectorOutcome | Failure }
  | { readonly kind: 'peaks'; readonly result: Peaks | Failure }
  | { readonly kind: 'program text'; readonly program: ProgramText }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'tuned'; readonly result: ShapeSearch | Failure }
  | { readonly kind: 'pair planned'; readonly plan: PairPlan }
  | { readonly kind: 'paired'; readonly outcome: PairOutcome }
  | { readonly kind: 'lost'; readonly message: string }
  /** The tool's own mistake. */
  | { readonly kind: 'broken'; readonly message: string };
