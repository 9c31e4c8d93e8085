/** Kernels that a user brings, as users start them: right, wrong, refused, broken, resumed, merged. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../harness/hosts/run-folder.ts';
import type { CaseRecord } from '../harness/record.ts';
import { captured } from './testing/captured-io.ts';

const examples = fileURLToPath(new URL('../docs/examples/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'attnbench-byo-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
beforeAll(() => cpSync(examples, folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = ['--no-report', '--no-peaks', '--seconds-per-case', '0.05'];
const shape = 'n=70,heads=4,kvHeads=2,d=20';
const recordOf = (run: string, kernel: string, index = 0): CaseRecord => {
  const found = readRun(at(run)).run.cases.filter((record) => record.kernel === kernel)[index];
  expect(found, `${run} has no case of ${kernel}`).toBeDefined();
  return found;
};

/** The example with one piece of it replaced, under another name. */
function altered(name: string, from: string, to: string): string {
  const text = readFileSync(at('my-flash.wgsl'), 'utf8');
  expect(text).toContain(from);
  writeFileSync(at(`${name}.wgsl`), text.replace(from, to));
  return at(`${name}.wgsl`);
}

describe('a right kernel', () => {
  it('is measured beside ours on the same cases, and refused where it says so', async () => {
    const words = ['flash', 'my-flash', 'two-passes'].map((id) => `${id}:${shape}`);
    const ended = await captured(
      'run',
      ...words,
      'my-flash:n=8,d=132',
      '--kernel',
      at('my-flash.wgsl'),
      '--kernel',
      at('two-passes.json'),
      '--out',
      at('right'),
      ...settings,
    );
    expect(ended.code, ended.err).toBe(0);
    const { header, cases } = readRun(at('right')).run;
    expect(cases.map(({ kernel, status }) => [kernel, status])).toEqual([
      ['flash', 'ok'],
      ['my-flash', 'ok'],
      ['two-passes', 'ok'],
      ['my-flash', 'skipped'],
    ]);
    expect(recordOf('right', 'my-flash', 1).reason).toEqual({
      code: 'unsupported',
      message: 'my-flash requires d <= 128; here d = 132',
    });
    expect(recordOf('right', 'two-passes')).toMatchObject({
      mechanism: 'sdpa',
      variant: '2 passes',
      passes: [
        {
          name: 'weigh',
          shader: 'two-passes.wgsl',
          workgroups: 280,
          workgroupSize: [64, 1, 1],
          workgroupBytes: 256,
        },
        { name: 'mix', shader: 'two-passes.wgsl', workgroups: 280, workgroupSize: [64, 1, 1] },
      ],
    });
    expect(recordOf('right', 'my-flash')).toMatchObject({
      passes: [{ workgroups: 8, workgroupSize: [64, 1, 1] }],
    });
    expect(header.kernelFiles).toEqual({
      'my-flash': '../my-flash.wgsl',
      'two-passes': '../two-passes.json',
    });
    expect(Object.keys(header.kernelSources ?? {})).toEqual(['flash', 'my-flash', 'two-passes']);
  });

  it('is recorded with its own count of work, and held to what the mechanism needs', async () => {
    const file = altered('modest', '"storage"', '"cost": { "flops": "2 * n" }, "storage"');
    const ended = await captured(
      'run',
      `modest:${shape}`,
      '--kernel',
      file,
      '--out',
      at('modest'),
      ...settings,
    );
    expect(ended.code, ended.err).toBe(0);
    const record = recordOf('modest', 'modest');
    const ours = recordOf('right', 'flash');
    if (record.status !== 'ok' || ours.status !== 'ok') throw new Error('both were measured');
    expect(record.cost).toEqual({ ...ours.cost, flops: 140 });
    // Sampled rows are those of the mechanism's cost: a small claim changes nothing of the check.
    expect(record.check.rowsChecked).toBe(ours.check.rowsChecked);
  });

  it('passes the shapes of its mechanism', async () => {
    const ended = await captured('verify', '--kernel', at('my-flash.wgsl'), '--json');
    expect(ended.code, ended.out).toBe(0);
    expect(ended.out).not.toContain('storage, read');
  });

  it('is profiled pass by pass, and its WGSL can be had', async () => {
    const ended = await captured(
      'profile',
      `two-passes:${shape}`,
      '--kernel',
      at('two-passes.wgsl'),
      '--dump',
      '--format',
      'csv',
      '--out',
      at('profile'),
      ...settings.slice(1),
    );
    expect(ended.code, ended.err).toBe(0);
    for (const word of ['weigh', 'mix', 'files of WGSL']) expect(ended.out + ended.err).toContain(word);
  });
});

describe('a wrong kernel', () => {
  it('is told by the reference of its mechanism, exits 3 and has no time', async () => {
    const file = altered('slightly-off', 'weight * values', '1.001 * weight * values');
    expect((await captured('verify', '--kernel', file, `slightly-off:${shape}`)).code).toBe(3);
    const ended = await captured(
      'run',
      `slightly-off:${shape}`,
      '--kernel',
      file,
      '--out',
      at('wrong'),
      ...settings,
    );
    expect(ended.code).toBe(3);
    const record = recordOf('wrong', 'slightly-off');
    expect(record.status).toBe('wrong');
    expect(record).not.toHaveProperty('gpuNs');
  });

  it('is no improvement, however fast', async () => {
    const { code, out } = await captured(
      'compare',
      '--kernel',
      at('slightly-off.wgsl'),
      '--base',
      at('my-flash.wgsl'),
      `slightly-off:${shape}`,
      '--out',
      at('gate-wrong'),
    );
    expect(code, out).toBe(3);
    expect(out).toContain('WRONG');
  });

  it('fails a stricter tolerance of its own', async () => {
    const file = altered('strict', '"storage"', '"tolerance": { "f32": 1e-20 }, "storage"');
    const { code, out } = await captured('verify', '--kernel', file, `strict:${shape}`);
    expect(code).toBe(3);
    expect(out).toContain('more than 1.0e-20');
  });

  it('does not compile at a line of its own', async () => {
    const file = altered('broken', 'var total = 0.0;', 'var total = nothing;');
    const line = readFileSync(file, 'utf8').split('\n').indexOf('  var total = nothing;') + 1;
    const ended = await captured(
      'run',
      `broken:${shape},precision=f16s`,
      '--kernel',
      file,
      '--out',
      at('broken'),
      ...settings,
    );
    expect(ended.code).toBe(3);
    const { status, reason } = recordOf('broken', 'broken');
    expect(status).toBe('failed');
    expect(reason?.message).toMatch(new RegExp(`^broken\\.wgsl:${line}:15: unresolved value 'nothing'`));
  });

  it('names a tensor that there is not', async () => {
    const file = altered('unbound', '"v", "y"', '"vv", "y"');
    const { code, err } = await captured('run', `unbound:${shape}`, '--kernel', file);
    expect(code).toBe(2);
    expect(err).toMatch(/unbound\.wgsl:17: passes\[0\]\.bindings\[2\]: 'vv' is no tensor of sdpa/);
  });
});

describe('a run with a brought kernel', () => {
  const cases = [`my-flash:n=8,${shape.replace(/^n=\d+,/, '')}`, `my-flash:${shape}`];
  const part = (shard: string, out: string): ReturnType<typeof captured> =>
    captured(
      'run',
      ...cases,
      '--kernel',
      at('my-flash.wgsl'),
      '--shard',
      shard,
      '--out',
      at(out),
      ...settings,
    );

  it('is merged from shards, and the whole finds the file from its own folder', async () => {
    expect((await part('1/2', 'part1')).code).toBe(0);
    expect((await part('2/2', 'part2')).code).toBe(0);
    const merged = await captured('merge', at('part1'), at('part2'), '--out', at('deep', 'whole'));
    expect(merged.code, merged.err).toBe(0);
    const { header, cases: records } = readRun(at('deep', 'whole')).run;
    expect(records).toHaveLength(2);
    expect(header.kernelFiles).toEqual({ 'my-flash': '../../my-flash.wgsl' });
    expect((await captured('run', '--resume', at('deep', 'whole'), '--no-report')).code).toBe(0);
  });

  it('is resumed with the same file only, wherever that is', async () => {
    expect(
      (await captured('run', ...cases, '--kernel', at('my-flash.wgsl'), '--out', at('stopped'), ...settings))
        .code,
    ).toBe(0);
    const records = join(at('stopped'), 'records.jsonl');
    writeFileSync(records, `${readFileSync(records, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);
    mkdirSync(at('elsewhere'));
    renameSync(at('my-flash.wgsl'), at('elsewhere', 'my-flash.wgsl'));
    const resume = ['run', '--resume', at('stopped'), '--no-report'];
    try {
      const lost = await captured(...resume);
      expect(lost.code).toBe(2);
      expect(lost.err).toContain("kernel 'my-flash' of the run is not at");

      const original = readFileSync(at('elsewhere', 'my-flash.wgsl'), 'utf8');
      writeFileSync(at('my-flash.wgsl'), `${original}// changed\n`);
      const changed = await captured(...resume);
      expect(changed.code).toBe(2);
      expect(changed.err).toContain("kernel 'my-flash' has changed since the run was started");

      const moved = await captured(...resume, '--kernel', at('elsewhere', 'my-flash.wgsl'));
      expect(moved.code, moved.err).toBe(0);
      expect(readRun(at('stopped')).run.cases.map(({ status }) => status)).toEqual(['ok', 'ok']);
    } finally {
      renameSync(at('elsewhere', 'my-flash.wgsl'), at('my-flash.wgsl'));
    }
  });

  it('says which file is measured in no case', async () => {
    const { code, err } = await captured('run', 'flash:n=8', '--kernel', at('my-flash.wgsl'));
    expect(code).toBe(2);
    expect(err).toContain(
      'my-flash.wgsl is measured in none of flash:n=8; add one of its cases, such as my-flash:n=1024',
    );
  });
});
