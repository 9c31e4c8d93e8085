import type { Random } from '../kernels/contract.ts';

const twoTo32 = 2 ** 32;

/** The finaliser of MurmurHash3: every bit of the word changes every bit of the answer. */
function scramble(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 code units. Each of the state's words starts from its own basis, so that seeds rarely collide in all. */
function hash(text: string, basis: number): number {
  let state = basis;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return scramble(state);
}

/**
 * Seeded numbers for inputs and resampling: the same seed gives the same numbers on every machine and engine (normal() up
 * to the last digits, because engines may round logarithms differently).
 * Chris Doty-Humphrey's sfc32 (PractRand): 128 bits of state, and small enough to fill tens of millions of values.
 */
class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare = 0;
  private hasSpare = false;

  constructor(seed: string) {
    this.a = hash(seed, 0x811c9dc5) | 0;
    this.b = hash(seed, 0x9e3779b9) | 0;
    this.c = hash(seed, 0x7f4a7c15) | 0;
    // The author's own number of rounds until the seed has spread over the whole state.
    for (let round = 0; round < 12; round++) this.next();
  }

  private next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  // 24 bits, because 32 would round up to 1 when the value is stored as f32.
  uniform(): number {
    return (this.next() >>> 8) * 2 ** -24;
  }

  // Marsaglia's polar method: two values a go, no sine.
  normal(): number {
    if (this.hasSpare) {
      this.hasSpare = false;
      return this.spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = this.next() * (2 / twoTo32) - 1;
      y = this.next() * (2 / twoTo32) - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.spare = y * scale;
    this.hasSpare = true;
    return x * scale;
  }

  // Some values come up more often than others by at most a part in 2^32 / below, far less than any sample shows.
  integer(below: number): number {
    if (!(Number.isInteger(below) && below >= 1 && below <= twoTo32)) {
      throw new RangeError(`integer(below) needs a whole number from 1 to 2^32, not ${below}`);
    }
    return Math.floor((this.next() / twoTo32) * below);
  }
}

/** A generator of its own for each seed. Name seeds by what they are for (`inputs/flash/q/3`) and streams never overlap by accident. */
export function seededRandom(seed: number | string): Random {
  return new Sfc32(`${typeof seed}:${seed}`);
}
