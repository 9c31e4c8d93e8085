/** The gate's error rates on simulated machines, beside those of the usual designs: `npm run bench:gate-simulation`. */
import type { ErrorRate } from '../harness/gate/comparison.ts';
import { defaultDesign } from '../harness/gate/design.ts';
import { flatThreshold, mannWhitneyVerdict } from '../harness/gate/foils.ts';
import type { Foil, NoiseModel } from '../harness/gate/simulate.ts';
import {
  busyMachine,
  foilRate,
  ratesOf,
  redSweeps,
  scaled,
  simulateSweeps,
} from '../harness/gate/simulate.ts';

const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
const withInterval = ({ rate, low, high }: ErrorRate): string =>
  `${percent(rate)} (${percent(low)} to ${percent(high)})`;

const machines: readonly (readonly [string, NoiseModel])[] = [
  ['quiet', scaled(busyMachine, 1 / 3)],
  ['busy', busyMachine],
  ['twice as noisy', scaled(busyMachine, 2)],
];
const foils: readonly (readonly [string, Foil])[] = [
  ['base then head, flat 5 %', flatThreshold],
  ['base then head, Mann-Whitney', mannWhitneyVerdict],
];
const slowdowns = [0.03, 0.05, 0.1];
const tries = 500;
const sweeps = 100;
const casesOfSweep = 200;

const print = (cells: readonly string[]): void => {
  console.log(`| ${cells.join(' | ')} |`);
};
const heading = (cells: readonly string[]): void => {
  print(cells);
  print(cells.map(() => '-'));
};

console.log(`Identical code, ${sweeps} sweeps of ${casesOfSweep} cases:\n`);
heading(['machine', 'red sweeps', 'called different', 'SAME', 'UNKNOWN', 'unfit', 'sessions, mean']);
for (const [name, noise] of machines) {
  const unchanged = Array.from({ length: casesOfSweep }, () => 0);
  const drawn = simulateSweeps(unchanged, noise, defaultDesign, sweeps, `null/${name}`);
  const rates = ratesOf(drawn.flatMap(({ cases }) => cases));
  print([
    name,
    withInterval(redSweeps(drawn)),
    percent(rates.regressed.rate + rates.improved.rate),
    percent(rates.same.rate),
    percent(rates.unknown.rate),
    String(drawn.filter(({ unfit }) => unfit).length),
    rates.meanSessions.toFixed(0),
  ]);
}

console.log(`\nOne case that got slower, ${tries} tries:\n`);
heading(['machine', 'slowdown', 'REGRESSED', 'SAME', 'UNKNOWN', 'sessions, mean', 'nine of ten within']);
for (const [name, noise] of machines) {
  for (const slowdown of slowdowns) {
    const drawn = simulateSweeps([slowdown], noise, defaultDesign, tries, `power/${name}/${slowdown}`);
    const rates = ratesOf(drawn.flatMap(({ cases }) => cases));
    print([
      name,
      percent(slowdown),
      withInterval(rates.regressed),
      percent(rates.same.rate),
      percent(rates.unknown.rate),
      rates.meanSessions.toFixed(0),
      rates.mostSessions.toFixed(0),
    ]);
  }
}

console.log(
  `\nThe usual designs, ${tries} tries of one process a side with ${defaultDesign.pairsPerSession} samples, called different:\n`,
);
heading(['machine', 'design', 'identical', ...slowdowns.map((slowdown) => `${percent(slowdown)} slower`)]);
for (const [name, noise] of machines) {
  for (const [label, foil] of foils) {
    const rates = [0, ...slowdowns].map((slowdown) =>
      foilRate(foil, slowdown, noise, defaultDesign.pairsPerSession, tries, `foil/${name}/${slowdown}`),
    );
    print([name, label, ...rates.map(({ rate }) => percent(rate))]);
  }
}
