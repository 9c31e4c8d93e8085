/** A comparison on disk: DIR/sessions.jsonl while it runs, appended and flushed line by line, and DIR/comparison.json at its end. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Comparison } from '../gate/comparison.ts';
import { writeFailure } from '../write-failure.ts';
import { makeFolder } from './make-folder.ts';
import { writeWhole } from './whole-file.ts';

export const sessionsFile = (folder: string): string => join(folder, 'sessions.jsonl');
export const comparisonFile = (folder: string): string => join(folder, 'comparison.json');

export class ComparisonFolder {
  readonly folder: string;
  private readonly descriptor: number;
  private lines = 0;

  private constructor(folder: string, descriptor: number) {
    this.folder = folder;
    this.descriptor = descriptor;
  }

  /** Throws UsageError when the folder cannot be written or holds a comparison already, EnvironmentError on a full disk. */
  static create(folder: string): ComparisonFolder {
    if ([sessionsFile(folder), comparisonFile(folder)].some((file) => existsSync(file))) {
      throw new UsageError(`${folder} holds a comparison already; name another --out`);
    }
    try {
      makeFolder(folder);
      return new ComparisonFolder(folder, openSync(sessionsFile(folder), 'ax'));
    } catch (error) {
      throw writeFailure(`${folder} cannot be written`, error);
    }
  }

  /** One line, whole and flushed. Throws what `writeFailure` makes of the system's errors. */
  append(line: object): void {
    try {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.descriptor, bytes, written);
      }
      fsyncSync(this.descriptor);
      this.lines++;
    } catch (error) {
      throw writeFailure(`${sessionsFile(this.folder)} cannot be written`, error);
    }
  }

  /** The result, by one rename. */
  finish(comparison: Comparison): void {
    const file = comparisonFile(this.folder);
    try {
      writeWhole(file, `${JSON.stringify(comparison, null, 2)}\n`);
    } catch (error) {
      throw writeFailure(`${file} cannot be written`, error);
    }
  }

  close(): void {
    closeSync(this.descriptor);
    if (this.lines > 0) return;
    // Where nothing was timed there is no journal, and where nothing was found no folder.
    rmSync(sessionsFile(this.folder), { force: true });
    if (readdirSync(this.folder).length === 0) rmdirSync(this.folder);
  }
}
