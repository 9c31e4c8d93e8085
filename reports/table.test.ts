import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textCell, toCsv, toLatex, toMarkdown, toPlainText, valueCell } from './table.ts';
import type { Table } from './table.ts';

const nasty = 'a|b,"c" & 50% of $x_1^2 #~ {y} \\z [w] <b>';

function tableOf(...texts: readonly string[]): Table {
  return {
    id: 'sample',
    caption: 'One & only',
    columns: [
      { key: 'what', title: 'what', align: 'left' },
      { key: 'bytes', title: 'size', align: 'right' },
      { key: null, title: 'for people', align: 'left' },
      { key: 'machine', title: null, align: 'right' },
    ],
    rows: texts.map((text, index) => [
      textCell(text),
      valueCell(index === 0 ? 2048 : null, (bytes) => `${bytes / 1024} KiB`),
      textCell('p'),
      valueCell(index, String),
    ]),
  };
}

function parse(csv: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at < csv.length;) {
    const match = /"((?:[^"]|"")*)"|([^,\r\n]*)/y;
    match.lastIndex = at;
    const found = match.exec(csv);
    if (found === null) throw new Error(`no field at ${at}`);
    fields.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    at = match.lastIndex + (csv[match.lastIndex] === ',' ? 1 : 2);
  }
  return fields;
}

describe('each writer shows its columns and escapes its own special letters', () => {
  const table = tableOf(nasty, 'b');

  test('csv: machine values', () => {
    expect(toCsv(table)).toBe(
      'what,bytes,machine\r\n"a|b,""c"" & 50% of $x_1^2 #~ {y} \\z [w] <b>",2048,0\r\nb,,1\r\n',
    );
  });

  test('markdown', () => {
    expect(toMarkdown(table)).toMatchInlineSnapshot(`
      "**One &amp; only**

      | what | size | for people |
      | --- | ---: | --- |
      | a\\|b,"c" &amp; 50% of &#36;x\\_1^2 &#35;\\~ {y} \\\\z \\[w\\] &lt;b&gt; | 2 KiB | p |
      | b | – | p |
      "
    `);
  });

  test('latex', () => {
    expect(toLatex(table)).toMatchInlineSnapshot(`
      "% needs \\usepackage[T1]{fontenc}, textcomp, booktabs
      \\begin{table}
      \\centering
      \\caption{One \\& only}\\label{tab:sample}
      \\begin{tabular}{lrl}
      \\toprule
      what & size & for people \\\\
      \\midrule
      a\\textbar{}b,\\textquotedbl{}c\\textquotedbl{} \\& 50\\% of \\$x\\_1\\textasciicircum{}2 \\#\\textasciitilde{} \\{y\\} \\textbackslash{}z {[}w] \\textless{}b\\textgreater{} & 2 KiB & p \\\\
      b & -- & p \\\\
      \\bottomrule
      \\end{tabular}
      \\end{table}
      "
    `);
  });

  test('plain text', () => {
    expect(toPlainText(table)).toMatchInlineSnapshot(`
      "what                                        size  for people
      ─────────────────────────────────────────  ─────  ──────────
      a|b,"c" & 50% of $x_1^2 #~ {y} \\z [w] <b>  2 KiB  p
      b                                              –  p
      "
    `);
  });
});

test('a text that a spreadsheet would run as a formula is defused', () => {
  expect(toCsv(tableOf('=HYPERLINK("http://x")', '-1+2'))).toBe(
    'what,bytes,machine\r\n"\'=HYPERLINK(""http://x"")",2048,0\r\n\'-1+2,,1\r\n',
  );
});

test('control characters reach neither a terminal nor a row of markdown', () => {
  const hostile = tableOf('\u001b[31mred\u001b[0m\nline\u009b2J');
  for (const text of [toPlainText(hostile), toMarkdown(hostile), toLatex(hostile)]) {
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  }
});

test('whatever the text, a csv field comes back as it went in', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const field = parse(toCsv(tableOf(text)))[3];
      expect(field === text || field === `'${text}`).toBe(true);
    }),
  );
});

test('a table longer than a page becomes a longtable', () => {
  const long = tableOf(...Array.from({ length: 60 }, (_, index) => `row ${index}`));
  expect(toLatex(long)).toContain('\\begin{longtable}{lrl}');
  expect(toLatex(long)).not.toContain('tabular');
});
