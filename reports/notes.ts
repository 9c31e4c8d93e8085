/** The footnotes of a figure: why a curve has gaps or stops. A limit reached is a result and is marked where it was reached. */
import { formatBytes } from '../harness/format.ts';
import { groupBy } from './group-by.ts';
import type { AxisValue, Row } from './rows.ts';

export interface Mark {
  readonly x: number;
  /** Where it would have been, for sizes that are known without running; null is the figure's upper edge. */
  readonly y: number | null;
  /** Number of the note. */
  readonly note: number;
}

interface NotedSeries {
  readonly label: string;
  readonly rows: readonly Row[];
}

interface Context {
  readonly metric: 'time' | 'throughput' | 'memory' | 'error';
  readonly axis: string;
  readonly place: (row: Row) => number;
  readonly value: (row: Row) => number | null;
}

interface Gap {
  readonly reason: string;
  readonly rows: readonly Row[];
}

const statusWords: Readonly<Record<Row['status'], string>> = {
  ok: 'measured',
  skipped: 'skipped',
  wrong: 'wrong numbers',
  failed: 'failed',
  timeout: 'timed out',
  lost: 'device lost',
  invalid: 'impossible time',
};

const missingValue: Readonly<Record<Context['metric'], string>> = {
  time: 'no samples',
  throughput: 'does no floating-point arithmetic',
  memory: 'bytes not counted',
  error: 'no error recorded',
};

function reasonOf(row: Row, metric: Context['metric'], value: number | null): string | null {
  if (row.status === 'skipped' && row.reason !== null) return `skipped, ${row.reason.code}`;
  if (row.status !== 'ok') return statusWords[row.status];
  if (value === null) return missingValue[metric];
  return value > 0 ? null : 'exactly 0, which a logarithmic axis cannot show';
}

/** The first row's message stands for all: sizes differ from row to row and would make every gap a note of its own. */
function gapsOf(rows: readonly Row[], context: Context): readonly Gap[] {
  const byReason = groupBy(rows, (row) => reasonOf(row, context.metric, context.value(row)));
  return [...byReason].flatMap(([reason, gapRows]) => (reason === null ? [] : [{ reason, rows: gapRows }]));
}

function listValues(values: readonly AxisValue[]): string {
  if (values.length <= 3) return values.join(', ');
  return `${values[0]}, ${values[1]} … ${values.at(-1)}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function noteText(labels: readonly string[], gap: Gap, all: readonly Row[], axis: string): string {
  const values = gap.rows.flatMap((row) => row.params[axis] ?? []);
  const everywhere = gap.rows.length === all.length;
  const where = everywhere ? '' : ` at ${axis} = ${listValues(values)}`;
  const message = gap.rows[0].reason?.message;
  const planned = gap.rows[0].status === 'skipped' ? gap.rows[0].bytes?.peak : undefined;
  const size = planned === undefined ? '' : ` (a call would hold ${formatBytes(planned)})`;
  return sentence(
    `${labels.join(', ')}${where}: ${gap.reason}${message === undefined ? '' : `: ${message}`}${size}`,
  );
}

interface Draft {
  readonly gap: Gap;
  readonly all: readonly Row[];
  readonly labels: string[];
  /** Something stopped there; the rest was measured, but has no value of this metric. */
  readonly marked: boolean;
}

/** Notes numbered from 1, those with marks first, and for each series its marks. Series with the same gap share a note. */
export function notesOf(
  series: readonly NotedSeries[],
  context: Context,
): { readonly notes: readonly string[]; readonly marks: readonly (readonly Mark[])[] } {
  const drafts = new Map<string, Draft>();
  const draftsOfSeries = series.map(({ label, rows }) =>
    gapsOf(rows, context).map((gap) => {
      const [first] = gap.rows;
      const key = JSON.stringify([gap.reason, gap.rows.map(context.place), first.reason?.message]);
      const draft = drafts.get(key) ?? { gap, all: rows, labels: [], marked: first.status !== 'ok' };
      draft.labels.push(label);
      drafts.set(key, draft);
      return { draft, first };
    }),
  );
  const ordered = [...drafts.values()].sort((a, b) => Number(b.marked) - Number(a.marked));
  const marks = draftsOfSeries.map((own) =>
    own.flatMap(({ draft, first }): Mark[] => {
      if (!draft.marked) return [];
      const planned = first.status === 'skipped' ? (first.bytes?.peak ?? null) : null;
      const y = context.metric === 'memory' ? planned : null;
      return [{ x: context.place(first), y, note: ordered.indexOf(draft) + 1 }];
    }),
  );
  return {
    notes: ordered.map(({ labels, gap, all }) => noteText(labels, gap, all, context.axis)),
    marks,
  };
}
