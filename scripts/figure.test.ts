import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../harness/record.ts';
import { figureNames } from '../reports/paper/kinds.ts';
import { header, journalText, params, scalingRun, skippedCase } from '../reports/testing/records.ts';
import { captured } from './testing/captured-io.ts';

let work: string;
let run: string;
let skipped: string;

function folder(name: string, records: Run): string {
  const path = join(work, name);
  mkdirSync(path);
  writeFileSync(join(path, 'records.jsonl'), journalText(records));
  return path;
}

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'attnbench-figure-'));
  run = folder('run', scalingRun([128, 256, 512]));
  skipped = folder('skipped', {
    header: header(),
    cases: [128, 256].map((n) => skippedCase('naive', params({ n }), 'feature', 'no shader-f16')),
  });
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('attnbench figure', () => {
  test('writes the figure in every format, its caption and its numbers, beside the run', async () => {
    const { code, out, err } = await captured('figure', 'time', run, '--width', 'single', '--font', 'serif');
    expect([code, err]).toEqual([0, '']);
    const names = ['svg', 'pdf', 'png', 'csv', 'caption.md', 'caption.tex'].map((end) => `time.${end}`);
    expect(out.trim().split('\n')).toEqual(names.map((name) => join(run, 'figures', name)));
    expect(readdirSync(join(run, 'figures')).sort()).toEqual([...names].sort());
  });

  test('takes formats, a name and a folder, and prints JSON', async () => {
    const out = join(work, 'out');
    const ran = await captured(
      'figure',
      'speedup',
      run,
      '--format',
      'csv',
      '--name',
      'fig2',
      '--out',
      out,
      '--json',
      '--over',
      'naive',
      '--kernels',
      'flash',
      '-a',
      'n=128:256:*2',
    );
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual({
      files: ['fig2.csv', 'fig2.caption.md', 'fig2.caption.tex'].map((name) => join(out, name)),
    });
    const lines = readFileSync(join(out, 'fig2.csv'), 'utf8').trim().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 4).join())).toEqual([
      'series,kernel,run,n',
      'flash,flash,synthetic,128',
      'flash,flash,synthetic,256',
    ]);
  });

  test('all draws what the runs have', async () => {
    const out = join(work, 'all');
    const ran = await captured('figure', 'all', run, '--format', 'csv', '--out', out);
    expect(ran.code).toBe(0);
    const drawn = readdirSync(out).filter((name) => name.endsWith('.csv'));
    expect(drawn.sort()).toEqual(
      ['error', 'memory', 'pareto', 'speedup', 'throughput', 'time'].map((name) => `${name}.csv`),
    );
  });

  test('--list says what there is, and of runs what can be drawn and why the rest cannot', async () => {
    const { out } = await captured('figure', '--list');
    for (const name of figureNames) expect(out).toMatch(new RegExp(`^${name} `, 'm'));
    const { out: json } = await captured('figure', '--list', run, '--json');
    const { figures } = JSON.parse(json);
    expect(figures.map(({ name }: { name: string }) => name)).toEqual(figureNames);
    expect(figures).toContainEqual(expect.objectContaining({ name: 'time', drawable: true, why: null }));
    expect(figures).toContainEqual(
      expect.objectContaining({
        name: 'decode',
        drawable: false,
        why: 'no case has more keys than queries; run some: attnbench run decode',
      }),
    );
  });

  const refuses = (sentence: string, ...words: readonly string[]) =>
    expect(captured('figure', ...words)).resolves.toEqual({
      code: 2,
      out: '',
      err: `attnbench: ${sentence}\n`,
    });

  test('refuses words that are none with what is meant', async () => {
    await refuses("unknown figure 'tiem'; did you mean 'time'?", 'tiem', run);
    await refuses("unknown style 'papre'; did you mean 'paper'?", 'time', run, '--style', 'papre');
    await refuses("unknown legend place 'rihgt'; did you mean 'right'?", 'time', run, '--legend', 'rihgt');
    await refuses("unknown palette 'tool'; did you mean 'tol'?", 'time', run, '--palette', 'tool');
    await refuses("unknown figure format 'pgn'; did you mean 'png'?", 'time', run, '--format', 'pgn');
    await refuses(
      "--width takes inches from 2 to 20, single (3.3) or double (6.9), not '1'",
      'time',
      run,
      '--width',
      '1',
    );
    await refuses(
      '-x, -y and --over are for a figure by its name; leave them out with all',
      'all',
      run,
      '-x',
      'n',
    );
    await refuses("--height takes inches from 1 to 20, not 'tall'", 'time', run, '--height', 'tall');
    await refuses("--font-size takes points from 5 to 24, not '2'", 'time', run, '--font-size', '2');
    await refuses(`there is no font file ${work}/none.ttf`, 'time', run, '--font', `${work}/none.ttf`);
    await refuses(
      "--name takes letters, digits, dots, hyphens and underscores, not '../time'",
      'time',
      run,
      '--name',
      '../time',
    );
    await refuses(
      'attnbench figure time takes the folder of a run: attnbench figure time runs/quick',
      'time',
    );
    const font = await captured('figure', 'time', run, '--font', 'No Such Family');
    expect([font.code, font.err]).toEqual([
      2,
      expect.stringMatching(/^attnbench: this machine has no font 'No Such Family'/),
    ]);
    expect(readdirSync(work)).not.toContain('time');
  });

  test('without data for the figure says what to run', async () => {
    await refuses(
      'figure roofline: the runs have no peaks of their adapter; attnbench peaks measures them, and runs after it carry them: attnbench run quick',
      'roofline',
      run,
    );
    const none = await captured('figure', 'time', skipped);
    expect([none.code, none.out]).toEqual([5, '']);
    expect(none.err).toBe('attnbench: figure time: no case has a value; run some: attnbench run quick\n');
  });

  test('a font file that is no font is one sentence', async () => {
    const file = join(work, 'broken.ttf');
    writeFileSync(file, 'no font');
    await refuses(`the font ${file} cannot be read; name a .ttf or .otf file`, 'time', run, '--font', file);
  });
});
