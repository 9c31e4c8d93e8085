import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { Run } from '../harness/record.ts';
import { shardOf } from '../harness/shard.ts';
import { reportFormats } from '../reports/formats.ts';
import { sampleComparison } from '../reports/testing/comparisons.ts';
import { journalText, scalingRun } from '../reports/testing/records.ts';
import { captured } from './testing/captured-io.ts';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-runs-'));
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

const whole = scalingRun([128, 256]);
const planned: Run = {
  ...whole,
  header: { ...whole.header, plannedCases: whole.cases.map(({ id }) => id) },
};

/** Writes a run folder and returns its path. */
function folder(name: string, run: Run, more = ''): string {
  const path = join(work, name);
  mkdirSync(path);
  writeFileSync(join(path, 'records.jsonl'), journalText(run) + more);
  return path;
}
const shard = (index: number, of: number): Run => ({
  header: { ...planned.header, shard: { index, of } },
  cases: shardOf(planned.cases, { index, of }),
});

describe('merge', () => {
  test('two shards give the whole run', async () => {
    const out = join(work, 'out');
    const ran = await captured('merge', folder('a', shard(1, 2)), folder('b', shard(2, 2)), '--out', out);
    const count = planned.cases.length;
    expect(ran).toEqual({ code: 0, out: `${count} cases of ${count} in ${out}\n`, err: '' });
    const { run } = readRun(out);
    expect(run.cases.map(({ id }) => id)).toEqual(planned.cases.map(({ id }) => id));
    expect(run.header.shard).toBeNull();
  });

  test('says what is missing and what was cut off', async () => {
    const out = join(work, 'out');
    const a = folder('a', shard(1, 2), '{"kind":"ca');
    const ran = await captured('merge', a, '--out', out, '--json');
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('is cut off and was left out');
    expect(ran.err).toMatch(/^no part has .* more: merge the missing shard too, or go on with/m);
    expect(JSON.parse(ran.out)).toMatchObject({ missing: shard(2, 2).cases.map(({ id }) => id) });
  });

  test('writes nothing when the parts do not belong together or the place is taken', async () => {
    const a = folder('a', shard(1, 2));
    const other: Run = { ...shard(2, 2), header: { ...shard(2, 2).header, suite: 'else' } };
    const out = join(work, 'out');
    const refused = await captured('merge', a, folder('b', other), '--out', out);
    expect(refused).toEqual({
      code: 2,
      out: '',
      err: `attnbench: ${a} and ${join(work, 'b')} have different suites: ${planned.header.suite} and else; merge shards of one sweep\n`,
    });
    expect(readdirSync(work).sort()).toEqual(['a', 'b']);
    const before = readFileSync(join(a, 'records.jsonl'), 'utf8');
    expect((await captured('merge', a, '--out', a)).code).toBe(2);
    expect(readFileSync(join(a, 'records.jsonl'), 'utf8')).toBe(before);
  });
});

describe('run --resume', () => {
  const begun = (kernelSources: Readonly<Record<string, string>>): Run => ({
    header: { ...planned.header, plannedCases: ['adhoc/copy:n=4,heads=8,d=64,precision=f32'], kernelSources },
    cases: [],
  });

  test('refuses a kernel that has changed since, and leaves the run as it was', async () => {
    const path = folder('a', begun({ copy: 'another hash' }));
    const before = readFileSync(join(path, 'records.jsonl'), 'utf8');
    expect(await captured('run', '--resume', path)).toEqual({
      code: 2,
      out: '',
      err: "attnbench: kernel 'copy' has changed since the run was started; restore its files, or start a new run\n",
    });
    expect(readFileSync(join(path, 'records.jsonl'), 'utf8')).toBe(before);
    expect(readdirSync(path)).toEqual(['records.jsonl']);
  });

  test('takes nothing that would change what is measured', async () => {
    const path = folder('a', begun({}));
    const { code, err } = await captured('run', 'quick', '--resume', path, '-a', 'n=4', '--kernels', 'copy');
    expect(code).toBe(2);
    expect(err).toContain('leave out a suite or case id, -a, --kernels');
  });

  test('of an adapter that is not here is a mistake in the call, and the run stays', async () => {
    const path = folder('a', begun({}), '{"kind":"ca');
    const { code, err } = await captured('run', '--resume', path, '--adapter', 'swiftshder');
    expect(code).toBe(2);
    expect(err).toContain("did you mean 'swiftshader'?");
    expect(readRun(path).run.header.plannedCases).toHaveLength(1);
    expect(readdirSync(path)).toEqual(['records.jsonl']);
  });
});

describe('report', () => {
  test('writes the formats asked for beside the first run and names the files', async () => {
    const path = folder('a', planned);
    const { code, out } = await captured('report', path, '--format', 'csv,md');
    expect(code).toBe(0);
    const files = out.trim().split('\n');
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(file.startsWith(join(path, 'report'))).toBe(true);
      expect(file).toMatch(/\.(csv|md)$/);
      expect(readFileSync(file, 'utf8')).not.toBe('');
    }
  });

  test('writes exports on request, and lists every format in its help', async () => {
    const path = folder('a', planned);
    const { code, out } = await captured('report', path, '--format', 'junit,sarif,comment');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toEqual(
      ['junit.xml', 'results.sarif', 'comment.md'].map((name) => join(path, 'report', name)),
    );
    const { out: help } = await captured('report', '--help');
    for (const format of reportFormats) expect(help).toMatch(new RegExp(`^  ${format} `, 'm'));
  });

  test('of a comparison, by its folder or its file', async () => {
    const path = join(work, 'compared');
    mkdirSync(path);
    const file = join(path, 'comparison.json');
    writeFileSync(file, JSON.stringify(sampleComparison()));
    for (const named of [path, file]) {
      const { code, out } = await captured('report', named, '--format', 'all', '--json');
      expect(code).toBe(0);
      const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(out));
      expect(files).toContain(join(path, 'report', 'index.html'));
      expect(files).toContain(join(path, 'report', 'head.bench'));
    }
    expect(await captured('report', path, '--format', 'svg')).toMatchObject({
      code: 2,
      err: expect.stringContaining("unknown comparison format 'svg'"),
    });
    expect(await captured('report', path, folder('b', planned))).toMatchObject({
      code: 2,
      err: `attnbench: ${file} is a comparison and has a report of its own: name it alone\n`,
    });
    writeFileSync(file, '{}');
    expect(await captured('report', path)).toMatchObject({ code: 2 });
  });

  test('of a run without a measurement ends with 5, of a newer file with 2', async () => {
    const empty = folder('empty', { ...planned, cases: [] });
    expect((await captured('report', empty, '--format', 'csv')).code).toBe(5);
    const newer = join(work, 'newer');
    mkdirSync(newer);
    writeFileSync(
      join(newer, 'records.jsonl'),
      journalText(planned).replace('"attnbench/1"', '"attnbench/9"'),
    );
    const ran = await captured('report', newer);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('was written as attnbench/9 and this attnbench reads up to attnbench/1');
  });
});
