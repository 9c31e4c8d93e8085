/** `attnbench history`: what comparisons said over time, kept in git. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../harness/errors.ts';
import { historySchemaName } from '../harness/history/entry.ts';
import { pointsOf } from '../harness/history/points-of.ts';
import type { Trend } from '../harness/history/trend.ts';
import { alarmsOf, trendsOf } from '../harness/history/trend.ts';
import { comparisonFile } from '../harness/hosts/comparison-folder.ts';
import type { History } from '../harness/hosts/history-folder.ts';
import { addAcceptance, addPoints, readHistory } from '../harness/hosts/history-folder.ts';
import { comparisonAt, readComparison } from '../harness/hosts/read-comparison.ts';
import { didYouMean, unknownWord } from '../harness/nearest.ts';
import { toPlainText } from '../reports/table.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted, outJson } from './io.ts';

interface Shared {
  readonly store: string;
  readonly json: boolean;
}

/** The file of a comparison, named by its folder or itself. */
function fileIn(folder: string): string {
  const file = comparisonAt(folder);
  if (file !== null) return file;
  throw new UsageError(
    `${folder} holds no comparison: there is no ${comparisonFile(folder)}; name a folder that attnbench compare has written`,
  );
}

/** The committer's date of a commit that the repository around this folder holds. */
function dateOf(commit: string): string | null {
  try {
    const arguments_ = ['show', '--no-patch', '--format=%cI', `${commit}^{commit}`];
    return execFileSync('git', arguments_, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

export function addToHistory(folders: readonly string[], { store, json }: Shared, io: Io): ExitCode {
  // All are read before any is written: a mistake in the last leaves the history as it was.
  const additions = folders.map((folder) => {
    const file = fileIn(folder);
    const comparison = readComparison(file);
    const dateOrWord = (commit: string): string | null => {
      const date = dateOf(commit);
      if (date === null) {
        io.err(`git knows no commit ${commit} here: the date of the comparison stands in for the commit's\n`);
      }
      return date;
    };
    return { folder, addition: pointsOf(comparison, file, dateOrWord) };
  });
  const codes: ExitCode[] = [];
  const results = additions.map(({ folder, addition }) => {
    if (addition.kind === 'nothing') {
      io.err(`${addition.why}\n`);
      if (addition.untrusted) codes.push(exitCodes.environment);
      return { folder, environment: null, added: 0, known: 0 };
    }
    return { folder, ...addPoints(store, addition.environment, addition.points) };
  });
  if (json) outJson(io, { store, comparisons: results });
  else {
    for (const { folder, environment, added, known } of results) {
      const twice = known === 0 ? '' : `, ${known} known already`;
      const where = environment === null ? '' : ` to ${join(store, environment)}`;
      io.out(`${folder}: ${counted(added, 'point')} added${where}${twice}\n`);
    }
  }
  return worstExitCode(codes);
}

function readTrends(store: string, io: Io): { readonly history: History; readonly trends: readonly Trend[] } {
  const history = readHistory(store);
  for (const complaint of history.complaints) io.err(`${complaint}\n`);
  const trends = history.environments.flatMap(({ id, points }) => trendsOf(id, points, history.acceptances));
  return { history, trends };
}

/** The trends of the cases or kernels named, all where none is. */
function chosen(trends: readonly Trend[], names: readonly string[]): readonly Trend[] {
  const known = [...new Set(trends.flatMap((trend) => [trend.kernel, trend.case]))].sort();
  for (const name of names) {
    if (!known.includes(name)) {
      const near = didYouMean(name, known);
      const kernels = [...new Set(trends.map(({ kernel }) => kernel))].sort().join(', ');
      throw new UsageError(
        `the history knows no case or kernel '${name}'${near || `; its kernels: ${kernels || 'none'}`}`,
      );
    }
  }
  return names.length === 0
    ? trends
    : trends.filter((trend) => names.includes(trend.case) || names.includes(trend.kernel));
}

export interface ShowRequest extends Shared {
  readonly names: readonly string[];
  /** The trend page's file. */
  readonly html: string | null;
}

export async function showHistory({ store, names, html, json }: ShowRequest, io: Io): Promise<ExitCode> {
  const { history, trends } = readTrends(store, io);
  const shown = chosen(trends, names);
  const { stepsTable, trendsTable } = await import('../reports/history/tables.ts');
  if (html !== null) {
    const { writeReportFile } = await import('../reports/write.ts');
    const { renderHistoryPage } = await import('../reports/history/page.ts');
    const page = await renderHistoryPage(history.environments, shown);
    writeReportFile(html, page, 'name another file with --html');
    io.err(`${html} is written\n`);
  }
  if (json) {
    const environments = history.environments.map(({ id, environment }) => ({ id, environment }));
    outJson(io, { schema: historySchemaName, store, environments, trends: shown });
  } else if (shown.length === 0) {
    io.out('no points yet\n');
  } else {
    const steps = stepsTable(shown);
    io.out(toPlainText(trendsTable(shown)));
    if (steps.rows.length > 0) io.out(`\n${toPlainText(steps)}`);
  }
  return exitCodes.ok;
}

export async function checkHistory(
  { store, names, json }: Shared & { readonly names: readonly string[] },
  io: Io,
): Promise<ExitCode> {
  const { trends } = readTrends(store, io);
  const judged = chosen(trends, names);
  const alarms = judged.flatMap((trend) =>
    alarmsOf(trend).map((step) => ({ environment: trend.environment, case: trend.case, ...step })),
  );
  if (json) outJson(io, { store, trends: judged.length, alarms });
  else if (judged.length === 0) io.out('no points yet: nothing was checked\n');
  else if (alarms.length === 0) io.out(`no slow-down without a note in ${counted(judged.length, 'trend')}\n`);
  else {
    const { alarmSentence } = await import('../reports/history/tables.ts');
    for (const alarm of alarms) io.out(`${alarmSentence(alarm)}\n`);
    io.err(
      `where one is meant: attnbench history accept '${alarms[0].case}' ${alarms[0].upTo.commit} --note "why"\n`,
    );
  }
  if (judged.length === 0) return exitCodes.nothingMeasured;
  return alarms.length > 0 ? exitCodes.regression : exitCodes.ok;
}

export function acceptStep(
  {
    store,
    target,
    commit,
    note,
    json,
  }: Shared & {
    readonly target: string;
    readonly commit: string;
    readonly note: string;
  },
  io: Io,
): ExitCode {
  if (note.trim() === '') throw new UsageError('--note takes the reason, in words');
  const { history, trends } = readTrends(store, io);
  chosen(trends, [target]);
  const commits = [
    ...new Set(history.environments.flatMap(({ points }) => points.map((point) => point.commit))),
  ];
  const meant = commits.filter((one) => one.startsWith(commit));
  if (meant.length === 0) throw new UsageError(unknownCommit(commit, commits));
  if (meant.length > 1) {
    throw new UsageError(`'${commit}' could be ${meant.slice(0, 3).join(' or ')}; write more of it`);
  }
  const acceptance = {
    schema: historySchemaName,
    kind: 'acceptance',
    target,
    commit: meant[0],
    note,
  } as const;
  const added = addAcceptance(store, acceptance);
  const after = history.environments.flatMap(({ id, points }) =>
    trendsOf(id, points, [...history.acceptances, acceptance]),
  );
  const steps = chosen(after, [target]).flatMap((trend) =>
    trend.segments.flatMap((segment) => segment.steps.filter(({ accepted }) => accepted === note)),
  ).length;
  if (json) outJson(io, { store, target, commit: meant[0], note, added, steps });
  else
    io.out(
      `${added ? 'accepted' : 'accepted before'}: ${target} at ${meant[0]}, ${counted(steps, 'step')}\n`,
    );
  if (steps === 0) io.err('no step to slower code lies at that commit yet: the note waits for one\n');
  return exitCodes.ok;
}

function unknownCommit(commit: string, commits: readonly string[]): string {
  const few = commits.map((one) => one.slice(0, 12)).slice(-8);
  return unknownWord('commit', commit, few);
}
