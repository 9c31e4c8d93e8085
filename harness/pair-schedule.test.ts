import { expect, it } from 'vitest';
import { pairBlocks, pairRepeats, takesAnotherBlock } from './pair-schedule.ts';
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

it('wherever it ends, as many pairs started with base as with head, and a control for every two', () => {
  const blocks = pairBlocks(50, seededRandom('schedule'));
  expect(blocks).toHaveLength(25);
  for (const block of blocks) {
    const pairs = block.filter(({ arm }) => arm === 'pair').map(({ order }) => order);
    expect([...pairs].sort()).toEqual(['base first', 'head first']);
    expect(block.filter(({ arm }) => arm === 'control')).toHaveLength(1);
  }
  const controls = blocks.flat().filter(({ arm }) => arm === 'control');
  const started = controls.filter(({ order }) => order === 'base first').length;
  expect([12, 13]).toContain(started);
});

it('the order within blocks is drawn anew', () => {
  const orders = (seed: string): string =>
    pairBlocks(50, seededRandom(seed))
      .map((block) => block.map(({ arm, order }) => `${arm} ${order}`).join())
      .join();
  expect(orders('one')).not.toBe(orders('other'));
  expect(new Set(pairBlocks(50, seededRandom('one')).map((block) => block[0].arm)).size).toBe(2);
});
