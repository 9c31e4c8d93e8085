import { describe, expect, it } from 'vitest';
import { raceShapes } from './tuning-race.ts';

/** Shapes that claim to take `ns(index, call)`; `seconds` of claimed time until time is out. */
async function race(
  count: number,
  ns: (index: number, call: number) => number,
  { seconds = Infinity, races = 1 } = {},
) {
  const calls: number[] = [];
  let spentNs = 0;
  const result = await raceShapes({
    count,
    races,
    sample: async (index) => {
      const durationNs = ns(index, calls.length);
      calls.push(index);
      spentNs += durationNs;
      return durationNs;
    },
    outOfTime: () => spentNs >= seconds * 1e9,
  });
  const taken = Array.from({ length: count }, (_, index) => calls.filter((one) => one === index).length);
  return { result, calls, taken };
}

describe('raceShapes', () => {
  it('finds the fastest of many, and spends its samples on the fast ones', async () => {
    const times = [100, 90, 130, 70, 110, 95, 120, 105];
    const { result, taken } = await race(times.length, (index) => times[index]);
    expect(result).toEqual({
      kind: 'better',
      best: 3,
      ratio: { median: 0.7, low: 0.7, high: 0.7, pairs: 8 },
    });
    // Heats of 2 and 4 turns with seven and three others, then the final of 8.
    expect(taken).toEqual([14, 6, 2, 14, 2, 6, 2, 2]);
  });

  it('takes turns, there and back', async () => {
    const { calls } = await race(3, (index) => 100 + index);
    expect(calls.slice(0, 6)).toEqual([0, 1, 2, 2, 1, 0]);
  });

  it('keeps the default where nothing is faster', async () => {
    const { result } = await race(3, (index) => [100, 101, 150][index]);
    expect(result).toMatchObject({ kind: 'default', best: 1, ratio: { median: 1.01, pairs: 8 } });
  });

  it('keeps the default where the gain is not worth an entry', async () => {
    const { result } = await race(2, (index) => [100, 98][index]);
    expect(result).toMatchObject({ kind: 'default', best: 1, ratio: { median: 0.98 } });
  });

  it('looks again and again where noise hides which is faster, and keeps the default in the end', async () => {
    // 0.9 and 1.1 in turns: the interval holds both.
    const { result } = await race(2, (index, call) => (index === 0 ? 100 : (call >> 1) % 2 === 0 ? 90 : 110));
    expect(result).toEqual({
      kind: 'default',
      best: 1,
      ratio: { median: 1, low: 0.9, high: 1.1, pairs: 32 },
    });
  });

  it('does not go by a median whose interval reaches the default', async () => {
    // Two turns of three at 0.9, the third at 1.1.
    const { result } = await race(2, (index, call) => (index === 0 ? 100 : (call >> 1) % 3 < 2 ? 90 : 110));
    expect(result).toEqual({
      kind: 'default',
      best: 1,
      ratio: { median: 0.9, low: 0.9, high: 1.1, pairs: 32 },
    });
  });

  it('asks for more the more races there are: one of many wins by luck sooner or later', async () => {
    const faster = (index: number): number => [100, 90][index];
    expect((await race(2, faster)).result).toMatchObject({ kind: 'better', ratio: { pairs: 8 } });
    const one = await race(2, faster, { races: 50 });
    expect(one.result).toMatchObject({ kind: 'better', ratio: { pairs: 16 } });
    // The first eight turns all by luck: enough for one race.
    const lucky = (index: number, call: number): number => (index === 1 && call < 16 ? 90 : 100);
    expect((await race(2, lucky)).result.kind).toBe('better');
    expect((await race(2, lucky, { races: 50 })).result.kind).toBe('default');
  });

  it('is not fooled by a machine that slows down', async () => {
    // Each call takes 1 % longer than the one before; the second shape is 10 % faster.
    const { result } = await race(2, (index, call) => [100, 90][index] * 1.01 ** call);
    expect(result).toMatchObject({ kind: 'better', best: 1 });
    const same = await race(2, (_, call) => 100 * 1.01 ** call);
    expect(same.result.kind).toBe('default');
  });

  it('does not go by the samples that a shape was chosen by', async () => {
    // Shape 2 wins its heat by luck and is as fast as the default from then on.
    const { result } = await race(3, (index, call) => (index === 2 && call < 6 ? 50 : 100));
    expect(result).toMatchObject({ kind: 'default', best: 2, ratio: { median: 1 } });
  });

  it.each([0.5e-7, 3e-7, 9e-7])('says nothing when time is out after %d s', async (seconds) => {
    const { result } = await race(3, (index) => [100, 50, 80][index], { seconds });
    expect(result).toEqual({ kind: 'out of time' });
  });
});
