/** Pages, figures and tables of records that hold the worst of strings, each against a strict reader of its format. */
import { loadImage } from '@napi-rs/canvas';
import { parse } from 'csv-parse/sync';
import { latexParser } from 'latex-utensils';
import { marked } from 'marked';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import type { Run } from '../harness/record.ts';
import { environment, levels, pinnedPoints } from '../harness/testing/history.ts';
import { analyse } from './analysis.ts';
import { comparisonTables } from './comparison/tables.ts';
import { renderComparisonPage } from './comparison/html/page.ts';
import { figuresOf, rooflinesOf } from './figure-list.ts';
import { hasSeveralDevices } from './hardware/judge.ts';
import { hardwareTables } from './hardware/tables.ts';
import { renderHistoryPage } from './history/page.ts';
import { renderPage } from './html/page.ts';
import { comparisonsOf } from './profile/compare.ts';
import { figuresOfProfile } from './profile/figure.ts';
import { renderProfilePage } from './profile/html/page.ts';
import { profileOf } from './profile/profile.ts';
import { renderBars } from './profile/static.ts';
import { profileTables } from './profile/tables.ts';
import { renderFigure } from './static.ts';
import type { Table } from './table.ts';
import { toCsv, toLatex, toMarkdown } from './table.ts';
import { allTables } from './tables.ts';
import {
  attackExamples,
  hostileComparison,
  hostileHistory,
  hostileProfile,
  hostileRun,
} from './testing/hostile.ts';

const points = pinnedPoints(levels([12, 0], [12, 0.06]));
const attacks = attackExamples.map(([text]) => text);

async function pagesOf(text: string): Promise<readonly string[]> {
  const profile = profileOf(hostileProfile(text));
  const { environments, trends } = hostileHistory(text, points, environment);
  return [
    await renderPage(analyse([hostileRun(text), hostileRun(text)])),
    await renderComparisonPage(hostileComparison(text)),
    await renderProfilePage(profile, comparisonsOf(profile)),
    await renderHistoryPage(environments, trends),
  ];
}

const dataOf = /(<script type="application\/json" id="report-data">)(.*?)(<\/script>)/s;

function tablesOf(text: string): readonly Table[] {
  const run = hostileRun(text);
  const profile = profileOf(hostileProfile(text));
  const devices = analyse([run, hostileRun(`${text} again`)]);
  if (!hasSeveralDevices(devices)) throw new Error('the runs are of one device');
  return [
    ...allTables(analyse([run, run])),
    ...hardwareTables(devices),
    ...comparisonTables(hostileComparison(text)),
    ...profileTables(profile, comparisonsOf(profile)),
  ];
}

test('nothing of a record stands in the markup of a page: the rest of it is the same whatever they say', async () => {
  const markup = (page: string): string => page.replace(dataOf, '$1$3');
  const plain = (await pagesOf('plain')).map(markup);
  for (const text of attacks) {
    const pages = await pagesOf(text);
    expect(pages.map(markup)).toEqual(plain);
    for (const page of pages) expect(() => JSON.parse(dataOf.exec(page)?.[2] ?? '')).not.toThrow();
  }
}, 60_000);

/** The elements and attributes that Skia and we make. */
const svgNames = new Set(
  'svg title g path text rect defs clipPath image use circle line polyline'.split(' '),
);

function readSvg(svg: string): string {
  const parser = new SaxesParser();
  let words = '';
  parser.on('opentag', ({ name, attributes }) => {
    expect(svgNames).toContain(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute).not.toMatch(/^on/i);
      if (/href/.test(attribute)) expect(String(value)).toMatch(/^(#|data:image\/png)/);
    }
  });
  parser.on('text', (text) => {
    words += text;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(svg).close();
  return words;
}

/** What a PDF says outside of its strings and streams. */
function pdfStructure(pdf: Buffer): string {
  const text = pdf.toString('latin1').replaceAll(/stream\r?\n.*?endstream/gs, '');
  let [depth, structure] = [0, ''];
  for (let at = 0; at < text.length; at++) {
    if (depth > 0 && text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (depth === 0) structure += text[at];
  }
  return structure;
}

describe('figures', () => {
  // Drawing takes a while: these are what XML, a PDF and a drawing library could trip over.
  const trying = attacks.filter((text) => /[<\0()\u202e]|__proto__|^$/.test(text));
  const figuresOfRun = (run: Run, format: 'svg' | 'pdf' | 'png'): readonly Buffer[] => {
    const analysis = analyse([run]);
    const [first, ...others] = figuresOf(analysis);
    return [first, ...others.slice(-1), ...rooflinesOf(analysis)].map((spec) =>
      renderFigure(analysis, spec, format),
    );
  };
  const barsOf = (text: string, format: 'svg' | 'pdf' | 'png'): readonly Buffer[] =>
    figuresOfProfile(profileOf(hostileProfile(text)))
      .slice(0, 2)
      .map((figure) => renderBars(figure, format));

  test.each(trying)('as SVG are XML that says the text and does nothing: %j', (text) => {
    const drawn = [...figuresOfRun(hostileRun(text), 'svg'), ...barsOf(text, 'svg')];
    for (const svg of drawn) {
      const words = readSvg(svg.toString('utf8'));
      expect(words).not.toBe('');
      if (text.startsWith('</script')) expect(words).toContain('<script>');
    }
  });

  test.each(trying)('as PDF have no action: %j', (text) => {
    for (const pdf of [...figuresOfRun(hostileRun(text), 'pdf'), ...barsOf(text, 'pdf')]) {
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdfStructure(pdf)).not.toMatch(/\/(OpenAction|JavaScript|JS|URI|Launch|AA)\b/);
    }
  });

  test('as PNG are pictures', async () => {
    for (const png of figuresOfRun(hostileRun(trying[0]), 'png')) {
      expect(await loadImage(png)).toMatchObject({ width: 1950 });
    }
  });
});

const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const ofMarkdown = new Set('p strong table thead tbody tr th td'.split(' '));
const ofLatex =
  /^(begin|end|caption|label|centering|toprule|midrule|bottomrule|endhead|endfoot|text\w+|dots|[{}$&#%_\\])$/;

describe.each(attacks)('tables of %j', (text) => {
  const tables = tablesOf(text);

  test('as Markdown are words, without a link, an element or a mention', () => {
    for (const table of tables) {
      const markdown = toMarkdown(table);
      const html = marked.parse(markdown, { async: false });
      for (const [, name] of html.matchAll(/<\/?([a-z0-9]+)/gi)) expect(ofMarkdown).toContain(name);
      expect(html.match(/<tr>/g)).toHaveLength(table.rows.length + 1);
      expect(markdown).not.toMatch(/@|(?<!&)#(?!\d)|\$|:\/\//);
    }
  });

  test('as LaTeX use the commands of a table alone', () => {
    for (const table of tables) {
      const latex = toLatex(table).replace(/^%.*\n/, '');
      expect(() => latexParser.parse(latex)).not.toThrow();
      for (const [, command] of latex.matchAll(/\\([a-zA-Z]+|.)/gs)) expect(command).toMatch(ofLatex);
    }
  });

  test('as CSV hold nothing that a spreadsheet runs', () => {
    for (const table of tables) {
      const rows: readonly (readonly string[])[] = parse(toCsv(table), { record_delimiter: '\r\n' });
      const fields = rows.flat().filter((field) => Number.isNaN(Number(field)));
      for (const field of fields) expect(field).not.toMatch(formula);
    }
  });
});
