/** A run on disk: DIR/records.jsonl, only ever appended to, flushed line by line. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import { readJournal } from '../journal.ts';
import type { CaseRecord, Run, RunHeader } from '../record.ts';
import { writeFailure } from '../write-failure.ts';
import { makeFolder } from './make-folder.ts';

export const recordsFile = (folder: string): string => join(folder, 'records.jsonl');

const lockFile = (folder: string): string => join(folder, '.running');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export interface RunOnDisk {
  readonly run: Run;
  /** What was left out of a damaged end, or null. */
  readonly truncated: string | null;
  readonly wholeBytes: number;
}

/** Reads a run folder. Throws UsageError naming the file and what to do. */
export function readRun(folder: string): RunOnDisk {
  const file = recordsFile(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      errorCode(error) === 'ENOENT'
        ? `${folder} holds no run: there is no ${file}; name a folder that attnbench run has written`
        : `${file} cannot be read: ${messageOf(error)}`,
    );
  }
  const journal = readJournal(text, file);
  if (journal.kind === 'refused') throw new UsageError(journal.message);
  const { run, truncated, wholeLength } = journal;
  return { run, truncated, wholeBytes: Buffer.byteLength(text.slice(0, wholeLength)) };
}

/** Writes a line whole. Throws what the system throws. */
export type WriteLine = (descriptor: number, line: string) => void;

const writeWhole: WriteLine = (descriptor, line) => {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written);
  }
  fsyncSync(descriptor);
};

/** The run folder while a sweep writes to it. One process at a time. */
export class RunFolder {
  readonly folder: string;
  private readonly descriptor: number;
  private readonly writeLine: WriteLine;

  private constructor(folder: string, descriptor: number, writeLine: WriteLine) {
    this.folder = folder;
    this.descriptor = descriptor;
    this.writeLine = writeLine;
  }

  /** Throws UsageError when the folder cannot be written or holds a run already, EnvironmentError on a full disk. */
  static create(folder: string, writeLine: WriteLine = writeWhole): RunFolder {
    if (hasHeader(folder)) {
      throw new UsageError(
        `${folder} holds a run already; continue it with --resume ${folder} or name another --out`,
      );
    }
    try {
      makeFolder(folder);
      lock(folder);
      return new RunFolder(folder, freshFile(folder), writeLine);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw writeFailure(`${folder} cannot be written`, error);
    }
  }

  /** Opens a run to go on with, its damaged last line cut away. */
  static resume(folder: string, wholeBytes: number, writeLine: WriteLine = writeWhole): RunFolder {
    try {
      lock(folder);
      if (readRun(folder).wholeBytes !== wholeBytes) {
        rmSync(lockFile(folder), { force: true });
        throw new UsageError(`${folder} was written to a moment ago; start again with --resume ${folder}`);
      }
      const descriptor = openSync(recordsFile(folder), 'r+');
      ftruncateSync(descriptor, wholeBytes);
      closeSync(descriptor);
      const appending = openSync(recordsFile(folder), 'a');
      const text = readFileSync(recordsFile(folder));
      if (text.length > 0 && text.at(-1) !== 0x0a) writeSync(appending, '\n');
      return new RunFolder(folder, appending, writeLine);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`${folder} cannot be written (${messageOf(error)})`);
    }
  }

  /** Appends and flushes one line. On a full disk what was whole stays whole. Throws EnvironmentError. */
  append(line: RunHeader | CaseRecord): void {
    const before = fstatSync(this.descriptor).size;
    try {
      this.writeLine(this.descriptor, `${JSON.stringify(line)}\n`);
    } catch (error) {
      ftruncateSync(this.descriptor, before);
      const what = line.kind === 'run' ? 'the run header' : line.id;
      throw new EnvironmentError(
        `${recordsFile(this.folder)}: ${what} could not be written (${messageOf(error)}); all earlier cases are kept: make room and go on with --resume ${this.folder}`,
      );
    }
  }

  close(): void {
    closeSync(this.descriptor);
    rmSync(lockFile(this.folder), { force: true });
  }

  /** Takes back a folder in which nothing was written. */
  discard(): void {
    this.close();
    rmSync(recordsFile(this.folder), { force: true });
    if (readdirSync(this.folder).length === 0) rmdirSync(this.folder);
  }
}

/** A run that was killed before its header was whole has measured nothing. */
function hasHeader(folder: string): boolean {
  return existsSync(recordsFile(folder)) && readFileSync(recordsFile(folder)).includes('\n');
}

function freshFile(folder: string): number {
  rmSync(recordsFile(folder), { force: true });
  return openSync(recordsFile(folder), 'ax');
}

/** Two writers would measure cases twice. A lock whose process is gone is a leftover of a kill. */
function lock(folder: string): void {
  const file = lockFile(folder);
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid !== process.pid && isAlive(pid)) throw isBeingWritten(folder, `process ${pid}`);
    rmSync(file, { force: true });
  }
  try {
    // Of two that get here at once, one is refused.
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw isBeingWritten(folder, 'another process');
    // On a full disk an empty file is made before the writing fails.
    rmSync(file, { force: true });
    throw error;
  }
}

const isBeingWritten = (folder: string, who: string): UsageError =>
  new UsageError(`${folder} is being written by ${who}; wait for it or end it`);

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
