/** Several records of one case, measured in rounds, as one: its samples in the order taken. */
import type { CaseRecord, MeasuredRecord } from './record.ts';
import { primarySamplesNs } from './record.ts';

const isOk = (record: CaseRecord): record is Extract<CaseRecord, { status: 'ok' }> => record.status === 'ok';

/** The last record with the samples of all rounds; the first that is not ok, where one is not. Null without records. */
export function mergeRounds(records: readonly CaseRecord[]): CaseRecord | null {
  const bad = records.find((record) => !isOk(record));
  if (bad !== undefined) return bad;
  const rounds = records.filter(isOk);
  const last = rounds.at(-1);
  if (last === undefined) return null;
  const joined = (series: (record: MeasuredRecord) => readonly number[]): number[] => rounds.flatMap(series);
  return {
    ...last,
    gpuNs: joined(({ gpuNs }) => gpuNs),
    passNs: Object.fromEntries(
      Object.keys(last.passNs).map((name) => [name, joined(({ passNs }) => passNs[name] ?? [])]),
    ),
    wallNs: joined(({ wallNs }) => wallNs),
    encodeNs: joined(({ encodeNs }) => encodeNs),
    ...(last.submitNs === undefined ? {} : { submitNs: joined(({ submitNs }) => submitNs ?? []) }),
    cpuNs: joined(({ cpuNs }) => cpuNs),
    firstDispatchNs: rounds[0].firstDispatchNs,
    compileNs: rounds[0].compileNs,
    rounds: rounds.map((record) => primarySamplesNs(record).length),
    dropped: rounds.reduce((sum, { dropped }) => sum + dropped, 0),
    // Of a round, not of the whole: its samples are too few for either.
    statistics: null,
    stop: {
      rule: 'samples',
      relativeHalfWidth: null,
      seconds: rounds.reduce((sum, { stop }) => sum + stop.seconds, 0),
    },
  };
}
