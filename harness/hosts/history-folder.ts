/**
 * A history on disk, made to live in git: a folder an environment, in it a file a kernel, a line a point. Lines are only ever added at the
 * end, and git is told to keep the lines of both sides of a merge.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { inOrder, pointKey, readEntries, refuseNewer } from '../history/entries.ts';
import type { Acceptance, Environment, Point } from '../history/entry.ts';
import { environmentSchema } from '../history/entry.ts';
import { writeFailure } from '../write-failure.ts';
import { makeFolder } from './make-folder.ts';

const environmentFile = 'environment.json';
const acceptedFile = 'accepted.jsonl';
const attributes = '# Lines are only ever added: a merge keeps those of both sides.\n*.jsonl merge=union\n';

export interface HistoryOfEnvironment {
  /** The name of its folder. */
  readonly id: string;
  /** Null where the file that describes it is damaged. */
  readonly environment: Environment | null;
  readonly points: readonly Point[];
}

export interface History {
  readonly environments: readonly HistoryOfEnvironment[];
  readonly acceptances: readonly Acceptance[];
  /** A sentence for each line or file that was left out. */
  readonly complaints: readonly string[];
}

const canonical = (environment: Environment): string =>
  `${JSON.stringify(environmentSchema.parse(environment), null, 2)}\n`;

/** `lavapipe-3f9a0c71d2`: the adapter for people, the rest as a hash. */
export function environmentId(environment: Environment): string {
  const name = environment.adapter.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const hash = createHash('sha256').update(canonical(environment)).digest('hex').slice(0, 10);
  return `${name.replace(/^-|-$/g, '') || 'adapter'}-${hash}`;
}

/** A kernel's id as a file name, whatever stands in it. */
const fileOf = (kernel: string): string =>
  `${kernel.replace(/[^\w+-]/g, (letter) => `%${letter.codePointAt(0)?.toString(16) ?? ''}`)}.jsonl`;

function readEnvironment(file: string): Environment | string {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return `${file} cannot be read as JSON: restore it from git`;
  }
  refuseNewer(value, file);
  const parsed = environmentSchema.safeParse(value);
  return parsed.success ? parsed.data : `${file} does not describe an environment: restore it from git`;
}

function entriesIn(file: string): ReturnType<typeof readEntries> {
  return readEntries(existsSync(file) ? readFileSync(file, 'utf8') : '', file);
}

/** Throws UsageError where there is no such folder, or a newer attnbench wrote it. */
export function readHistory(folder: string): History {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError(
      `there is no history in ${folder}: attnbench history add <folder of a comparison> begins one, --store names another`,
    );
  }
  const { acceptances, complaints } = entriesIn(join(folder, acceptedFile));
  const all: string[] = [...complaints];
  const environments = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .map((id): HistoryOfEnvironment => {
      const inside = join(folder, id);
      const environment = readEnvironment(join(inside, environmentFile));
      if (typeof environment === 'string') all.push(environment);
      const files = readdirSync(inside)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => entriesIn(join(inside, name)));
      all.push(...files.flatMap((file) => file.complaints));
      return {
        id,
        environment: typeof environment === 'string' ? null : environment,
        points: inOrder(files.flatMap(({ points }) => points)),
      };
    });
  return { environments, acceptances, complaints: all };
}

/** After a crash the last line may be cut off: what is added begins on a line of its own. */
function appendLines(file: string, lines: readonly object[]): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, gap + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function writing(folder: string, write: () => void): void {
  try {
    makeFolder(folder);
    if (!existsSync(join(folder, '.gitattributes')))
      writeFileSync(join(folder, '.gitattributes'), attributes);
    write();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw writeFailure(`${folder} cannot be written`, error, 'name another folder with --store');
  }
}

export interface Added {
  readonly environment: string;
  readonly added: number;
  /** Points that the history had already. */
  readonly known: number;
}

/** Adds what the history has not got yet. Throws UsageError or EnvironmentError where it cannot be written. */
export function addPoints(folder: string, environment: Environment, points: readonly Point[]): Added {
  const id = environmentId(environment);
  const inside = join(folder, id);
  let added = 0;
  writing(folder, () => {
    makeFolder(inside);
    const described = join(inside, environmentFile);
    if (!existsSync(described)) writeFileSync(described, canonical(environment));
    for (const kernel of [...new Set(points.map((point) => point.kernel))].sort()) {
      const file = join(inside, fileOf(kernel));
      const known = new Set(entriesIn(file).points.map(pointKey));
      const fresh = inOrder(points.filter((point) => point.kernel === kernel && !known.has(pointKey(point))));
      if (fresh.length > 0) appendLines(file, fresh);
      added += fresh.length;
    }
  });
  return { environment: id, added, known: points.length - added };
}

/** False where it is accepted already, with the same note. */
export function addAcceptance(folder: string, acceptance: Acceptance): boolean {
  const file = join(folder, acceptedFile);
  const same = (one: Acceptance): boolean =>
    one.target === acceptance.target && one.commit === acceptance.commit && one.note === acceptance.note;
  if (entriesIn(file).acceptances.some(same)) return false;
  writing(folder, () => appendLines(file, [acceptance]));
  return true;
}
