import { expect, it } from 'vitest';
import type { Turn } from './pair-schedule.ts';
import { pairRepeats, takesAnotherBlock, turnBlocks } from './pair-schedule.ts';
import { seededRandom } from './random.ts';

it('a sample holds as many calls as make a millisecond, and a tick at most half a per cent of it', () => {
  expect(pairRepeats(5e6, 1, 100)).toBe(1);
  expect(pairRepeats(300_000, 1, 100)).toBe(4);
  expect(pairRepeats(300_000, 65_536, 100)).toBe(Math.ceil(65_536 / 0.005 / 300_000));
  expect(pairRepeats(1000, 65_536, 100)).toBe(100);
  // No warm-up whose timestamps can be used.
  expect(pairRepeats(Infinity, 1, 100)).toBe(1);
});

it('a case takes blocks while its seconds last, and six pairs however slow it is, but not for ever', () => {
  expect(takesAnotherBlock(0, 100, 2)).toBe(true);
  expect(takesAnotherBlock(20, 1.9, 2)).toBe(true);
  expect(takesAnotherBlock(20, 2, 2)).toBe(false);
  expect(takesAnotherBlock(4, 7.9, 2)).toBe(true);
  expect(takesAnotherBlock(6, 7.9, 2)).toBe(false);
  expect(takesAnotherBlock(4, 8, 2)).toBe(false);
});

const all = (pairs: number, seed: string): readonly Turn[] => turnBlocks(pairs, seededRandom(seed)).flat();

it.each([
  ['base', 'head'],
  ['copy', 'head'],
] as const)('wherever it ends, as many turns have %s before %s as after it', (one, other) => {
  const blocks = turnBlocks(50, seededRandom('schedule'));
  expect(blocks).toHaveLength(25);
  for (const block of blocks) {
    expect(block).toHaveLength(2);
    const first = block.map((turn) => turn.indexOf(one) < turn.indexOf(other));
    expect(first.filter(Boolean)).toHaveLength(1);
  }
});

it('none runs right after itself more often than another', () => {
  const twice = new Map<string, number>();
  for (let draw = 0; draw < 300; draw++) {
    const samples = all(50, `draw ${draw}`).flat();
    for (const [at, runner] of samples.entries()) {
      if (runner === samples[at - 1]) twice.set(runner, 1 + (twice.get(runner) ?? 0));
    }
  }
  const counts = ['base', 'head', 'copy'].map((runner) => twice.get(runner) ?? 0);
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.05);
});

it('base, head and the copy run equally often, and equally often at each place of a turn', () => {
  const turns = all(48, 'places');
  for (const turn of turns) expect([...turn].sort()).toEqual(['base', 'copy', 'head']);
  for (const place of [0, 1, 2]) {
    const there = turns.map((turn) => turn[place]);
    for (const runner of ['base', 'head', 'copy']) {
      expect(there.filter((one) => one === runner)).toHaveLength(16);
    }
  }
});

it('the order is drawn anew', () => {
  expect(all(50, 'one')).not.toEqual(all(50, 'other'));
});
