/** One table model and its writers: CSV, Markdown, LaTeX and plain text for a terminal. */

export interface Column {
  /** Heading in CSV, unit included: `median_ns`. Null where other columns say the same in numbers. */
  readonly key: string | null;
  /** Heading for people. Null where only programs want it. */
  readonly title: string | null;
  readonly align: 'left' | 'right';
}

export interface Cell {
  /** For programs: unrounded. */
  readonly value: string | number | boolean | null;
  /** For people. */
  readonly text: string;
}

export interface Table {
  /** File name and LaTeX label. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export function textCell(text: string): Cell {
  return { value: text, text };
}

/** A dash where there is nothing to show. */
export function valueCell(value: number | null | undefined, format: (value: number) => string): Cell {
  if (value === null || value === undefined || !Number.isFinite(value)) return { value: null, text: '–' };
  return { value, text: format(value) };
}

export const left = (key: string | null, title: string | null): Column => ({ key, title, align: 'left' });
export const right = (key: string | null, title: string | null): Column => ({ key, title, align: 'right' });

/** A field of the table: its column and what stands in it for a row. */
export interface Field<Item> {
  readonly column: Column;
  readonly cell: (item: Item) => Cell;
}

/** A table whose cells are made when they are asked for: a page shows few of many. */
export interface TableSource {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Rows. */
  readonly count: number;
  readonly cell: (row: number, column: number) => Cell;
}

/** Rows from items, by the table's fields. */
export function sourceOf<Item>(
  id: string,
  caption: string,
  items: readonly Item[],
  fields: readonly Field<Item>[],
): TableSource {
  return {
    id,
    caption,
    columns: fields.map((field) => field.column),
    count: items.length,
    cell: (row, column) => fields[column].cell(items[row]),
  };
}

/** All cells of a table. */
export function wholeTable({ id, caption, columns, count, cell }: TableSource): Table {
  return {
    id,
    caption,
    columns,
    rows: Array.from({ length: count }, (_, row) => columns.map((_column, index) => cell(row, index))),
  };
}

export const tableOf = <Item>(
  id: string,
  caption: string,
  items: readonly Item[],
  fields: readonly Field<Item>[],
): Table => wholeTable(sourceOf(id, caption, items, fields));

interface Shown {
  readonly titles: readonly string[];
  readonly aligns: readonly Column['align'][];
  readonly rows: readonly (readonly string[])[];
}

function shown(table: Table): Shown {
  const positions = table.columns.flatMap(({ title }, index) => (title === null ? [] : [index]));
  return {
    titles: positions.map((index) => table.columns[index].title ?? ''),
    aligns: positions.map((index) => table.columns[index].align),
    rows: table.rows.map((row) => positions.map((index) => row[index].text)),
  };
}

function csvField(value: Cell['value']): string {
  const text = value === null ? '' : String(value);
  // A spreadsheet would run a text that begins like a formula, in letters of either width.
  const harmless = typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** RFC 4180, with unrounded values and units in the headings. */
export function toCsv(table: Table): string {
  const positions = table.columns.flatMap(({ key }, index) => (key === null ? [] : [index]));
  const head = positions.map((index) => csvField(table.columns[index].key));
  const body = table.rows.map((row) => positions.map((index) => csvField(row[index].value)));
  return [head, ...body].map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** Control characters would move a terminal's cursor or break a row. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

export function escapeMarkdown(text: string): string {
  return (
    oneLine(text)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_[\]|~]/g, '\\$&')
      // Readers make links of bare addresses, and GitHub of a person's name and an issue's number, and mathematics of dollars.
      .replaceAll(/[@#$]|:(?=\/\/)|(?<=www)\./gi, (letter) => `&#${letter.codePointAt(0)};`)
  );
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function toMarkdown(table: Table): string {
  const { titles, aligns, rows } = shown(table);
  return [
    `**${escapeMarkdown(table.caption)}**`,
    '',
    markdownLine(titles.map(escapeMarkdown)),
    markdownLine(aligns.map((align) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => markdownLine(row.map(escapeMarkdown))),
    '',
  ].join('\n');
}

const latexLetters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  // Behind a line's end they would be an option of it.
  '[': '{[}',
  '*': '{*}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '–': '--',
  '…': '\\dots{}',
  µ: '\\textmu{}',
};

export function escapeLatex(text: string): string {
  const letters = [...oneLine(text)];
  // Hyphens side by side would be typeset as a dash, and a hyphen beside a dash as a longer one.
  const isDash = (letter: string | undefined): boolean => letter === '-' || letter === '–';
  const escaped = (letter: string, at: number): string =>
    (latexLetters[letter] ?? letter) + (isDash(letter) && isDash(letters[at + 1]) ? '{}' : '');
  return letters.map(escaped).join('');
}

/** Beyond this many rows a table is longer than a page. */
const rowsOfAPage = 45;

/** booktabs; a longtable where one page does not hold it. */
export function toLatex(table: Table): string {
  const { titles, aligns, rows } = shown(table);
  const line = (cells: readonly string[]): string => `${cells.map(escapeLatex).join(' & ')} \\\\`;
  const format = aligns.map((align) => align[0]).join('');
  const caption = `\\caption{${escapeLatex(table.caption)}}\\label{tab:${table.id}}`;
  const body = rows.map(line);
  if (rows.length > rowsOfAPage) {
    return [
      '% needs \\usepackage[T1]{fontenc}, textcomp, booktabs, longtable',
      `\\begin{longtable}{${format}}`,
      `${caption} \\\\`,
      '\\toprule',
      line(titles),
      '\\midrule',
      '\\endhead',
      '\\bottomrule',
      '\\endfoot',
      ...body,
      '\\end{longtable}',
      '',
    ].join('\n');
  }
  return [
    '% needs \\usepackage[T1]{fontenc}, textcomp, booktabs',
    '\\begin{table}',
    '\\centering',
    caption,
    `\\begin{tabular}{${format}}`,
    '\\toprule',
    line(titles),
    '\\midrule',
    ...body,
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** Columns padded to their widest cell, two spaces between. Every character counts as one cell wide. */
export function toPlainText(table: Table): string {
  const { titles, aligns, rows } = shown(table);
  const lines = [titles, ...rows].map((row) => row.map(oneLine));
  const widths = titles.map((_, column) => Math.max(...lines.map((row) => [...row[column]].length)));
  const pad = (text: string, column: number): string => {
    const space = ' '.repeat(widths[column] - [...text].length);
    return aligns[column] === 'right' ? `${space}${text}` : `${text}${space}`;
  };
  const rule = widths.map((width) => '─'.repeat(width));
  const [head, ...body] = lines;
  return [head, rule, ...body].map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}
