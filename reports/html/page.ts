/** The report as one HTML file that works from disk and asks the network for nothing. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Analysis } from '../analysis.ts';
import { figuresOf, rooflinesOf } from '../figure-list.ts';
import { describeAxis } from '../../harness/format.ts';
import { axesThatVary } from '../sweeps.ts';
import { allTables } from '../tables.ts';
import type { Column, Table } from '../table.ts';
import { methodHtml } from './method.ts';
import { payloadElementId } from './payload.ts';
import type { PageFilter, PagePayload, PageTable } from './payload.ts';

interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** The client and chart.js in one script. The same for every report, so it is made once. */
let bundled: Promise<Bundle> | null = null;

function besideThis(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

async function makeBundle(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [besideThis('client.ts'), besideThis('style.css')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    outdir: 'report',
    logLevel: 'silent',
  });
  const content = (ending: string): string =>
    outputFiles.find((file) => file.path.endsWith(ending))?.text.trim() ?? '';
  return { script: content('.js'), style: content('.css') };
}

/** Columns that only the page has room for, where they say anything. */
const pageTitles: Readonly<Record<string, string>> = { left_out: 'left out', note: 'note' };

function pageTable(table: Table): PageTable {
  const columns = table.columns.map((column, index): Column => {
    const says = table.rows.some((row) => row[index].text !== '');
    return { ...column, title: column.title ?? (says ? (pageTitles[column.key ?? ''] ?? null) : null) };
  });
  const positions = columns.flatMap(({ title }, index) => (title === null ? [] : [index]));
  return {
    id: table.id,
    caption: table.caption,
    columns: positions.map((index) => columns[index]),
    rows: table.rows.map((row) => positions.map((index) => row[index])),
    cases: table.id === 'results' ? table.rows.map((_, index) => index) : null,
  };
}

function filtersOf(analysis: Analysis): readonly PageFilter[] {
  const suites = [...new Set(analysis.rows.map((row) => row.suite))];
  const suiteFilter: PageFilter[] =
    suites.length > 1 ? [{ axis: 'suite', values: suites.map((value) => ({ value, label: value })) }] : [];
  const axisFilters = axesThatVary(analysis.rows)
    .filter((axis) => axis !== 'n')
    .map((axis): PageFilter => {
      const values = [
        ...new Set(analysis.rows.flatMap((row) => (axis === 'run' ? row.run : (row.params[axis] ?? [])))),
      ];
      if (values.every((value) => typeof value === 'number')) values.sort((a, b) => a - b);
      const label = (value: string | number | boolean): string =>
        axis === 'run' && typeof value === 'number'
          ? analysis.runs[value].label
          : typeof value === 'number'
            ? String(value)
            : describeAxis(axis, value);
      return { axis, values: values.map((value) => ({ value, label: label(value) })) };
    });
  return [...suiteFilter, ...axisFilters];
}

/** JSON that cannot end the script element it stands in: no `<` is left. */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Nothing from the records stands in the markup itself: the script sets every string of theirs as text. */
function html({ script, style }: Bundle, payload: PagePayload): string {
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>attnbench report</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header class="top"><p class="brand">attnbench</p><h1 id="title">Report</h1><p id="facts" class="facts"></p><nav id="contents" aria-label="Contents"></nav></header>
<main>
<noscript><p class="callout">The charts and tables of this page are drawn by a script, and scripts are switched off. The same tables lie beside this file as CSV and Markdown.</p></noscript>
<section id="warnings" hidden></section>
<section id="figures"><h2>Figures</h2><form id="controls" class="controls"></form><div id="sweeps"></div></section>
<section id="tables"></section>
<section id="environment"><h2>Environment</h2></section>
${methodHtml}
</main>
<script type="application/json" id="${payloadElementId}">${jsonForScript(payload)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The whole page. */
export async function renderPage(analysis: Analysis): Promise<string> {
  bundled ??= makeBundle();
  return html(await bundled, {
    analysis,
    figures: figuresOf(analysis),
    rooflines: rooflinesOf(analysis),
    tables: allTables(analysis).map(pageTable),
    filters: filtersOf(analysis),
  });
}
