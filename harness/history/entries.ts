/** The text of a history file, read: a damaged line costs that line, a line of a newer version the file. Pure. */
import { UsageError } from '../errors.ts';
import type { Acceptance, Point } from './entry.ts';
import { entrySchema, historySchemaName } from './entry.ts';

export interface Entries {
  readonly points: readonly Point[];
  readonly acceptances: readonly Acceptance[];
  /** A sentence for each line that was left out. */
  readonly complaints: readonly string[];
}

const [family, current] = historySchemaName.split('/');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws UsageError for what a newer attnbench wrote: to leave that out would be to judge half a history. */
export function refuseNewer(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return;
  const name = String(value.schema);
  const [itsFamily, version] = name.split('/');
  if (itsFamily === family && Number(version) > Number(current)) {
    throw new UsageError(
      `${where} was written as ${name} and this attnbench reads up to ${historySchemaName}: update attnbench to read it`,
    );
  }
}

/** `name` is how messages call the file. */
export function readEntries(text: string, name: string): Entries {
  const points: Point[] = [];
  const acceptances: Acceptance[] = [];
  const complaints: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const where = `${name} line ${index + 1}`;
    const value = parseJson(line);
    refuseNewer(value, where);
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue.path.join('.');
      const problem = value === undefined ? 'is not JSON' : `${field || 'the line'}: ${issue.message}`;
      complaints.push(`${where} ${problem}; it was left out: restore or delete it`);
    } else if (parsed.data.kind === 'point') points.push(parsed.data);
    else acceptances.push(parsed.data);
  });
  return { points, acceptances, complaints };
}

/** What makes two points of one environment the same. */
export const pointKey = ({ case: id, hashes, comparisonId }: Point): string =>
  JSON.stringify([id, hashes.base, hashes.head, comparisonId]);

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** By date, whatever the order of the lines: merged files read the same either way round. Doubles are dropped. */
export function inOrder(points: readonly Point[]): readonly Point[] {
  const sorted = points
    .map((point) => ({ point, line: JSON.stringify(point) }))
    .sort(
      (a, b) =>
        Date.parse(a.point.committedAt) - Date.parse(b.point.committedAt) ||
        byText(a.point.commit, b.point.commit) ||
        byText(a.line, b.line),
    );
  const distinct = new Map<string, Point>();
  for (const { point } of sorted) {
    if (!distinct.has(pointKey(point))) distinct.set(pointKey(point), point);
  }
  return [...distinct.values()];
}
