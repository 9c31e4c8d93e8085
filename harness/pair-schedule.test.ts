import { expect, it } from 'vitest';
import { pairRepeats, pairSchedule, pairsThatFit } from './pair-schedule.ts';
import { seededRandom } from './random.ts';

it('a sample holds as many calls as make a millisecond, and a tick at most half a per cent of it', () => {
  expect(pairRepeats(5e6, 1, 100)).toBe(1);
  expect(pairRepeats(300_000, 1, 100)).toBe(4);
  expect(pairRepeats(300_000, 65_536, 100)).toBe(Math.ceil(65_536 / 0.005 / 300_000));
  expect(pairRepeats(1000, 65_536, 100)).toBe(100);
  // No warm-up whose timestamps can be used.
  expect(pairRepeats(Infinity, 1, 100)).toBe(1);
});

it('slow cases take fewer pairs, but never fewer than six, and as many of each order', () => {
  expect(pairsThatFit(50, 2, 0.001)).toBe(50);
  expect(pairsThatFit(50, 2, 0.05)).toBe(14);
  expect(pairsThatFit(50, 2, 3)).toBe(6);
});

it('half the pairs of each arm start with base, both arms are mixed, and one pair is looked at again', () => {
  const schedule = pairSchedule(50, seededRandom('schedule'));
  const count = (arm: string, order: string): number =>
    schedule.filter((one) => one.arm === arm && one.order === order).length;
  expect([count('pair', 'base first'), count('pair', 'head first')]).toEqual([25, 25]);
  expect(count('control', 'base first') + count('control', 'head first')).toBe(26);
  expect(Math.abs(count('control', 'base first') - count('control', 'head first'))).toBe(0);
  const firstHalf = schedule.slice(0, 38).filter(({ arm }) => arm === 'control').length;
  expect(firstHalf).toBeGreaterThan(4);
  expect(firstHalf).toBeLessThan(22);
  const rechecked = schedule.filter(({ recheck }) => recheck);
  expect(rechecked.map(({ arm }) => arm)).toEqual(['pair']);
  expect(pairSchedule(50, seededRandom('other'))).not.toEqual(schedule);
});
