/**
 * What outputs and scratch are overwritten with, so that whatever a kernel leaves out shows. No pattern is used twice, so that no
 * kernel knows a checked call by it.
 */
import type { Random } from '../kernels/contract.ts';

/** `nan` spreads into whatever is computed from it. `huge` is finite, so that looking for NaN does not find it. */
export type PoisonKind = 'nan' | 'huge';

/** A word that is of its kind as one f32 and as two f16, and that no right output holds. */
export function poisonWord(kind: PoisonKind, random: Random): number {
  const half = (fixed: number, bits: number): number =>
    (random.integer(2) << 15) | fixed | (1 + random.integer(2 ** bits - 1));
  // Exponents all ones with something behind them are NaN; one less is beyond 32768 as f16, and beyond 1e34 as f32.
  const high = kind === 'nan' ? half(0x7f80, 7) : half(0x7800, 10);
  const low = kind === 'nan' ? half(0x7c00, 10) : half(0x7800, 10);
  return ((high << 16) | low) >>> 0;
}

/** Words of poison, as many bytes as asked for, rounded up to words. */
export const poisonWords = (word: number, bytes: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(Math.ceil(bytes / 4)).fill(word);

/** Whether an element of 2 or 4 bytes at a place holds that part of the word. */
export function holdsPoison(word: number, bits: number, elementBytes: number, index: number): boolean {
  if (elementBytes === 4) return bits === word;
  return bits === (index % 2 === 0 ? word & 0xffff : word >>> 16);
}
