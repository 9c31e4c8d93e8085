import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { defaultDesign } from './design.ts';
import { resampledSweeps } from './resample.ts';

const noise = (spread: number, shift: number): number[] => {
  const random = seededRandom(`noise ${spread} ${shift}`);
  return Array.from({ length: 40 }, () => shift + spread * random.normal());
};

describe('sweeps drawn from measured noise', () => {
  it('are not red where nothing differs', () => {
    const { red, different } = resampledSweeps(
      [noise(0.01, 0), noise(0.03, 0)],
      50,
      20,
      defaultDesign,
      'quiet',
    );
    expect(red.found).toBe(0);
    expect(different.tries).toBe(20);
  });

  it('are red where the noise itself leans to one side', () => {
    const { red } = resampledSweeps([noise(0.01, 0.08)], 5, 4, defaultDesign, 'biased');
    expect(red.found).toBe(4);
  });

  it('come out the same for the same seed', () => {
    const draw = () => resampledSweeps([noise(0.05, 0.01)], 20, 10, defaultDesign, 'again');
    expect(draw()).toEqual(draw());
  });
});
