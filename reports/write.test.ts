import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../harness/errors.ts';
import { writeReport } from './write.ts';
import { okCase, header, params, peaksWith, scalingRun } from './testing/records.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attnbench-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = scalingRun([128, 256, 512, 4096]);

describe('writeReport', () => {
  test('writes every format and names every file', async () => {
    const files = await writeReport([run], folder, ['html', 'svg', 'pdf', 'png', 'csv', 'md', 'tex']);
    const names = files.map((file) => relative(folder, file));
    expect(names).toEqual(
      [
        ...['csv', 'md', 'tex'].flatMap((format) =>
          ['results', 'exponents', 'crossovers', 'missing'].map((table) => `tables/${table}.${format}`),
        ),
        ...['svg', 'pdf', 'png'].flatMap((format) =>
          ['time', 'throughput', 'memory', 'error'].map(
            (metric) => `figures/scaling-${metric}-by-n.${format}`,
          ),
        ),
        'index.html',
      ].sort(byKind),
    );
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    expect(found.sort()).toEqual(['.report-files.json', ...names].sort());
  });

  test('without a format names is a page with its tables, and draws no figure as a file', async () => {
    const files = await writeReport([run], folder);
    expect(new Set(files.map((file) => file.slice(file.lastIndexOf('.'))))).toEqual(
      new Set(['.html', '.csv', '.md']),
    );
  });

  test('figures are valid and keep their words', async () => {
    await writeReport([run], folder, ['svg', 'pdf', 'png']);
    const path = join(folder, 'figures', 'scaling-time-by-n');
    const image = await loadImage(`${path}.png`);
    expect([image.width, image.height]).toEqual([6.5 * 300, 4 * 300]);
    const png = readFileSync(`${path}.png`);
    const chunk = png.indexOf('pHYs');
    expect(png.readUInt32BE(chunk + 4) * 0.0254).toBeCloseTo(300, 0);

    const svg = readFileSync(`${path}.svg`, 'utf8');
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    expect(texts).toEqual(expect.arrayContaining(['Time by sequence length n', '128', 'sequence length n']));
    expect(texts.join(' ')).toContain('(a call would hold 544 MiB).');
    expect(await loadImage(Buffer.from(svg))).toMatchObject({ width: 624, height: 384 });

    const pdf = readFileSync(`${path}.pdf`, 'latin1');
    expect(pdf).toMatch(/^%PDF-1\.\d/);
    expect(pdf.trimEnd()).toMatch(/%%EOF$/);
    expect(pdf).toMatch(/\/MediaBox ?\[0 0 468 288\]/);
    expect(pdf).toContain('Inter-Regular');
  });

  test('a run with peaks has its roofline in every format of figures, with names at its lines', async () => {
    const peaks = peaksWith({ f32: 60e12, readCold: 2e12, readWarm: 5e12 });
    await writeReport([{ ...run, header: header({ peaks }) }], folder, ['svg', 'pdf', 'png']);
    const files = readdirSync(join(folder, 'figures')).filter((name) => name.startsWith('roofline'));
    expect(files.sort()).toEqual(['roofline.pdf', 'roofline.png', 'roofline.svg']);
    const svg = readFileSync(join(folder, 'figures', 'roofline.svg'), 'utf8');
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    expect(texts).toEqual(
      expect.arrayContaining([
        'Roofline',
        'f32 60000 GFLOP/s',
        'read, cold 2000 GB/s',
        'from cache 5000 GB/s',
        'flash',
      ]),
    );
  });

  test('names from records are text in a figure, whatever they hold', async () => {
    const kernel = '<script>alert("&")</script>';
    const cases = [128, 256].map((n) => ({
      ...okCase('flash', params({ n })),
      kernel,
      suite: `${kernel}\u0007`,
    }));
    await writeReport([{ header: header(), cases }], folder, ['svg']);
    const [file] = readdirSync(join(folder, 'figures'));
    const svg = readFileSync(join(folder, 'figures', file), 'utf8');
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0007');
    expect(svg).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(await loadImage(Buffer.from(svg))).toMatchObject({ width: 624 });
  });

  test('only the formats asked for are written, each once', async () => {
    const files = await writeReport([run], folder, ['csv', 'csv']);
    expect(files.map((file) => relative(folder, file))).toEqual([
      'tables/results.csv',
      'tables/exponents.csv',
      'tables/crossovers.csv',
      'tables/missing.csv',
    ]);
  });

  test('what cannot be written is one sentence, and no part of it stays', async () => {
    writeFileSync(join(folder, 'tables'), '');
    const writing = writeReport([run], folder, ['csv']);
    await expect(writing).rejects.toThrow(UsageError);
    await expect(writing).rejects.toThrow(
      `the report could not be written to ${join(folder, 'tables', 'results.csv')}: a file stands where a folder is needed; name another folder with --out`,
    );
    expect(readdirSync(folder)).toEqual(['tables']);
  });

  test('a run without cases still has a report', async () => {
    const files = await writeReport([{ header: header(), cases: [] }], folder, ['html', 'csv', 'svg']);
    expect(files.map((file) => relative(folder, file))).toEqual(['tables/results.csv', 'index.html']);
  });
});

/** The order in which files are written: tables, figures, page. */
const kinds = ['tables', 'figures', 'index.html'];

function byKind(a: string, b: string): number {
  return kinds.indexOf(a.split('/')[0]) - kinds.indexOf(b.split('/')[0]);
}
