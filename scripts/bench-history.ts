/** How many steps the history finds and how many it makes up, on simulated series, beside a threshold on successive differences. */
import { changePoints } from '../harness/history/change-points.ts';
import type { SimulationDesign } from '../harness/history/simulate.ts';
import { scoreDetector, simulatedSeries, successiveDifferences } from '../harness/history/simulate.ts';
import { textTable } from './text-table.ts';

const design: SimulationDesign = {
  series: 1000,
  pointsEachSide: 10,
  steps: 1,
  stepSize: 0.05,
  noise: 0.0092,
  drift: 0.02,
  outliers: 0.05,
  seed: 'bench',
};
const variations: readonly (readonly [string, Partial<SimulationDesign>])[] = [
  ['as it is', {}],
  ...[0.02, 0.03, 0.04, 0.06, 0.1, 0.2].map(
    (stepSize) => [`steps of ${100 * stepSize} %`, { stepSize }] as const,
  ),
  ...[0.003, 0.006, 0.012, 0.016, 0.02].map((noise) => [`noise ${100 * noise} %`, { noise }] as const),
  ...[0, 0.04, 0.06].map((drift) => [`drift ${100 * drift} %`, { drift }] as const),
  ...[0, 0.1, 0.15].map((outliers) => [`outliers ${100 * outliers} %`, { outliers }] as const),
  ...[5, 20, 40].map((pointsEachSide) => [`${pointsEachSide} points each side`, { pointsEachSide }] as const),
  ['4 steps', { steps: 4, series: 250 }],
];

/** Of thresholds from 1 % to 15 %, the one with the best F1. */
function bestThreshold(one: SimulationDesign): { readonly precision: number; readonly recall: number } {
  const series = simulatedSeries(one);
  const scores = Array.from({ length: 29 }, (_, step) =>
    scoreDetector(series, successiveDifferences(0.01 + 0.005 * step)),
  );
  const f1 = ({ precision, recall }: { precision: number; recall: number }): number =>
    (2 * precision * recall) / (precision + recall || 1);
  return scores.reduce((a, b) => (f1(b) > f1(a) ? b : a));
}

const rows = variations.map(([name, change]) => {
  const one = { ...design, ...change };
  const found = scoreDetector(simulatedSeries(one), changePoints);
  const foil = bestThreshold(one);
  return [
    name,
    String(found.truths),
    ...[found.precision, found.recall, found.inRange / (found.found || 1), foil.precision, foil.recall].map(
      (share) => share.toFixed(3),
    ),
  ];
});
const header = ['series', 'steps', 'precision', 'recall', 'right commits', 'threshold: precision', 'recall'];
process.stdout.write(
  `Every second series has no step. As it is: ${JSON.stringify(design)}\n\n${textTable(header, rows)}`,
);
