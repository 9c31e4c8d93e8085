/**
 * How noisy a machine is, from what the system says of itself and from a fixed kernel timed over and over: which change a comparison
 * can see here, what stands in the way, and what would help.
 */
import { formatRound } from './format.ts';
import { median, medianInterval, quantile } from './stats.ts';

/** The design that the detectable effect is for: sessions, each the median of so many pairs. */
export const probedDesign = { sessions: 10, pairs: 50 } as const;
/** Found four times out of five by a test that is wrong one time in twenty. */
const powerFactor = 2.8;

/** Runs of the fixed kernel in the order taken. */
export interface NoiseSeries {
  readonly durationsNs: readonly number[];
  /** From the start of the first run to the end of the last. */
  readonly elapsedNs: number;
}

/** What the operating system tells; null where it does not. */
export interface MachineState {
  readonly cores: number;
  /** Programs that wanted to run, on average over the last minute. */
  readonly perMinute: number | null;
  /** Part of the CPU time that the hypervisor gave to others. */
  readonly stolen: number | null;
  /** Of the processor, before and after the runs. */
  readonly temperature: { readonly beforeC: number; readonly afterC: number } | null;
  /** How the processor chooses its frequency: `performance`, `powersave`. */
  readonly governor: string | null;
}

/** What the series says. */
export interface Noise {
  readonly runs: number;
  readonly seconds: number;
  readonly medianNs: number;
  /** Median of the last third over that of the first, less one. */
  readonly drift: number;
  /** Correlation of a run with the next. */
  readonly autocorrelation: number;
  /** Half the middle two thirds of ln(second / first) over neighbouring runs: one standard deviation, were they normal. */
  readonly pairSpread: number;
  /** What the median pair log ratio of a session is expected to vary by. */
  readonly sessionSpread: number;
  /** The smallest slowdown that `probedDesign` finds four times out of five: 0.02 is 2 %. */
  readonly detectable: number;
  /** One tick of the clock over a run. */
  readonly tickShare: number;
}

export interface Advice {
  readonly what: string;
  readonly how: string;
}

const fewestRuns = 12;

/** The effect that sessions of this spread can show. */
export const detectableEffect = (sessionSpread: number, sessions: number = probedDesign.sessions): number =>
  Math.exp((powerFactor * sessionSpread) / Math.sqrt(sessions)) - 1;

/** Null of a series too short to say anything. */
export function noiseOf({ durationsNs, elapsedNs }: NoiseSeries, tickNs: number): Noise | null {
  const usable = durationsNs.filter((ns) => ns > 0);
  if (usable.length < fewestRuns) return null;
  const logs = usable.map(Math.log);
  const third = Math.floor(logs.length / 3);
  const ratios = Array.from({ length: logs.length >> 1 }, (_, pair) => logs[2 * pair + 1] - logs[2 * pair]);
  const interval = medianInterval(ratios);
  // The interval of a median is 1.96 standard errors to each side; with other counts it goes with the square root.
  const standardError = interval === null ? Infinity : (interval.high - interval.low) / 2 / 1.96;
  const sessionSpread = standardError * Math.sqrt(ratios.length / probedDesign.pairs);
  const medianNs = median(usable);
  return {
    runs: usable.length,
    seconds: elapsedNs / 1e9,
    medianNs,
    drift: Math.exp(median(logs.slice(-third)) - median(logs.slice(0, third))) - 1,
    autocorrelation: correlation(logs.slice(0, -1), logs.slice(1)),
    pairSpread: (quantile(ratios, 5 / 6) - quantile(ratios, 1 / 6)) / 2,
    sessionSpread,
    detectable: detectableEffect(sessionSpread),
    tickShare: tickNs / medianNs,
  };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((x, index) => {
    ab += (x - meanA) * (b[index] - meanB);
    aa += (x - meanA) ** 2;
    bb += (b[index] - meanB) ** 2;
  });
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

const busyPerCore = 0.25;
const noticeableSteal = 0.01;
const noticeableDrift = 0.05;
const slowSpells = 0.3;
const coarseTick = 0.005;
const warmingC = 5;
/** The margin below which a comparison calls two versions the same. */
const wantedEffect = 0.02;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What the system says against measuring now. */
export function adviseOnMachine({
  cores,
  perMinute,
  stolen,
  temperature,
  governor,
}: MachineState): readonly Advice[] {
  const advice: Advice[] = [];
  if (perMinute !== null && perMinute > busyPerCore * cores) {
    advice.push({
      what: `other programs keep the machine busy (load ${perMinute.toFixed(2)} on ${cores} cores, wanted at most ${(busyPerCore * cores).toFixed(2)})`,
      how: 'stop them before measuring',
    });
  }
  if (stolen !== null && stolen > noticeableSteal) {
    advice.push({
      what: `the hypervisor gives ${percent(stolen)} of the CPU to others (wanted at most ${percent(noticeableSteal)})`,
      how: 'measure on a dedicated machine, or judge by process CPU time',
    });
  }
  if (temperature !== null && temperature.afterC - temperature.beforeC > warmingC) {
    advice.push({
      what: `the processor warmed up from ${temperature.beforeC.toFixed(0)} to ${temperature.afterC.toFixed(0)} °C while it was probed`,
      how: 'let it come to its working temperature first, or cool it better',
    });
  }
  if (governor !== null && governor !== 'performance') {
    advice.push({
      what: `the processor's frequency follows the load (governor ${governor})`,
      how: 'set it to performance (cpupower frequency-set -g performance) if the machine is yours',
    });
  }
  return advice;
}

/** What the series of an adapter says against measuring on it now. */
export function adviseOnNoise(name: string, noise: Noise): readonly Advice[] {
  const advice: Advice[] = [];
  if (Math.abs(noise.drift) > noticeableDrift) {
    advice.push({
      what: `the same work on ${name} got ${noise.drift > 0 ? 'slower' : 'faster'} by ${percent(Math.abs(noise.drift))} within ${noise.seconds.toFixed(1)} s (wanted at most ${percent(noticeableDrift)})`,
      how: 'wait until clocks and temperature are steady, or fix the clocks; pairs cancel drift, single runs do not',
    });
  }
  if (noise.autocorrelation > slowSpells) {
    advice.push({
      what: `${name} has slow spells: a run resembles the one before it (correlation ${noise.autocorrelation.toFixed(2)}, wanted at most ${slowSpells})`,
      how: 'look for programs that work in bursts; compare with attnbench compare, whose pairs share a spell',
    });
  }
  if (noise.tickShare > coarseTick) {
    advice.push({
      what: `a tick of the clock of ${name} is ${percent(noise.tickShare)} of a run of the probe (wanted at most ${percent(coarseTick)})`,
      how: 'calls are repeated within a sample until it is not; expect longer runs',
    });
  }
  if (noise.detectable > wantedEffect) {
    const sessions = sessionsFor(noise.sessionSpread);
    advice.push({
      what: `a comparison on ${name} sees slowdowns from ${percent(noise.detectable)} on, not from ${percent(wantedEffect)} (${probedDesign.sessions} sessions of ${probedDesign.pairs} pairs)`,
      how: Number.isFinite(sessions)
        ? `see to the other points first, or give it ${sessions} sessions`
        : 'see to the other points first',
    });
  }
  return advice;
}

/** Sessions that would show the wanted effect. */
const sessionsFor = (sessionSpread: number): number =>
  Math.ceil(((powerFactor * sessionSpread) / Math.log(1 + wantedEffect)) ** 2);

/** One line for a person. */
export function formatNoise(noise: Noise): string {
  return [
    `${noise.runs} runs of a fixed kernel in ${noise.seconds.toFixed(1)} s, ${formatRound(noise.medianNs, 'duration')} each`,
    `drift ${percent(noise.drift)}`,
    `correlation of neighbours ${noise.autocorrelation.toFixed(2)}`,
    `pairs vary by ${percent(noise.pairSpread)}`,
    `a comparison sees ${percent(noise.detectable)}`,
  ].join(', ');
}
