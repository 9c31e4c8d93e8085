import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { shapedKernel } from '../testing/kernels/shaped.ts';
import { oneTable } from '../testing/tuning.ts';
import { tableText } from '../tuning-table.ts';
import { folderUrl, kernelSourceHash, refuseDamagedTables } from './kernel-folders.ts';
import { readTable, writeTable } from './tuning-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'attnbench-kernel-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const loaded = () => ({ id: 'shaped', kernel: shapedKernel(), folder: folderUrl(root) });
const table = oneTable('shaped', { when: { d: 64 }, shape: { rounds: 10, adds: 1 } });
const write = (name: string, text: string): void => {
  mkdirSync(join(root, 'tuning'), { recursive: true });
  writeFileSync(join(root, name), text);
};

describe('the source hash of a kernel', () => {
  it('changes with its files and its tuning tables, and not with its tests', () => {
    write('kernel.ts', '1');
    const first = kernelSourceHash(loaded());
    write('kernel.test.ts', '1');
    write('README.md', '1');
    mkdirSync(join(root, 'testing'));
    write('testing/inputs.ts', '1');
    expect(kernelSourceHash(loaded())).toBe(first);
    write('tuning/lavapipe-8.json', tableText(table));
    const tuned = kernelSourceHash(loaded());
    expect(tuned).not.toBe(first);
    write('kernel.ts', '2');
    const changed = kernelSourceHash(loaded());
    expect(changed).not.toBe(tuned);
    mkdirSync(join(root, 'parts'));
    write('parts/rows.wgsl', '1');
    expect(kernelSourceHash(loaded())).not.toBe(changed);
  });
});

describe('tuning tables on disk', () => {
  it('are read as they were written, by class', () => {
    expect(readTable(loaded(), 'lavapipe-8')).toBeNull();
    writeTable(loaded(), table);
    expect(readTable(loaded(), 'lavapipe-8')).toEqual(table);
    expect(readTable(loaded(), 'lavapipe-16')).toBeNull();
    expect(() => refuseDamagedTables([loaded()])).not.toThrow();
  });

  it('are removed with their last entry', () => {
    writeTable(loaded(), table);
    writeTable(loaded(), { ...table, entries: [] });
    expect(readTable(loaded(), 'lavapipe-8')).toBeNull();
  });

  it('are refused by name when they are damaged', () => {
    write('tuning/lavapipe-8.json', '{');
    const sentence = `${join(root, 'tuning', 'lavapipe-8.json')} is not JSON; restore it or delete it`;
    expect(() => refuseDamagedTables([loaded()])).toThrow(new UsageError(sentence));
    expect(() => readTable(loaded(), 'lavapipe-8')).toThrow(new UsageError(sentence));
  });

  it('that cannot be written are told with a way out, and leave nothing half written', () => {
    writeFileSync(join(root, 'tuning'), 'a file stands here');
    expect(() => writeTable(loaded(), table)).toThrow(/cannot be written: .*; let --dry-run print/);
  });
});
