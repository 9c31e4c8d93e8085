import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../harness/record.ts';
import { pdfTexts } from '../testing/pdf-text.ts';
import { header, okCase, params, peaksWith, scalingRun } from '../testing/records.ts';
import { collisions, wordBoxes } from '../testing/word-boxes.ts';
import { renderPaper } from './render.ts';
import type { Rendered } from './render.ts';
import { makeFigures } from './kinds.ts';
import type { FigureName } from './kinds.ts';
import { styleOf } from './style.ts';
import type { StyleWords } from './style-words.ts';

const plain: StyleWords = {
  style: 'paper',
  width: null,
  height: null,
  font: null,
  fontSize: null,
  legend: null,
  palette: null,
  grayscale: false,
};
const nothing = { x: null, y: null, over: null };

function drawn(
  words: Partial<StyleWords> = {},
  name: FigureName = 'time',
  run: Run = scalingRun(),
): Rendered {
  const { built, selection } = makeFigures(
    name,
    { runs: [run], filters: { kernels: null, axes: {}, suite: null } },
    nothing,
  );
  if (built.kind === 'none' || selection === null) throw new Error(`no figure ${name}`);
  return renderPaper(built.figures[0], selection.kernels, styleOf({ ...plain, ...words }));
}

const svgTexts = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('a figure for print', () => {
  test('in SVG has its words as text, and its width in inches', () => {
    const { content } = drawn({ font: 'serif' });
    const svg = content('svg').toString('utf8');
    expect(svgTexts(svg)).toEqual(
      expect.arrayContaining([
        'flash',
        'naive',
        '128',
        '16k',
        'time per call (ms)',
        'sequence length n',
        '0.1',
      ]),
    );
    expect(svg).toContain("font-family=\"'STIX Two Text', 'Times New Roman', Times, serif\"");
    expect(svg).toMatch(/<svg[^>]* width="316.8" [^>]*viewBox="0 0 330 /);
    expect(svg).not.toMatch(/\d\.\d{3}/);
  });

  test.each([
    ['sans', 'Inter-Regular'],
    ['serif', 'STIXTwoText-Regular'],
  ])('in PDF has its words as text in an embedded %s font, and is as wide as asked for', (font, embedded) => {
    const { content, heightIn } = drawn({ font, width: '4.37' });
    const pdf = content('pdf');
    const texts = pdfTexts(pdf);
    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['flash', 'naive', '128', '16k', 'time per call (ms)', 'sequence length n']),
    );
    const latin = pdf.toString('latin1');
    expect(latin).toContain(embedded);
    expect(latin).toMatch(/\/FontFile[23]? \d+ 0 R/);
    const [left, bottom, right, top] = (/\/MediaBox \[(.*?)\]/.exec(latin)?.[1] ?? '').split(' ').map(Number);
    const width = right - left;
    expect(width).toBeCloseTo(4.37 * 72, 2);
    expect(top - bottom).toBeCloseTo(heightIn * 72, 2);
    // Every object stands where the table of objects says.
    const [, table] = /startxref\n(\d+)/.exec(latin) ?? [];
    expect(latin.slice(Number(table), Number(table) + 4)).toBe('xref');
    const offsets = [...latin.matchAll(/^(\d{10}) \d{5} n/gm)].map(([, offset]) => Number(offset));
    expect(offsets.length).toBeGreaterThan(10);
    offsets.forEach((offset, index) => {
      expect(latin.slice(offset, offset + 12)).toMatch(new RegExp(`^${index + 1} 0 obj`));
    });
    // The last tick stands near the right edge: the chart fills the page.
    const last = texts.find(({ text }) => text === '16k')?.x ?? 0;
    expect(last / width).toBeGreaterThan(0.85);
    expect(last).toBeLessThan(width);
  });

  test('in PNG is as wide as asked for at 300 dots an inch', async () => {
    const { content, heightIn } = drawn({ width: 'double' });
    const png = content('png');
    const image = await loadImage(png);
    expect([image.width, image.height]).toEqual([6.9 * 300, Math.round(heightIn * 300)]);
    const chunk = png.indexOf('pHYs');
    expect(png.readUInt32BE(chunk + 4) * 0.0254).toBeCloseTo(300, 0);
    expect(png.readUInt32BE(chunk + 8)).toBe(png.readUInt32BE(chunk + 4));
    expect(png[chunk + 12]).toBe(1);
  });

  test('has a height where one is asked for, and title and notes on screen', () => {
    expect(drawn({ height: '2.5' }).heightIn).toBe(2.5);
    const svg = drawn({ style: 'screen' }).content('svg').toString('utf8');
    expect(svgTexts(svg)[0]).not.toBe('');
    expect(svgTexts(svg)).toContain('Time of a call by sequence length n');
    expect(svgTexts(svg).join(' ')).toContain('bigbird at n = 1024: timed out');
    expect(svgTexts(drawn().content('svg').toString('utf8'))).not.toContain(
      'Time of a call by sequence length n',
    );
  });

  test('without colours has none', async () => {
    const image = await loadImage(drawn({ grayscale: true }).content('png'));
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    // Ink and rules are a cool gray; the kernels' colours are far from any.
    let most = 0;
    for (let at = 0; at < data.length; at += 4) {
      const channels = [data[at], data[at + 1], data[at + 2]];
      most = Math.max(most, Math.max(...channels) - Math.min(...channels));
    }
    expect(most).toBeLessThan(20);
  });

  test('names from records are text, whatever they hold', () => {
    const kernel = `</text><script>alert("&")</script>${'long '.repeat(500)}`;
    const cases = [128, 256].map((n) => ({ ...okCase('flash', params({ n })), kernel, suite: '\u0007<b>' }));
    const svg = drawn({}, 'time', { header: header(), cases }).content('svg').toString('utf8');
    expect(svg).not.toMatch(/<script|<b>/);
    expect(svg).not.toContain('\u0007');
    expect(svgTexts(svg).join(' ')).toContain('&lt;script&gt;');
    expect(svgTexts(svg).every((text) => text.length < 120)).toBe(true);
  });
});

describe('the legend', () => {
  const places = (svg: string, words: readonly string[]): readonly { x: number; y: number }[] =>
    words.map((word) => {
      const [, x, y] = new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${word}</text>`).exec(svg) ?? [];
      return { x: Number(x), y: Number(y) };
    });
  const kernels = scalingRun().cases.map(({ kernel }) => kernel);

  test('stands above, beside, or not at all; no two of its names meet', () => {
    const names = [...new Set(kernels)];
    const top = places(drawn().content('svg').toString('utf8'), names);
    expect(new Set(top.map(({ x, y }) => `${x} ${y}`)).size).toBe(names.length);
    expect(Math.max(...top.map(({ y }) => y))).toBeLessThan(60);
    const right = places(drawn({ width: 'double' }).content('svg').toString('utf8'), names);
    expect(Math.min(...right.map(({ x }) => x))).toBeGreaterThan(560);
    expect(new Set(right.map(({ y }) => y)).size).toBe(names.length);
    const none = svgTexts(drawn({ legend: 'none' }).content('svg').toString('utf8'));
    expect(none).not.toContain('flash');
  });

  test('inside takes a free corner, and stands above where there is none', () => {
    const few: Run = {
      header: header(),
      cases: [128, 256, 512, 1024, 2048, 4096].map((n) => okCase('flash', params({ n }))),
    };
    const [inside] = places(drawn({ legend: 'inside' }, 'time', few).content('svg').toString('utf8'), [
      'flash',
    ]);
    const [above] = places(drawn({ legend: 'top' }, 'time', few).content('svg').toString('utf8'), ['flash']);
    expect(inside.y).toBeGreaterThan(above.y);
    const crowded = drawn({ legend: 'inside' }).content('svg').toString('utf8');
    const names = [...new Set(kernels)];
    expect(places(crowded, names)).toEqual(places(drawn().content('svg').toString('utf8'), names));
  });
});

/** Of a letter without its ascender, in font sizes: lines of small figures may come near each other. */
const letterHeight = 0.6;

const twelve: Run = {
  header: header(),
  cases: ['copy', 'flash', 'longformer', 'bigbird', 'performer', 'mamba'].flatMap((kernel) =>
    [false, true].flatMap((causal) => [128, 256, 512].map((n) => okCase(kernel, params({ n, causal })))),
  ),
};
const long = scalingRun(Array.from({ length: 14 }, (_, step) => 16 * 2 ** step));
const peaked = {
  ...scalingRun(),
  header: header({ peaks: peaksWith({ f32: 6e13, f16: 1.1e14, readCold: 2e12 }) }),
};
const grid: Run = {
  header: header(),
  cases: [64, 256, 1024, 4096, 16_384].flatMap((n) =>
    [1, 2, 4, 8].flatMap((heads) =>
      ['flash', 'longformer'].map((kernel) => okCase(kernel, params({ n, heads }))),
    ),
  ),
};

test.each([
  ['time', scalingRun(), {}],
  ['time', twelve, {}],
  ['time', twelve, { width: 'double' }],
  ['time', twelve, { legend: 'inside' }],
  ['time', long, { width: '2', fontSize: '10' }],
  ['time', long, { style: 'screen' }],
  ['memory', long, { height: '1.6' }],
  ['throughput', scalingRun(), { height: '1.2', fontSize: '10', legend: 'none' }],
  ['throughput', long, { legend: 'none', fontSize: '12' }],
  ['speedup', long, {}],
  ['error', twelve, {}],
  ['roofline', peaked, {}],
  ['roofline', peaked, { width: 'double' }],
  ['crossover', grid, {}],
  ['crossover', grid, { fontSize: '12', height: '2' }],
  ['pareto', scalingRun(), { legend: 'inside' }],
] as const)('no words of figure %s meet (%#)', (name, run, words) => {
  const { content, widthIn } = drawn(words, name, run);
  const all = wordBoxes(content('svg').toString('utf8'), letterHeight);
  expect(all.length).toBeGreaterThan(5);
  expect(collisions(all)).toEqual([]);
  for (const { left, right } of all) {
    expect(left).toBeGreaterThan(-1);
    expect(right).toBeLessThan(100 * widthIn + 1);
  }
});

test('bands span the intervals, and a gap is a gap in them', () => {
  const alone = (series: readonly string[]): Run => ({
    header: header(),
    cases: scalingRun().cases.filter(({ kernel }) => series.includes(kernel)),
  });
  const bandsOf = (run: Run): number =>
    (
      drawn({}, 'time', run)
        .content('svg')
        .toString('utf8')
        .match(/fill-opacity="0\.22"/g) ?? []
    ).length;
  expect(bandsOf(alone(['flash']))).toBe(1);
  // bigbird has none at n = 1024.
  expect(bandsOf(alone(['bigbird']))).toBe(2);
  const few = [128, 256].map((n) => okCase('flash', params({ n }), { samples: 4 }));
  expect(bandsOf({ header: header(), cases: few })).toBe(0);
});

test('a map has the lead in each cell, hatched where the two fastest are level', () => {
  const svg = drawn({}, 'crossover', grid).content('svg').toString('utf8');
  expect(svgTexts(svg).filter((text) => /^[\d.]+×$/.test(text))).toHaveLength(20);
  const clips = (of: string): number => (of.match(/<clipPath/g) ?? []).length;
  const level = grid.cases.map((record) => {
    const flash = record.status === 'ok' ? okCase('flash', record.params) : record;
    return { ...flash, kernel: record.kernel, id: record.id };
  });
  const hatched = drawn({}, 'crossover', { header: header(), cases: level }).content('svg').toString('utf8');
  expect(clips(svg)).toBeLessThan(10);
  expect(clips(hatched)).toBe(21);
});

test('twelve series in a single column are told apart, with and without colours', () => {
  const { content, alike } = drawn({}, 'time', twelve);
  expect(alike).toEqual([]);
  const texts = svgTexts(content('svg').toString('utf8'));
  expect(texts.filter((text) => text.includes('causal'))).toHaveLength(12);
});

test('points without lines that only hue tells apart are said', () => {
  const precisions = ['f32', 'f16', 'f16s'] as const;
  const cases = precisions.flatMap((precision) =>
    [128, 256, 512].map((n) => okCase('flash', params({ n, precision }))),
  );
  const run = { header: header({ peaks: peaksWith({ f32: 6e13, readCold: 2e12 }) }), cases };
  const { alike } = drawn({}, 'roofline', run);
  expect(alike.map(({ labels }) => labels)).toEqual([['flash f16s', 'flash f32']]);
});
