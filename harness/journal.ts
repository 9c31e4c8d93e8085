/**
 * The text of a `records.jsonl` file, read: line 1 the run header, then one line a case. Pure: who calls reads the file.
 */
import type { z } from 'zod';
import { caseRecordSchema, runHeaderSchema, schemaName } from './record.ts';
import type { CaseRecord, Run } from './record.ts';

/** Turns one parsed line of a version into the same line of the next version. Lines it does not concern come back unchanged. */
export type Upgrade = (line: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Upgrades by the version they start from, so that any older file is read step by step. */
export type Upgrades = Readonly<Record<number, Upgrade>>;

const schemaFamily = schemaName.slice(0, schemaName.indexOf('/'));
const currentVersion = Number(schemaName.slice(schemaFamily.length + 1));

/** Version 1 is the first: nothing to upgrade from yet. */
const upgrades: Upgrades = {};

export type Journal =
  | {
      readonly kind: 'run';
      readonly run: Run;
      /** What was left out, in one sentence; null when every line was whole. */
      readonly truncated: string | null;
      /** Length of the text that holds whole lines: what follows is a line cut off by a crash. */
      readonly wholeLength: number;
    }
  | { readonly kind: 'refused'; readonly message: string };

class Refusal extends Error {}

interface Line {
  readonly number: number;
  readonly text: string;
  /** Ends in a line feed. Only a line without one can have been cut off. */
  readonly whole: boolean;
  readonly start: number;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0, number = 1; start < text.length; number++) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 ? text.length : feed;
    lines.push({ number, text: text.slice(start, end), whole: feed !== -1, start });
    start = end + 1;
  }
  return lines.filter((line) => line.text.trim() !== '');
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLine(line: Line, name: string): Readonly<Record<string, unknown>> {
  const parsed = parseJson(line.text);
  if (parsed === null) {
    throw new Refusal(`${name} line ${line.number} is not JSON: restore the file or delete that line`);
  }
  if (!isObject(parsed.value)) throw new Refusal(`${name} line ${line.number} is not a JSON object`);
  return parsed.value;
}

function versionOf(header: Readonly<Record<string, unknown>>, name: string): number {
  const schema = header['schema'];
  if (typeof schema !== 'string' || !schema.startsWith(`${schemaFamily}/`)) {
    throw new Refusal(`${name} line 1 is no run header: it must begin with {"schema":"${schemaName}",...}`);
  }
  const version = Number(schema.slice(schemaFamily.length + 1));
  if (!Number.isInteger(version)) throw new Refusal(`${name} has an unknown schema '${schema}'`);
  if (version > currentVersion) {
    throw new Refusal(
      `${name} was written as ${schema} and this attnbench reads up to ${schemaName}: update attnbench to read it`,
    );
  }
  return version;
}

function upgrade(
  line: Readonly<Record<string, unknown>>,
  from: number,
  steps: Upgrades,
  name: string,
): Readonly<Record<string, unknown>> {
  let upgraded = line;
  for (let version = from; version < currentVersion; version++) {
    const step = steps[version];
    if (step === undefined) {
      throw new Refusal(
        `${name} was written as ${schemaFamily}/${version}, which this attnbench can no longer upgrade`,
      );
    }
    upgraded = step(upgraded);
  }
  return upgraded;
}

function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  line: Line,
  name: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined ? '' : issue.path.join('.');
  const problem = issue?.message ?? 'does not fit the schema';
  throw new Refusal(
    `${name} line ${line.number}${field === '' ? '' : `, field ${field}`}: ${problem}; restore the file or delete that line`,
  );
}

const seriesNames = ['gpuNs', 'wallNs', 'encodeNs', 'submitNs', 'cpuNs'] as const;

const isSeries = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && item >= 0 && item < Infinity);

/**
 * A case. Samples are most of a file, and a schema looks at each as if it could be anything: sound series are taken as they are, and
 * the schema sees the rest, with every series that is not sound.
 */
function validateCase(value: Readonly<Record<string, unknown>>, line: Line, name: string): CaseRecord {
  const sound = seriesNames.flatMap((key) => {
    const series = value[key];
    return isSeries(series) ? [{ key, series }] : [];
  });
  const others = { ...value, ...Object.fromEntries(sound.map(({ key }) => [key, []])) };
  const record = validate(caseRecordSchema, others, line, name);
  if ('gpuNs' in record) for (const { key, series } of sound) record[key] = series;
  return record;
}

function read(text: string, name: string, steps: Upgrades): Journal {
  const lines = splitLines(text);
  const last = lines.at(-1);
  const cutOff = last !== undefined && !last.whole && parseJson(last.text) === null ? lines.pop() : undefined;
  const [headerLine, ...caseLines] = lines;
  if (headerLine === undefined) {
    throw new Refusal(
      `${name} holds no complete run header: the run was stopped before it began; start it anew with attnbench run`,
    );
  }
  const rawHeader = parseLine(headerLine, name);
  const version = versionOf(rawHeader, name);
  const header = validate(runHeaderSchema, upgrade(rawHeader, version, steps, name), headerLine, name);
  const cases: CaseRecord[] = caseLines.map((line) =>
    validateCase(upgrade(parseLine(line, name), version, steps, name), line, name),
  );
  return {
    kind: 'run',
    run: { header, cases },
    truncated:
      cutOff === undefined
        ? null
        : `${name} line ${cutOff.number} is cut off and was left out: its case counts as not measured`,
    wholeLength: cutOff === undefined ? text.length : cutOff.start,
  };
}

/** Reads the text of a records file. `name` is how messages call the file. */
export function readJournal(text: string, name: string, steps: Upgrades = upgrades): Journal {
  try {
    return read(text, name, steps);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.message };
    throw error;
  }
}
