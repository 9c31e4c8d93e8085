/** `attnbench compare RUN RUN...`: stored runs side by side. They were measured at different times, so that nothing here is a verdict. */
import { formatDuration } from '../harness/format.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { CaseRecord, MeasuredRecord, Run } from '../harness/record.ts';
import { primarySamplesNs } from '../harness/record.ts';
import { median } from '../harness/stats.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';
import { textTable } from './text-table.ts';

export const warning =
  'side by side, and no regression test: the runs were taken at different times, perhaps on different machines, and the same code differs by a quarter from one job to the next; attnbench compare --base times two versions together';

interface Difference {
  /** `adapter`, `kernel flash`. */
  readonly what: string;
  /** By run, in order. */
  readonly values: readonly string[];
}

interface ComparedRuns {
  readonly kind: 'runs side by side';
  readonly warning: string;
  readonly runs: readonly { readonly folder: string; readonly runId: string; readonly startedAt: string }[];
  readonly differences: readonly Difference[];
  readonly cases: readonly {
    readonly id: string;
    /** By run; null where it has no time of the case. */
    readonly medianNs: readonly (number | null)[];
    /** Over the first run; null where one of the two has no time. */
    readonly ratio: readonly (number | null)[];
  }[];
}

interface StoredRun {
  readonly folder: string;
  readonly run: Run;
}

const isMeasured = (record: CaseRecord): record is MeasuredRecord => record.status === 'ok';

/** Facts of a run that may make its times other than those of the next. */
function factsOf({ header, cases }: Run): ReadonlyMap<string, string> {
  const { adapter, host, clock, tool, flags, shapes } = header;
  const facts: (readonly [string, string])[] = [
    ['adapter', adapter.name],
    ['driver', adapter.description || adapter.device],
    ['processor', `${host.cpu}, ${counted(host.cores, 'core')}`],
    ['system', host.os],
    ['host', `${host.name} ${host.runtime}, Dawn ${host.webgpu}`],
    ['clock', `${clock.source}, tick ${formatDuration(clock.tickNs)}`],
    ['flags', flags.join(' ')],
    ['shapes', shapes ?? 'tuned'],
    ['attnbench', `${tool.version} ${tool.commit?.slice(0, 10) ?? ''}`.trim()],
  ];
  for (const [kernel, hash] of Object.entries(header.kernelSources ?? {})) {
    if (cases.some((record) => record.kernel === kernel)) facts.push([`kernel ${kernel}`, hash.slice(0, 10)]);
  }
  return new Map(facts);
}

function differencesOf(runs: readonly StoredRun[]): readonly Difference[] {
  const facts = runs.map(({ run }) => factsOf(run));
  const names = new Set(facts.flatMap((known) => [...known.keys()]));
  return (
    [...names]
      .map((what) => ({ what, values: facts.map((known) => known.get(what) ?? '') }))
      // A kernel that only one run measured is no difference between them.
      .filter(({ values }) => new Set(values.filter((value) => value !== '')).size > 1)
  );
}

export function compareRuns(runs: readonly StoredRun[]): ComparedRuns {
  const ids = [...new Set(runs.flatMap(({ run }) => run.cases.filter(isMeasured).map(({ id }) => id)))];
  return {
    kind: 'runs side by side',
    warning,
    runs: runs.map(({ folder, run: { header } }) => ({
      folder,
      runId: header.runId,
      startedAt: header.startedAt,
    })),
    differences: differencesOf(runs),
    cases: ids.map((id) => {
      const medianNs = runs.map(({ run }) => {
        const record = run.cases.filter(isMeasured).find((one) => one.id === id);
        return record === undefined ? null : median(primarySamplesNs(record));
      });
      const [first] = medianNs;
      return {
        id,
        medianNs,
        ratio: medianNs.map((ns) => (ns === null || first === null ? null : ns / first)),
      };
    }),
  };
}

/** Two runs that name a case alike: at least these can be held side by side. */
const shared = ({ cases }: ComparedRuns): ComparedRuns['cases'] =>
  cases.filter(({ medianNs }) => medianNs.filter((ns) => ns !== null).length > 1);

const letter = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

function text(compared: ComparedRuns): string {
  const { runs, differences } = compared;
  const cells = (ns: number | null, ratio: number | null, isFirst: boolean): readonly string[] => [
    ns === null ? '–' : formatDuration(ns),
    ...(isFirst ? [] : [ratio === null ? '–' : `${ratio.toFixed(2)}×`]),
  ];
  const table = textTable(
    ['case', ...runs.flatMap((_, at) => (at === 0 ? ['A'] : [letter(at), `${letter(at)} / A`]))],
    shared(compared).map(({ id, medianNs, ratio }) => [
      id,
      ...medianNs.flatMap((ns, at) => cells(ns, ratio[at], at === 0)),
    ]),
  );
  const lines = [
    ...runs.map(({ folder, startedAt }, at) => `${letter(at)}  ${folder}, ${startedAt.slice(0, 16)}`),
    '',
    ...(differences.length === 0 ? [] : ['What differs:']),
    ...differences.map(({ what, values }) => `  ${what}: ${values.map((value) => value || '–').join(' | ')}`),
    ...(differences.length === 0 ? [] : ['']),
    table.trimEnd(),
  ];
  return `${lines.join('\n')}\n`;
}

/** Prints stored runs side by side. Throws UsageError for a folder that holds none. */
export function compareStoredRuns(folders: readonly string[], json: boolean, io: Io): ExitCode {
  const compared = compareRuns(folders.map((folder) => ({ folder, run: readRun(folder).run })));
  if (json) outJson(io, compared);
  else io.out(text(compared));
  const common = shared(compared).length;
  const alone = compared.cases.length - common;
  if (alone > 0) io.err(`${counted(alone, 'case')} in one run only\n`);
  if (common === 0) {
    io.err('no case was measured in two of these runs: nothing to compare\n');
    return exitCodes.nothingMeasured;
  }
  io.err(`${warning}\n`);
  return exitCodes.ok;
}
