import { leastCaps } from '../../harness/testing/caps.ts';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInputs } from '../../harness/inputs.ts';
import type { AxisValues } from '../../harness/params.ts';
import { resolveParams } from '../../harness/params.ts';
import { seededRandom } from '../../harness/random.ts';
import { plannedBytes } from '../../harness/refusal.ts';
import { parseVector, vectorError } from '../../harness/vectors.ts';
import type { Vector } from '../contract.ts';
import { sdpaReference } from '../lib/sdpa.ts';
import type { Blocks } from './blocks.ts';
import { blockCount, drawBlocks, middleBlocks, positionsOf, visibleBlocks, visiblePairs } from './blocks.ts';
import kernel from './kernel.ts';

const caps = leastCaps();

const params = (given: AxisValues): Blocks => {
  const { blockSize, randomBlocks, variant, ...base } = resolveParams(kernel.axes, given);
  return {
    ...base,
    variant: variant === 'broadcast' || variant === 'tile' ? variant : 'auto',
    blockSize: Number(blockSize),
    randomBlocks: Number(randomBlocks),
  };
};

const vector: Vector = parseVector(
  readFileSync(new URL('vectors/bigbird_clean.json', import.meta.url), 'utf8'),
  'bigbird_clean',
);

/** The vector in this kernel's axes; throws when it is refused. */
const readVector = (given: Vector) => {
  const read = kernel.fromVector(given);
  if (read.kind === 'unsupported') throw new Error(read.message);
  return { ...read, params: params(read.params) };
};

/** Bytes a case of n positions holds. */
const peak = (n: number): number => {
  const p = params({ n, heads: 2 });
  return plannedBytes(kernel, resolveParams(kernel.axes, { ...p }), kernel.plan(p, caps)).peak;
};

const allRows = (p: Blocks): readonly number[] =>
  Array.from({ length: p.batch * p.heads * p.n }, (_, row) => row);

const arbitrary = fc
  .record({
    n: fc.integer({ min: 1, max: 120 }),
    blockSize: fc.integer({ min: 1, max: 40 }),
    randomBlocks: fc.integer({ min: 0, max: 6 }),
    heads: fc.integer({ min: 1, max: 3 }),
  })
  .map((given) => params({ d: 4, ...given }));

/** The definition, pair of blocks by pair of blocks; `random` are the block's own entries of `rand`. */
const sees = (p: Blocks, random: readonly number[], row: number, column: number): boolean => {
  const last = blockCount(p) - 1;
  const global = [row, column].some((block) => block === 0 || block === last);
  return global || Math.abs(row - column) <= 1 || random.includes(column);
};

describe('what a block sees', () => {
  it('is first, last, its window and its random blocks, each once', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (p, seed) => {
        const random = seededRandom(seed);
        // Anything goes here, window and global blocks and repetitions included.
        const rand = Array.from({ length: p.heads * middleBlocks(p) * p.randomBlocks }, () =>
          random.integer(blockCount(p)),
        );
        for (let head = 0; head < p.heads; head++) {
          for (let block = 0; block < blockCount(p); block++) {
            const begin = (head * middleBlocks(p) + block - 1) * p.randomBlocks;
            const own = block === 0 ? [] : rand.slice(begin, begin + p.randomBlocks);
            const expected = Array.from({ length: blockCount(p) }, (_, column) => column).filter((column) =>
              sees(p, own, block, column),
            );
            expect(visibleBlocks(p, rand, head, block)).toEqual(expected);
          }
        }
      }),
    );
  });

  it('holds as many pairs as the cost charges', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (p, seed) => {
        const rand = drawBlocks(p, seededRandom(seed));
        for (let head = 0; head < p.heads; head++) {
          const pairs = Array.from({ length: p.n }, (_, i) => {
            const blocks = visibleBlocks(p, rand, head, Math.floor(i / p.blockSize));
            return new Set(positionsOf(p, blocks).filter((j) => j < p.n)).size;
          });
          expect(pairs.reduce((a, b) => a + b)).toBe(visiblePairs(p));
        }
        const pairs = p.heads * visiblePairs(p);
        expect(kernel.cost(p)).toMatchObject({ flops: 16 * pairs, exps: pairs });
      }),
    );
  });

  it('is what the golden vector counts', () => {
    const { params: p, inputs, expected } = readVector(vector);
    for (let head = 0; head < p.heads; head++) {
      let blocks = 0;
      for (let block = 0; block < blockCount(p); block++) {
        blocks += visibleBlocks(p, inputs.rand.data, head, block).length;
      }
      expect(blocks).toBe(expected.nnz_blocks.data[head]);
      expect(visiblePairs(p)).toBe(blocks * p.blockSize ** 2);
    }
  });

  it('is 622 of 4096 blocks at the sizes of the paper', () => {
    expect(visiblePairs(params({ n: 4096 }))).toBe(622 * 64 ** 2);
  });
});

describe('random blocks', () => {
  it('are distinct and new while there are such, then the block itself', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (p, seed) => {
        const rand = drawBlocks(p, seededRandom(seed));
        expect(rand).toHaveLength(p.heads * middleBlocks(p) * p.randomBlocks);
        for (let at = 0; at < rand.length; at += p.randomBlocks) {
          const block = 1 + ((at / p.randomBlocks) % middleBlocks(p));
          const drawn = rand.slice(at, at + p.randomBlocks).filter((other) => other !== block);
          expect(new Set(drawn).size).toBe(drawn.length);
          expect(drawn.filter((other) => sees(p, [], block, other))).toEqual([]);
          const seenAnyway = visibleBlocks({ ...p, randomBlocks: 0 }, [], 0, block).length;
          expect(drawn.length).toBe(Math.min(p.randomBlocks, blockCount(p) - seenAnyway));
        }
      }),
    );
  });

  it('follow the seed and reach every block about equally often', () => {
    const p = params({ n: 20, blockSize: 1, heads: 400, randomBlocks: 2 });
    const rand = drawBlocks(p, seededRandom('a'));
    expect(drawBlocks(p, seededRandom('a'))).toEqual(rand);
    expect(drawBlocks(p, seededRandom('b'))).not.toEqual(rand);
    // Block 1 sees 0, 1, 2 and 19 anyway: 800 draws over 16 blocks, 50 each with a standard deviation of 6.
    const counts = new Map<number, number>();
    for (let head = 0; head < p.heads; head++) {
      for (const block of rand.slice(head * 36, head * 36 + 2))
        counts.set(block, (counts.get(block) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at + 3));
    expect(Math.min(...counts.values())).toBeGreaterThan(25);
    expect(Math.max(...counts.values())).toBeLessThan(75);
  });
});

describe('the reference', () => {
  it('agrees with bigbird_clean', () => {
    const { params: p, inputs, expected } = readVector(vector);
    const { y } = kernel.reference(p, inputs, allRows(p));
    expect(vectorError(y, expected.y.data)).toBeLessThan(1e-12);
  });

  it('counts a block once, however often it is named', () => {
    const p = params({ n: 27, blockSize: 3, heads: 2, d: 4, randomBlocks: 1 });
    const inputs = createInputs(kernel, resolveParams(kernel.axes, { ...p }), 'seed', 0);
    const named = [...inputs.rand.data];
    const twice = {
      ...inputs,
      rand: { shape: [2, 7, 3], data: Float64Array.from(named.flatMap((b) => [b, 0, b])) },
    };
    const rows = allRows(p);
    expect(kernel.reference({ ...p, randomBlocks: 3 }, twice, rows)).toEqual(
      kernel.reference(p, inputs, rows),
    );
  });

  it('gives softmax attention where there are at most four blocks', () => {
    for (const n of [5, 6, 11, 17, 24]) {
      const p = params({ n, blockSize: 6, heads: 4, kvHeads: 2, batch: 2, d: 5, dv: 3 });
      const inputs = createInputs(kernel, resolveParams(kernel.axes, { ...p }), 'seed', 0);
      const rows = allRows(p);
      const { y } = kernel.reference(p, inputs, rows);
      expect(vectorError(y, sdpaReference(p, inputs, rows).y)).toBeLessThan(1e-14);
    }
  });
});

describe('the plan', () => {
  const shape = { batch: 2, heads: 6, kvHeads: 2, n: 2100, d: 24, dv: 40, blockSize: 80, randomBlocks: 4 };

  it('is data', () => {
    expect(kernel.plan(params(shape), caps)).toMatchSnapshot();
  });

  it('is data by subgroups too', () => {
    const on = leastCaps({ features: new Set(['subgroups']), subgroupMinSize: 8, subgroupMaxSize: 8 });
    const { variant, passes } = kernel.plan(params(shape), on);
    expect(variant).toBe('broadcast');
    expect(passes).toMatchSnapshot();
  });

  it('charges its passes with the pairs that the mechanism costs', () => {
    const p = params(shape);
    const attending = kernel.plan(p, caps).passes.filter(({ name }) => name !== 'merge');
    const pairs = attending.reduce((sum, { cost }) => sum + (cost?.exps ?? NaN), 0);
    expect(pairs).toBe(kernel.cost(p).exps);
    expect(kernel.plan(p, caps).passes.every(({ cost }) => cost !== undefined)).toBe(true);
  });

  it('has no pass for middle blocks where there are none', () => {
    expect(kernel.plan(params({ ...shape, n: 160 }), caps).passes.map(({ name }) => name)).toEqual([
      'edge-rows',
      'merge',
    ]);
    expect(kernel.plan(params({ ...shape, n: 161 }), caps).passes).toHaveLength(3);
  });

  it('holds bytes that are linear in n', () => {
    // `rand` has two rows fewer than there are blocks.
    const fixed = -2 * 2 * 3 * 4;
    expect(2 * peak(4096) - peak(8192)).toBe(fixed);
    expect(peak(65_536) - fixed).toBe(16 * (peak(4096) - fixed));
  });

  it('refuses causal, cross attention and rows of v that do not fit', () => {
    expect(kernel.refuse(params({ n: 8, causal: true }), caps)).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, m: 9 }), caps)).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 257 }), caps)).toMatchObject({ code: 'unsupported' });
    expect(kernel.refuse(params({ n: 8, dv: 256 }), caps)).toBeNull();
  });
});

/** Why the vector is refused once something is changed; empty when it is not. */
const reason = (change: Partial<Vector>): string => {
  const answer = kernel.fromVector({ ...vector, ...change });
  return answer.kind === 'unsupported' ? answer.message : '';
};

describe('fromVector', () => {
  it('reads the axes off the shapes', () => {
    expect(readVector(vector).params).toMatchObject({ n: 40, heads: 2, blockSize: 4, randomBlocks: 2 });
  });

  it('says what it does not know', () => {
    const { rand, ...attention } = vector.inputs;
    expect(reason({ params: { block_size: 4, causal: true } })).toContain("'causal'");
    expect(reason({ params: {} })).toContain("'block_size'");
    expect(reason({ inputs: attention })).toContain("'rand'");
    expect(reason({ inputs: { ...vector.inputs, mask: rand } })).toContain("'mask'");
    const past = { ...rand, data: rand.data.map((block) => block + 2) };
    expect(reason({ inputs: { ...vector.inputs, rand: past } })).toContain('from 0 to 9');
  });
});
