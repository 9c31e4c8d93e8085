/** The search of shapes as users start it, on kernels of which one shape is faster by far. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { choiceFromEnv } from '../harness/hosts/choice.ts';
import { readRun } from '../harness/hosts/run-folder.ts';
import { readTuningTable } from '../harness/tuning-table.ts';
import type { ProjectCopy } from './testing/project-copy.ts';
import { copyProject } from './testing/project-copy.ts';

let project: ProjectCopy;
/** Kernels for tests, moved to where the command looks for kernels. */
beforeAll(() => {
  project = copyProject();
  const from = join(project.folder, 'harness/testing/kernels');
  for (const id of ['shaped', 'misshapen']) {
    cpSync(join(from, id), join(project.folder, 'kernels', id), { recursive: true });
  }
  const text = readFileSync(join(from, 'shaped.ts'), 'utf8');
  writeFileSync(
    join(project.folder, 'kernels/shaped.ts'),
    text.replaceAll('../../../kernels/contract.ts', './contract.ts'),
  );
});
afterAll(() => project.remove());

const attnbench = (command: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, ['bin/attnbench.mjs', command, '--adapter', choiceFromEnv().name, ...args], {
    cwd: project.folder,
    encoding: 'utf8',
  });
const tune = (kernel: string, ...args: readonly string[]) =>
  attnbench('tune', kernel, '-a', 'd=64', '-a', 'precision=f32', '-a', 'causal=false', '-a', 'n=64', ...args);
const folderOf = (kernel: string): string => join(project.folder, 'kernels', kernel, 'tuning');
const run = (out: string, ...args: readonly string[]) => {
  const folder = join(project.folder, out);
  const ended = attnbench(
    'run',
    'shaped:n=64,heads=2,d=64',
    '--no-report',
    '--no-peaks',
    '--out',
    folder,
    ...args,
  );
  const [record] = existsSync(folder) ? readRun(folder).run.cases : [];
  return { ...ended, record };
};

describe('tune', () => {
  test('writes nothing when asked not to', () => {
    const { status, stdout, stderr } = tune('shaped', '--dry-run', '--budget', '60');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^shaped:n=64,.*rounds=10 adds=1 .*better$/m);
    expect(stderr).toContain('(not written)');
    expect(existsSync(folderOf('shaped'))).toBe(false);
  });

  test('writes the faster shape, which run then uses and says so', () => {
    expect(run('before').record).toMatchObject({ shape: { values: { rounds: 4000 }, from: 'default' } });
    const { status, stderr } = tune('shaped', '--budget', '60');
    expect(status, stderr).toBe(0);
    const [file, ...others] = readdirSync(folderOf('shaped'));
    expect(others).toEqual([]);
    expect(stderr).toContain(`kernels/shaped/tuning/${file}: `);
    const read = readTuningTable(readFileSync(join(folderOf('shaped'), file), 'utf8'), file);
    if (read.kind === 'refused') throw new Error(read.message);
    for (const { shape, ratio } of read.table.entries) {
      expect(shape).toEqual({ rounds: 10, adds: 1 });
      expect(ratio.high).toBeLessThan(0.97);
    }
    const tuned = run('tuned');
    expect(tuned.record).toMatchObject({ status: 'ok', shape: { values: { rounds: 10, adds: 1 } } });
    expect(tuned.record).toHaveProperty('shape.from', expect.stringMatching(`^tuning/${file}#\\d+$`));
    expect(tuned.stderr).toContain(`shapes: shaped from kernels/shaped/tuning/${file}\n`);
    const untuned = run('untuned', '--no-tuning');
    expect(untuned.record).toHaveProperty('shape.from', 'default');
    expect(untuned.stderr).toContain('shapes: shaped default\n');
    expect(readRun(join(project.folder, 'untuned')).run.header.shapes).toBe('default');
  });

  test('an edited table that names a shape no longer offered is passed over with a note', () => {
    const folder = folderOf('shaped');
    const [file] = readdirSync(folder);
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replaceAll('"rounds": 10,', '"rounds": 11,'));
    const { record, stderr } = run('stale');
    expect(record).toMatchObject({ status: 'ok', shape: { from: 'default' } });
    expect(stderr).toContain('names rounds=11 adds=1, which the kernel does not offer');
    writeFileSync(join(folder, file), '{');
    const damaged = run('damaged');
    expect(damaged.status).toBe(2);
    expect(damaged.stderr).toContain(`${file} is not JSON; restore it or delete it`);
    writeFileSync(join(folder, file), text);
  });

  test('a shape that is wrong ends with 3, is named, and is in no table', () => {
    mkdirSync(folderOf('misshapen'), { recursive: true });
    const { status, stderr } = tune('misshapen', '--budget', '60');
    expect(status).toBe(3);
    expect(stderr).toMatch(/^wrong: misshapen:n=64,.* in the shape rounds=1 adds=2: y is off by /m);
    const [file] = readdirSync(folderOf('misshapen'));
    expect(readFileSync(join(folderOf('misshapen'), file), 'utf8')).not.toContain('"adds": 2');
  });

  test('a budget that runs out leaves cases, and says which', () => {
    const { status, stdout, stderr } = tune('shaped', '--budget', '0.000001');
    expect(status).toBe(5);
    expect(stdout).toContain('not reached');
    expect(stderr).toMatch(/ran out: \d cases? undecided, shaped:n=64,/);
  });
});

test('verify tries every shape of every kernel', () => {
  const right = attnbench('verify', '--kernels', 'shaped');
  expect(right.status, right.stdout).toBe(0);
  const wrong = attnbench('verify', '--kernels', 'misshapen');
  expect(wrong.status).toBe(3);
  expect(wrong.stdout).toMatch(/^verify\/misshapen:n=1000,.* in the shape rounds=1 adds=2: wrong: /m);
  const named = attnbench('verify', 'misshapen:n=3,heads=1,d=4');
  expect(named.stdout).toMatch(/^misshapen +f32 +3 +0 +1 +0$/m);
});
