/**
 * What a peer is: a library that people would use instead of these kernels, run on the same device, shapes and inputs, held to the
 * same reference and timed in the same way. A peer does its own dispatching; only the harness checks and times.
 */
import type { Caps, Params, Refusal, Tensors } from '../kernels/contract.ts';

export interface Peer {
  readonly summary: string;
  /** npm packages that it needs, the library itself first. None is a dependency of this project. */
  readonly packages: readonly [string, ...string[]];
  /** Id of the kernel whose inputs, outputs, reference, cost and tolerance the peer is held to. */
  readonly like: string;
  /** What starting it takes at worst, on top of its cases: compiling its own code. */
  readonly startSeconds: number;
  /** Null when the library can compute the case. Looks at nothing but its arguments: no package need be installed. */
  refuse(params: Params, caps: Caps): Refusal | null;
  /** Loads the library and starts it on the device. Once per process. */
  open(stage: PeerStage): Promise<OpenPeer>;
}

/** Where a peer performs. */
export interface PeerStage {
  readonly device: GPUDevice;
  readonly adapter: GPUAdapter;
  /** Folder of an installed package. */
  packageFolder(name: string): URL;
}

export interface OpenPeer {
  /** What was changed in the library's code to make it right, so far: empty for a library as published. */
  readonly repairs: readonly string[];
  /** Uploads every input set and builds what a call needs. */
  prepare(params: Params, inputSets: readonly Tensors[]): Promise<PeerCase>;
}

export interface PeerCase {
  /** What the library was asked for: `MultiHeadAttention`. */
  readonly operation: string;
  /** One call. When it resolves, all of its GPU work is submitted; nobody has to have waited for the work. */
  run(set: number): Promise<void>;
  /** Fills the output with NaN bits, where the output's memory is the caller's and not the library's. */
  poison?(): void;
  /** The output of the last call in the kernel's own layout, row-major without padding. */
  read(): Promise<Float32Array>;
  destroy(): void;
}
