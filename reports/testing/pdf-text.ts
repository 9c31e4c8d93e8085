/** The text of a PDF that Skia wrote, as a reader selects it: glyphs through the fonts' own tables of letters. */
import { inflateSync } from 'node:zlib';

export interface PdfText {
  readonly text: string;
  /** Of its first letter, in points from the left; of text that is not turned. */
  readonly x: number;
}

function objects(pdf: string): ReadonlyMap<string, string> {
  return new Map(
    [...pdf.matchAll(/(?:^|\n)(\d+) 0 obj\n?([\s\S]*?)endobj/g)].map(([, number, body]) => [number, body]),
  );
}

function inflated(body: string): string {
  const begin = body.indexOf('stream\n') + 'stream\n'.length;
  const bytes = Buffer.from(body.slice(begin, body.lastIndexOf('endstream')), 'latin1');
  return body.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1');
}

/** Glyph to letter, of a font's ToUnicode table. */
function lettersOf(table: string): ReadonlyMap<number, string> {
  const letters = new Map<number, string>();
  const code = (hex: string): number => Number.parseInt(hex, 16);
  const text = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph, hex] of block.matchAll(/<(\w+)> <(\w+)>/g)) letters.set(code(glyph), text(hex));
  }
  for (const [, block] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, hex] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let glyph = code(from); glyph <= code(to); glyph++) {
        letters.set(glyph, String.fromCodePoint(code(hex) + glyph - code(from)));
      }
    }
  }
  return letters;
}

/** Every piece of text, in the order drawn. */
export function pdfTexts(file: Buffer): readonly PdfText[] {
  const all = objects(file.toString('latin1'));
  const fonts = new Map<string, ReadonlyMap<number, string>>();
  for (const body of all.values()) {
    for (const [, name, number] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(all.get(number) ?? '')?.[1];
      if (table !== undefined) fonts.set(name, lettersOf(inflated(all.get(table) ?? '')));
    }
  }
  const pages = [...all.values()].filter((body) => body.includes('stream\n')).map(inflated);
  return pages.flatMap((page) => {
    let [scale, left] = [1, 0];
    return [
      ...page.matchAll(/([\d.-]+) [\d.-]+ [\d.-]+ [\d.-]+ ([\d.-]+) [\d.-]+ cm\n|BT\n([\s\S]*?)ET\n/g),
    ].flatMap(([, newScale, newLeft, block]): readonly PdfText[] => {
      if (block === undefined) {
        [scale, left] = [Number(newScale), Number(newLeft)];
        return [];
      }
      const letters = fonts.get(/\/(F\d+) /.exec(block)?.[1] ?? '');
      const glyphs = [...block.matchAll(/<(\w+)> Tj/g)].flatMap(([, hex]) => hex.match(/.{4}/g) ?? []);
      const [, offset] = / ([\d.-]+) [\d.-]+ Tm/.exec(block) ?? [];
      return [
        {
          text: glyphs.map((glyph) => letters?.get(Number.parseInt(glyph, 16)) ?? '\ufffd').join(''),
          x: left + scale * Number(offset),
        },
      ];
    });
  });
}
