/** New inputs for every call, at next to no cost: values of two input sets change places. */
import type { InputSpec, Kernel, Params, Random, Tensors } from '../kernels/contract.ts';
import type { ChangedParts } from './buffers.ts';
import { partsOf } from './layout.ts';
import { seededRandom } from './random.ts';

/** Of an input, what is exchanged before a call: at most a quarter, and no more than is uploaded in no time. */
const exchangedShare = 1 / 4;
const exchangedBytes = 64 << 10;
/** The first time half: no set is the one that was checked. */
const firstShare = 1 / 2;

export class InputExchange {
  private readonly kernel: Kernel;
  private readonly params: Params;
  private readonly sets: readonly Tensors[];
  private readonly random: Random;
  private isFirst = true;

  /** `sets` are handed over: their values move. `seed`: not known beforehand (`freshSeed`). */
  constructor(kernel: Kernel, params: Params, sets: readonly Tensors[], seed: string) {
    this.kernel = kernel;
    this.params = params;
    this.sets = sets;
    this.random = seededRandom(seed);
  }

  /** Moves values, and says which parts of which inputs every executor of these sets has to upload. */
  next(): readonly ChangedParts[] {
    const parts = this.kernel.inputs(this.params).flatMap((spec) => this.exchange(spec));
    this.isFirst = false;
    return parts;
  }

  /**
   * A run of values changes places between the first two sets, place for place: still inputs of the kernel, and a pair that was never
   * there before. Indices stay: they may have to differ from their neighbours.
   */
  private exchange(spec: InputSpec): readonly ChangedParts[] {
    const { sets, params } = this;
    if (sets.length < 2 || spec.type === 'u32' || spec.type === 'i32') return [];
    const parts = partsOf(spec, params.precision);
    if (parts.count === 0) return [];
    const count = this.isFirst
      ? Math.ceil(parts.count * firstShare)
      : 1 + this.random.integer(mostParts(parts));
    const first = this.random.integer(parts.count - count + 1);
    const [one, other] = sets.map((tensors) =>
      tensors[spec.name].data.subarray(first * parts.elements, (first + count) * parts.elements),
    );
    const kept = one.slice();
    one.set(other);
    other.set(kept);
    return [0, 1].map((set) => ({ set, spec, tensor: sets[set][spec.name], first, count }));
  }
}

function mostParts({ count, bytes }: { readonly count: number; readonly bytes: number }): number {
  return Math.max(1, Math.min(Math.ceil(count * exchangedShare), Math.floor(exchangedBytes / bytes)));
}
