/**
 * How noisy a machine is, from what the system says of itself and from a fixed kernel held against itself: which change a comparison
 * can see here, what stands in the way, and what would help.
 */
import { formatRound, formatShareFixed } from './format.ts';
import type { ExaminedNoise, Noise } from './gate/comparison.ts';
import { defaultDesign } from './gate/design.ts';
import { minimumDetectable } from './gate/effect.ts';
import type { Pair } from './gate/pairs.ts';
import { logRatio } from './gate/pairs.ts';
import type { NullProcess } from './gate/predict.ts';
import { predictedSpread } from './gate/predict.ts';
import { median, quantile } from './stats.ts';

/** The design that the detectable effect is for: a case that is decided at the second look of a stage. */
export const probedDesign = { sessions: 10, pairs: defaultDesign.pairsPerSession } as const;
const mostSessions = Math.max(...defaultDesign.confirmLooks.map(({ sessions }) => sessions));

/** What one process gave. */
export interface ProbedProcess extends NullProcess {
  /** Calls in a sample. */
  readonly repeats: number;
  readonly tickShare: number;
}

/** What the operating system tells; null where it does not. */
export interface MachineState {
  readonly cores: number;
  /** Programs that wanted to run, on average over the last minute: those of attnbench too. */
  readonly perMinute: number | null;
  /** Part of the CPU time that programs other than attnbench took. */
  readonly others: number | null;
  /** Part of the CPU time that the hypervisor gave to others. */
  readonly stolen: number | null;
  /** Of the processor, before and after the runs. */
  readonly temperature: { readonly beforeC: number; readonly afterC: number } | null;
  /** How the processor chooses its frequency: `performance`, `powersave`. */
  readonly governor: string | null;
}

export type Advice = ExaminedNoise['unmet'][number];

/** The effect that sessions of this spread can show. */
export const detectableEffect = (sessionSpread: number, sessions: number = probedDesign.sessions): number =>
  minimumDetectable({ standardError: sessionSpread / Math.sqrt(sessions) });

/** In the order taken. */
const logsOf = (pairs: readonly Pair[]): readonly number[] =>
  pairs.flatMap(({ order, baseNs, headNs }) =>
    (order === 'base first' ? [baseNs, headNs] : [headNs, baseNs]).map(Math.log),
  );

/** Null of too few pairs to say anything. */
export function noiseOf(processes: readonly ProbedProcess[], seconds: number): Noise | null {
  const sessionSpread = predictedSpread(processes, probedDesign.pairs);
  if (sessionSpread === null) return null;
  const series = processes.map(({ pairs }) => logsOf(pairs));
  const logs = series.flat();
  const third = Math.floor(logs.length / 3);
  const ratios = processes.flatMap(({ pairs }) => pairs.map(logRatio));
  return {
    processes: processes.length,
    seconds,
    sampleNs: Math.exp(median(logs)) * median(processes.map(({ repeats }) => repeats)),
    drift: Math.exp(median(logs.slice(-third)) - median(logs.slice(0, third))) - 1,
    autocorrelation: median(series.map((one) => correlation(one.slice(0, -1), one.slice(1)))),
    pairSpread: (quantile(ratios, 5 / 6) - quantile(ratios, 1 / 6)) / 2,
    sessionSpread,
    detectable: detectableEffect(sessionSpread),
    of: probedDesign,
    tickShare: median(processes.map(({ tickShare }) => tickShare)),
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
const noticeableOthers = 0.1;
const noticeableSteal = 0.01;
const noticeableDrift = 0.05;
const slowSpells = 0.3;
/** As much as a comparison puts up with. */
const coarseTick = defaultDesign.margin / 2;
const warmingC = 5;
/** Below it a comparison calls two versions the same. */
const wantedEffect = defaultDesign.margin;

/** What the system says against measuring now. */
export function adviseOnMachine({
  cores,
  perMinute,
  others,
  stolen,
  temperature,
  governor,
}: MachineState): readonly Advice[] {
  const advice: Advice[] = [];
  if (others !== null && others > noticeableOthers) {
    advice.push({
      what: `other programs take ${formatShareFixed(others)} of the CPU (wanted at most ${formatShareFixed(noticeableOthers)})`,
      how: 'stop them before measuring',
    });
  } else if (others === null && perMinute !== null && perMinute > busyPerCore * cores) {
    advice.push({
      what: `other programs keep the machine busy (load ${perMinute.toFixed(2)} on ${cores} cores, wanted at most ${(busyPerCore * cores).toFixed(2)})`,
      how: 'stop them before measuring',
    });
  }
  if (stolen !== null && stolen > noticeableSteal) {
    advice.push({
      what: `the hypervisor gives ${formatShareFixed(stolen)} of the CPU to others (wanted at most ${formatShareFixed(noticeableSteal)})`,
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

/** What the probe of an adapter says against comparing on it now. */
export function adviseOnNoise(name: string, noise: Noise): readonly Advice[] {
  const advice: Advice[] = [];
  if (Math.abs(noise.drift) > noticeableDrift) {
    advice.push({
      what: `the same work on ${name} got ${noise.drift > 0 ? 'slower' : 'faster'} by ${formatShareFixed(Math.abs(noise.drift))} within ${noise.seconds.toFixed(1)} s (wanted at most ${formatShareFixed(noticeableDrift)})`,
      how: 'wait until clocks and temperature are steady, or fix the clocks; pairs cancel drift, single runs do not',
    });
  }
  if (noise.autocorrelation > slowSpells) {
    advice.push({
      what: `${name} has slow spells: a sample resembles the one before it (correlation ${noise.autocorrelation.toFixed(2)}, wanted at most ${slowSpells})`,
      how: 'look for programs that work in bursts; compare with attnbench compare, whose pairs share a spell',
    });
  }
  if (noise.tickShare > coarseTick) {
    advice.push({
      what: `a tick of the clock of ${name} is ${formatShareFixed(noise.tickShare)} of a sample, though it repeats calls (wanted at most ${formatShareFixed(coarseTick)})`,
      how: 'compare larger cases, or use an adapter with a finer clock',
    });
  }
  if (noise.detectable > wantedEffect) {
    advice.push({
      what: `a comparison on ${name} sees slowdowns from ${formatShareFixed(noise.detectable)} on after ${noise.of.sessions} processes, not from ${formatShareFixed(wantedEffect)}`,
      how: howToSeeMore(noise.sessionSpread),
    });
  }
  return advice;
}

/** Every case gets more processes while it is undecided and the budget lasts. */
function howToSeeMore(sessionSpread: number): string {
  const sessions = [...Array(mostSessions).keys()].find(
    (count) => count > 0 && detectableEffect(sessionSpread, count) <= wantedEffect,
  );
  return sessions === undefined
    ? `see to the other points, or use a quieter machine: even ${mostSessions} processes see no less than ${formatShareFixed(detectableEffect(sessionSpread, mostSessions))}`
    : `see to the other points, or allow for ${sessions} processes a case with a longer --budget`;
}

/** One line for a person. */
export function formatNoise(noise: Noise): string {
  return [
    `a fixed kernel held against itself in ${noise.processes} processes, ${noise.seconds.toFixed(1)} s, samples of ${formatRound(noise.sampleNs, 'duration')}`,
    `drift ${formatShareFixed(noise.drift)}`,
    `correlation of neighbours ${noise.autocorrelation.toFixed(2)}`,
    `pairs vary by ${formatShareFixed(noise.pairSpread)}`,
    `a comparison sees ${formatShareFixed(noise.detectable)} at best`,
  ].join(', ');
}
