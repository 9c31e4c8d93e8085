/** JSON and JSON Lines: everything, for programs of your own. */
import type { Comparison } from '../../harness/gate/comparison.ts';
import { devicesData } from '../hardware/data.ts';
import { hasSeveralDevices } from '../hardware/judge.ts';
import { timedCases } from './reported.ts';
import type { Reported } from './reported.ts';
import { jsonDocument, jsonLines } from './text.ts';

export const resultsSchemaName = 'attnbench-results/1';

/** One document: the runs' headers, one entry a case with its derived numbers, growth, crossovers and warnings. */
export function jsonOfRuns({ analysis }: Reported): string {
  const { runs, rows, groups, crossovers, warnings } = analysis;
  return jsonDocument({
    schema: resultsSchemaName,
    runs,
    cases: rows,
    growth: groups,
    crossovers,
    warnings,
    ...(hasSeveralDevices(analysis) ? { devices: devicesData(analysis) } : {}),
  });
}

/** In which round each sample was taken, counted from 1; null where the case took no turns. */
function roundsOf(rounds: readonly number[] | undefined, count: number): readonly (number | null)[] {
  if (rounds === undefined) return Array.from({ length: count }, () => null);
  return rounds.flatMap((size, index) => Array.from({ length: size }, () => index + 1));
}

/** One line a sample of the cases that were found right, case by case in the order taken; what was not recorded is null. */
export function samplesOfRuns(reported: Reported): string {
  return jsonLines(
    timedCases(reported).flatMap(({ header, record }) => {
      const { gpuNs, wallNs, encodeNs, submitNs, cpuNs, passNs } = record;
      const count = Math.max(gpuNs.length, wallNs.length);
      const rounds = roundsOf(record.rounds, count);
      return Array.from({ length: count }, (_, index) => ({
        run: header.runId,
        id: record.id,
        session: record.session,
        round: rounds[index] ?? null,
        sample: index + 1,
        calls: record.repeats,
        gpuNs: gpuNs[index] ?? null,
        wallNs: wallNs[index] ?? null,
        encodeNs: encodeNs[index] ?? null,
        submitNs: submitNs?.[index] ?? null,
        cpuNs: cpuNs[index] ?? null,
        passNs: Object.fromEntries(
          Object.entries(passNs).map(([pass, series]) => [pass, series[index] ?? null]),
        ),
      }));
    }),
  );
}

/** The comparison as it was written: `attnbench report` reads it. */
export const jsonOfComparison = (comparison: Comparison): string => jsonDocument(comparison);

/** One line a case. */
export const casesOfComparison = ({ comparisonId, cases }: Comparison): string =>
  jsonLines(cases.map((one) => ({ comparison: comparisonId, ...one })));
