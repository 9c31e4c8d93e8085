import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { CaseRecord, RunHeader } from '../record.ts';
import { schemaName } from '../record.ts';
import { adapterInfo } from '../testing/adapter-info.ts';
import { readRun, recordsFile, RunFolder } from './run-folder.ts';

const header: RunHeader = {
  schema: schemaName,
  kind: 'run',
  runId: 'r',
  suite: 's',
  startedAt: '2026-01-01T00:00:00Z',
  plannedCases: ['a', 'b'],
  secondsPerCase: null,
  shard: null,
  tool: { version: '0', commit: null },
  host: { name: 'node', runtime: 'v', webgpu: '0', os: 'o', cpu: 'c', cores: 2, memoryBytes: 1 },
  adapter: adapterInfo(),
  flags: [],
  clock: { source: 'wall', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
  compiler: { loopVariablesReinitialised: true },
  peaks: null,
};
const record = (id: string): CaseRecord => ({
  kind: 'case',
  id,
  suite: 's',
  kernel: 'k',
  mechanism: 'm',
  session: 1,
  params: { batch: 1, heads: 1, kvHeads: 1, n: 1, m: 1, d: 1, dv: 1, precision: 'f32', causal: false },
  status: 'failed',
  reason: { code: 'crash', message: 'fake' },
});

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-'));
  folder = join(root, 'run');
});
afterEach(() => rmSync(root, { recursive: true }));

const ids = (): string[] => readRun(folder).run.cases.map(({ id }) => id);

describe('a run folder', () => {
  it('reads back what was appended', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    run.append(record('a'));
    run.close();
    expect(readRun(folder).run).toEqual({ header, cases: [record('a')] });
  });

  it('is whole after every append, before it is closed', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    run.append(record('a'));
    expect(ids()).toEqual(['a']);
    run.append(record('b'));
    expect(ids()).toEqual(['a', 'b']);
    run.close();
  });

  it('drops a line that a kill cut off and goes on behind it', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    run.append(record('a'));
    run.close();
    appendFileSync(recordsFile(folder), '{"kind":"case","id":"b","sui');
    const cut = readRun(folder);
    expect(cut.truncated).toContain('line 3 is cut off');
    const again = RunFolder.resume(folder, cut.wholeBytes);
    again.append(record('b'));
    again.close();
    expect(ids()).toEqual(['a', 'b']);
  });

  it('begins anew where a kill left half a header', () => {
    mkdirSync(folder);
    writeFileSync(recordsFile(folder), '{"schema":"attn');
    expect(() => readRun(folder)).toThrow(/stopped before it began/);
    const run = RunFolder.create(folder);
    run.append(header);
    run.append(record('a'));
    run.close();
    expect(ids()).toEqual(['a']);
  });

  it('keeps a last line that only lost its line feed', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    run.close();
    appendFileSync(recordsFile(folder), JSON.stringify(record('ä')));
    const again = RunFolder.resume(folder, readRun(folder).wholeBytes);
    again.append(record('b'));
    again.close();
    expect(ids()).toEqual(['ä', 'b']);
  });

  it('keeps every earlier case when the disk is full, and says how to go on', () => {
    let full = false;
    const run = RunFolder.create(folder, (descriptor, line) => {
      if (!full) {
        writeSync(descriptor, line);
        return;
      }
      // A full disk takes part of a line.
      writeSync(descriptor, line.slice(0, 20));
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    run.append(header);
    run.append(record('a'));
    full = true;
    expect(() => run.append(record('b'))).toThrow(EnvironmentError);
    expect(() => run.append(record('b'))).toThrow(/b could not be written .*no space left.*--resume/);
    run.close();
    expect(readFileSync(recordsFile(folder), 'utf8').endsWith('}\n')).toBe(true);
    expect(ids()).toEqual(['a']);
  });

  it('refuses a folder that holds a run, and one that another process writes', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    expect(() => RunFolder.create(folder)).toThrow(/holds a run already; continue it with --resume/);
    // Process 1 is always alive.
    writeFileSync(join(folder, '.running'), '1');
    expect(() => RunFolder.resume(folder, readRun(folder).wholeBytes)).toThrow(/being written by process 1/);
    run.close();
  });

  it('cuts nothing away that another process wrote since it was read', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    const { wholeBytes } = readRun(folder);
    run.append(record('a'));
    run.close();
    expect(() => RunFolder.resume(folder, wholeBytes)).toThrow(/was written to a moment ago/);
    expect(ids()).toEqual(['a']);
    expect(existsSync(join(folder, '.running'))).toBe(false);
  });

  it('takes over from a process that was killed', () => {
    const run = RunFolder.create(folder);
    run.append(header);
    run.close();
    writeFileSync(join(folder, '.running'), '999999999');
    RunFolder.resume(folder, readRun(folder).wholeBytes).close();
    expect(existsSync(join(folder, '.running'))).toBe(false);
  });

  it('says so when the folder cannot be written', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => RunFolder.create(join(root, 'file', 'run'))).toThrow(UsageError);
    expect(() => RunFolder.create(join(root, 'file', 'run'))).toThrow(
      /cannot be written: a file stands where a folder is needed; name another folder with --out/,
    );
  });

  it.runIf(process.platform === 'linux')('says so of a place that takes no folder, at once', () => {
    expect(() => RunFolder.create('/proc/attnbench/run')).toThrow(
      /cannot be written: its folder cannot be made there/,
    );
  });

  it('says so when there is no run, or one that cannot be read', () => {
    expect(() => readRun(root)).toThrow(/holds no run/);
    mkdirSync(recordsFile(root));
    expect(() => readRun(root)).toThrow(/cannot be read/);
  });

  it('leaves nothing behind when it is taken back', () => {
    RunFolder.create(folder).discard();
    expect(existsSync(folder)).toBe(false);
  });
});
