/** LaTeX tables, read back by a parser: what a reader of the typeset table sees is what the table says. */
import { assert, constantFrom, array, property } from 'fast-check';
import { latexParser } from 'latex-utensils';
import { expect, test } from 'vitest';
import { toLatex } from './table.ts';
import type { Table } from './table.ts';

type Node = latexParser.Node;

/** What a command of ours typesets. */
const letters: Readonly<Record<string, string>> = {
  textbackslash: '\\',
  textasciicircum: '^',
  textasciitilde: '~',
  textless: '<',
  textgreater: '>',
  textbar: '|',
  textquotedbl: '"',
  textmu: 'µ',
  dots: '…',
  textquotesingle: "'",
  textasciigrave: '`',
  '{': '{',
  '}': '}',
  $: '$',
  '&': '&',
  '#': '#',
  '%': '%',
  _: '_',
};

/** What TeX makes of letters that stand side by side. */
const ligatures = /---|``|''|[?!]`/;

/** As typeset. Throws on anything that is no plain text: a formula, a parameter, a ligature, a command that is none of ours. */
function typeset(nodes: readonly Node[]): string {
  return nodes
    .map((node): string => {
      if (latexParser.isTextString(node) && !ligatures.test(node.content)) {
        return node.content.replaceAll('--', '–');
      }
      if (latexParser.isSpace(node) || latexParser.isSoftbreak(node)) return ' ';
      if (latexParser.isGroup(node)) return typeset(node.content);
      if (latexParser.isCommand(node) && Object.hasOwn(letters, node.name)) {
        return letters[node.name] + node.args.map((argument) => typeset(argument.content)).join('');
      }
      throw new Error(`${node.kind} '${latexParser.stringify(node)}' is no text`);
    })
    .join('');
}

function splitAt(nodes: readonly Node[], isBorder: (node: Node) => boolean): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isBorder(node)) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}

const isRule = (node: Node): node is latexParser.Command =>
  latexParser.isCommand(node) &&
  ['toprule', 'midrule', 'bottomrule', 'endhead', 'endfoot'].includes(node.name);
const isLineEnd = (node: Node): boolean =>
  latexParser.isLinebreak(node) || (latexParser.isCommand(node) && node.name === '\\');

/** Rows of cells between `tabular`'s or `longtable`'s begin and end; the caption of a longtable is its first row. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const { content } = latexParser.parse(text);
  const environments = content.filter(latexParser.isEnvironment);
  expect(environments).toHaveLength(1);
  const [outer] = environments;
  const table = outer.name === 'table' ? outer.content.filter(latexParser.isEnvironment)[0] : outer;
  const columns = typeset(table.args[0].content);
  return splitAt(
    // The parser gives a rule the group behind it.
    table.content.flatMap((node) => (isRule(node) ? node.args.flatMap(({ content }) => content) : [node])),
    isLineEnd,
  )
    .map((row) => splitAt(row, latexParser.isAlignmentTab))
    .filter((cells) => cells.length > 1)
    .map((cells) => {
      expect(cells).toHaveLength(columns.length);
      return cells.map((cell) => typeset(cell).trim());
    });
}

const tableWith = (texts: readonly string[]): Table => ({
  id: 'sample',
  caption: 'One & only',
  columns: [
    { key: 'what', title: 'what_it & is', align: 'left' },
    { key: 'also', title: '50 %', align: 'right' },
  ],
  rows: texts.map((text) => [
    { value: text, text },
    { value: 1, text: '1' },
  ]),
});

const titles = ['what_it & is', '50 %'];

test('every letter that means something to LaTeX comes back as itself', () => {
  const words = array(constantFrom(...'\\{}$&#%_^~[]<>|"–…µ-!aé*`\' '), { minLength: 1, maxLength: 12 });
  assert(
    property(array(words, { minLength: 1, maxLength: 4 }), (rows) => {
      const texts = rows.map((row) => row.join(''));
      // The parser drops a space between a command's braces and the next.
      const closed = (cells: readonly string[]): readonly string[] =>
        cells.map((cell) => cell.replaceAll(' ', ''));
      const expected = [titles, ...texts.map((text) => [text, '1'])];
      expect(rowsOf(toLatex(tableWith(texts))).map(closed)).toEqual(expected.map(closed));
    }),
  );
});

test('a table longer than a page has all its rows', () => {
  const texts = Array.from({ length: 60 }, (_, index) => `row ${index}`);
  expect(rowsOf(toLatex(tableWith(texts)))).toEqual([titles, ...texts.map((text) => [text, '1'])]);
});
