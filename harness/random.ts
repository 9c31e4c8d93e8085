/** Seeded numbers: the same seed gives the same inputs on every machine. */
import type { Random } from '../kernels/contract.ts';

/** 32 bits out of a text (FNV-1a, then mixed so that near seeds lie far apart). */
function hashSeed(seed: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** sfc32 (Doty-Humphrey, PractRand): fast, 128 bits of state. */
export function createRandom(seed: string | number): Random {
  let a = hashSeed(`${seed}/a`);
  let b = hashSeed(`${seed}/b`);
  let c = hashSeed(`${seed}/c`);
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => next() / 2 ** 32;
  let spare: number | null = null;
  return {
    uniform,
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      // Marsaglia's polar method: two normals a round, no trigonometry.
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const s = x * x + y * y;
        if (s === 0 || s >= 1) continue;
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        spare = y * scale;
        return x * scale;
      }
    },
    integer: (below) => Math.floor(uniform() * below),
  };
}
