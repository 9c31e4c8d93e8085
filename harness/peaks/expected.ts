/** What the micro-kernels must leave, worked out on the CPU. */

/** The largest whole number up to which f16 counts by one. */
const f16CountsTo = 2048;
/** After so many steps 2^-x stays where it is. */
const exp2SettlesIn = 64;
/** As apply-dot.wgsl has them. */
const dotBytes = [3, -2, 5, -1] as const;

const signedByte = (word: number, index: number): number => (word << (24 - 8 * index)) >> 24;

/** One chain of apply-dot.wgsl after `steps`. Chains that start alike are worked out once. */
const dotChains = new Map<string, number>();
function dotChain(start: number, steps: number): number {
  const key = `${start} ${steps}`;
  const known = dotChains.get(key);
  if (known !== undefined) return known;
  let x = start;
  for (let step = 0; step < steps; step++) {
    let sum = x;
    for (let index = 0; index < 4; index++) sum += signedByte(x, index) * dotBytes[index];
    x = sum | 0;
  }
  dotChains.set(key, x);
  return x;
}

/** One chain of apply-exp2.wgsl after `steps`. */
function exp2Chain(start: number, steps: number): number {
  let x = start;
  for (let step = 0; step < Math.min(steps, exp2SettlesIn); step++) x = 2 ** -x;
  return x;
}

interface Chains {
  readonly start: number;
  /** Numbers in a lane. */
  readonly width: number;
  readonly chains: number;
  readonly steps: number;
}

/** What arithmetic.wgsl leaves: the sum over the chains, as a float or, for packed bytes, as a word. */
export function chainTotal(
  operation: 'fma' | 'multiply-add' | 'exp2' | 'dot',
  element: 'f32' | 'f16' | 'packed',
  { start, width, chains, steps }: Chains,
): number {
  let total = 0;
  for (let chain = 0; chain < chains; chain++) {
    for (let part = 0; part < width; part++) {
      const first = start + chain + part;
      if (operation === 'dot') total = (total + dotChain(first, steps)) | 0;
      else if (operation === 'exp2') total += exp2Chain(first, steps);
      else total += element === 'f16' ? Math.min(f16CountsTo, first + steps) : first + steps;
    }
  }
  return operation === 'dot' ? total >>> 0 : total;
}

/** The sum modulo 2^32 of the words index + plus for all indices below `words`, taken `times` times. */
export function wordsTotal(words: number, plus: number, times: number): number {
  const [n, p, t] = [words, plus, times].map(BigInt);
  return Number(BigInt.asUintN(32, t * ((n * (n - 1n)) / 2n + n * p)));
}

interface TileRead {
  readonly local: number;
  readonly workgroup: number;
  /** Words of one or four numbers. */
  readonly tile: number;
  readonly width: number;
  readonly rounds: number;
}

const tileTotals = new Map<string, number>();
/** What an invocation of workgroup-read.wgsl leaves. */
export function tileTotal(read: TileRead): number {
  const { local, workgroup, tile, width, rounds } = read;
  const key = JSON.stringify(read);
  const known = tileTotals.get(key);
  if (known !== undefined) return known;
  let total = 0;
  for (let part = 0; part < width; part++) {
    const numbers = Int32Array.from({ length: tile }, (_, index) =>
      Math.imul(width * index + part, 2654435761),
    );
    let at = local;
    let state = 0;
    for (let round = 0; round < rounds; round++) {
      state = ((state ^ numbers[at % tile]) + round) | 0;
      for (let visit = 1; visit < 8; visit++) state ^= numbers[(at + visit * workgroup) % tile];
      at = (at + 8 * workgroup + 1) >>> 0;
    }
    total = (total + state) | 0;
  }
  tileTotals.set(key, total >>> 0);
  return total >>> 0;
}

/** An element of a product that counts `depth` a step, as far as its type counts. */
export function matrixElement(result: 'f32' | 'f16', depth: number, steps: number): number {
  return result === 'f16' ? Math.min(depth * f16CountsTo, depth * steps) : depth * steps;
}
