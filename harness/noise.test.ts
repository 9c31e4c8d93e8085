import { describe, expect, test } from 'vitest';
import type { Noise } from './gate/comparison.ts';
import { pairOrder } from './gate/pairs.ts';
import type { MachineState, ProbedProcess } from './noise.ts';
import { adviseOnMachine, adviseOnNoise, detectableEffect, formatNoise, noiseOf } from './noise.ts';
import { seededRandom } from './random.ts';

/** Four processes with samples of 2 ms that vary by a share, times whatever else happens to the i-th sample of all. */
function probed(share: number, other: (index: number) => number = () => 1, pairs = 50): ProbedProcess[] {
  const random = seededRandom(`noise ${share}`);
  let taken = 0;
  const sampleNs = (): number => 1e6 * Math.exp(share * random.normal()) * other(taken++);
  const draw = (count: number): ProbedProcess['pairs'] =>
    pairOrder(count, random).map((order) => {
      const [first, second] = [sampleNs(), sampleNs()];
      const [baseNs, headNs] = order === 'base first' ? [first, second] : [second, first];
      return { order, baseNs, headNs };
    });
  return Array.from({ length: 4 }, () => ({ pairs: draw(pairs), control: [], repeats: 2, tickShare: 0.001 }));
}
function noise(...of: Parameters<typeof probed>): Noise {
  const found = noiseOf(probed(...of), 5);
  if (found === null) throw new Error('too few');
  return found;
}

describe('noiseOf', () => {
  test('predicts how far sessions lie apart', () => {
    // Independent samples of 3 %: pairs vary by 4.2 %, medians of 50 by 1.2533 / sqrt(50) of that.
    const { pairSpread, sessionSpread, sampleNs, tickShare } = noise(0.03);
    expect(pairSpread).toBeGreaterThan(0.036);
    expect(pairSpread).toBeLessThan(0.049);
    const expected = (1.2533 * 0.03 * Math.SQRT2) / Math.sqrt(50);
    expect(sessionSpread / expected).toBeGreaterThan(0.75);
    expect(sessionSpread / expected).toBeLessThan(1.35);
    expect(sampleNs / 2e6).toBeCloseTo(1, 1);
    expect(tickShare).toBe(0.001);
  });

  test('a quiet machine shows less than a percent, a noisy one needs more', () => {
    expect(noise(0.002).detectable).toBeLessThan(0.001);
    expect(noise(0.3).detectable).toBeGreaterThan(0.03);
    expect(detectableEffect(0.029)).toBeCloseTo(0.026, 3);
  });

  test('sees drift, and that pairs cancel it', () => {
    const found = noise(0.002, (i) => 1 + i / 2000);
    expect(found.drift).toBeGreaterThan(0.1);
    expect(found.detectable).toBeLessThan(0.002);
  });

  test('sees slow spells, and takes a process that is slower as a whole for none', () => {
    expect(noise(0.01).autocorrelation).toBeLessThan(0.15);
    expect(noise(0.01, (i) => (i % 40 < 20 ? 1 : 1.3)).autocorrelation).toBeGreaterThan(0.7);
    expect(noise(0.01, (i) => (i < 100 ? 1 : 1.3)).autocorrelation).toBeLessThan(0.15);
  });

  test('says nothing of a few pairs', () => {
    expect(
      noiseOf(
        probed(0.01, () => 1, 5),
        1,
      ),
    ).toBeNull();
    expect(noiseOf([], 1)).toBeNull();
  });
});

const quiet: MachineState = {
  cores: 4,
  perMinute: 0.1,
  others: 0.02,
  stolen: 0,
  temperature: null,
  governor: null,
};
const lines = (advice: ReturnType<typeof adviseOnMachine>) =>
  advice.map(({ what, how }) => `${what}: ${how}`);

test('a machine that is fit has no conditions unmet', () => {
  expect(
    adviseOnMachine({ ...quiet, temperature: { beforeC: 50, afterC: 52 }, governor: 'performance' }),
  ).toEqual([]);
  expect(adviseOnNoise('lavapipe', noise(0.01))).toEqual([]);
});

test('every condition that is unmet is named, with what to do', () => {
  const busy: MachineState = {
    cores: 2,
    perMinute: 3.5,
    others: 0.4,
    stolen: 0.04,
    temperature: { beforeC: 50, afterC: 71 },
    governor: 'powersave',
  };
  const bad: Noise = {
    processes: 4,
    seconds: 5.2,
    sampleNs: 2e6,
    drift: 0.12,
    autocorrelation: 0.55,
    pairSpread: 0.3,
    sessionSpread: 0.05,
    detectable: detectableEffect(0.05),
    of: { sessions: 10, pairs: 50 },
    tickShare: 0.03,
  };
  expect([...lines(adviseOnMachine(busy)), ...lines(adviseOnNoise('lavapipe', bad)), formatNoise(bad)])
    .toMatchInlineSnapshot(`
      [
        "other programs take 40.0 % of the CPU (wanted at most 10.0 %): stop them before measuring",
        "the hypervisor gives 4.0 % of the CPU to others (wanted at most 1.0 %): measure on a dedicated machine, or judge by process CPU time",
        "the processor warmed up from 50 to 71 °C while it was probed: let it come to its working temperature first, or cool it better",
        "the processor's frequency follows the load (governor powersave): set it to performance (cpupower frequency-set -g performance) if the machine is yours",
        "the same work on lavapipe got slower by 12.0 % within 5.2 s (wanted at most 5.0 %): wait until clocks and temperature are steady, or fix the clocks; pairs cancel drift, single runs do not",
        "lavapipe has slow spells: a sample resembles the one before it (correlation 0.55, wanted at most 0.3): look for programs that work in bursts; compare with attnbench compare, whose pairs share a spell",
        "a tick of the clock of lavapipe is 3.0 % of a sample, though it repeats calls (wanted at most 1.0 %): compare larger cases, or use an adapter with a finer clock",
        "a comparison on lavapipe sees slowdowns from 4.5 % on after 10 processes, not from 2.0 %: see to the other points, or allow for 50 processes a case with a longer --budget",
        "a fixed kernel held against itself in 4 processes, 5.2 s, samples of 2 ms, drift 12.0 %, correlation of neighbours 0.55, pairs vary by 30.0 %, a comparison sees 4.5 % at best",
      ]
    `);
});

test('where no number of processes shows two per cent, what the most of them show is said', () => {
  const hopeless = { ...noise(0.01), sessionSpread: 0.2, detectable: detectableEffect(0.2) };
  expect(lines(adviseOnNoise('lavapipe', hopeless)).at(-1)).toContain(
    'even 64 processes see no less than 7.3 %',
  );
});

test('the load speaks where the system does not tell whose work it is', () => {
  const loaded = { ...quiet, perMinute: 3.5 };
  expect(adviseOnMachine(loaded)).toEqual([]);
  expect(lines(adviseOnMachine({ ...loaded, others: null }))[0]).toContain('load 3.50 on 4 cores');
});
