import { expect, test } from 'vitest';
import { analyse } from '../analysis.ts';
import { largeRun } from '../testing/large-runs.ts';
import { scalingRun } from '../testing/records.ts';
import { packAnalysis, unpackAnalysis } from './packed.ts';

const throughJson = (runs: Parameters<typeof analyse>[0]): void => {
  const analysis = analyse(runs);
  const carried = unpackAnalysis(JSON.parse(JSON.stringify(packAnalysis(analysis))));
  const runsOfPage = analysis.runs.map(({ header, label }) => ({
    header: { ...header, plannedCases: [] },
    label,
  }));
  expect(carried).toEqual(JSON.parse(JSON.stringify({ ...analysis, runs: runsOfPage })));
};

test('an analysis comes out of the page as it went in, without the plans', () => {
  throughJson([scalingRun()]);
  throughJson([largeRun(0, 300, 8), largeRun(1, 300, 8)]);
  throughJson([{ ...scalingRun(), cases: [] }]);
});

test('runs of one sweep share what they repeat', () => {
  const lengthOf = (runs: number): number =>
    JSON.stringify(
      packAnalysis(analyse(Array.from({ length: runs }, (_, index) => largeRun(index, 400, 8)))).rows,
    ).length;
  expect(lengthOf(4)).toBeLessThan(1.6 * lengthOf(1));
});
