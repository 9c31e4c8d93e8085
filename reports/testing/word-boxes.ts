/** Where the words of a figure stand, read from its SVG. */
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { SaxesParser } from 'saxes';

export interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const context = createCanvas(1, 1).getContext('2d');

/**
 * Boxes of all upright words; the y axis' title is turned and stands alone at the left. `height`: of a letter, in font sizes, from the line
 * that it stands on; lines may come near each other above it.
 */
export function wordBoxes(svg: string, height: number): readonly Box[] {
  if (!GlobalFonts.has('Inter')) throw new Error('widths are those of Inter, which no figure has registered');
  const boxes: Box[] = [];
  const parser = new SaxesParser();
  let attributes: Readonly<Record<string, string>> | null = null;
  let text = '';
  parser.on('opentag', (tag) => {
    attributes =
      tag.name === 'text'
        ? Object.fromEntries(Object.entries(tag.attributes).map(([k, v]) => [k, String(v)]))
        : null;
    text = '';
  });
  parser.on('text', (words) => {
    text += words;
  });
  parser.on('closetag', ({ name }) => {
    if (name !== 'text' || attributes === null) return;
    const { x = '0', y = '0', transform = '' } = attributes;
    const [a = 1, b = 0, , , e = 0, f = 0] = [...transform.matchAll(/-?[\d.]+/g)].map(([number]) =>
      Number(number),
    );
    if (b !== 0) return;
    const size = Number(attributes['font-size']);
    context.font = `${attributes['font-weight'] ?? ''} ${size}px Inter`;
    const { width } = context.measureText(text);
    const at = a * Number(x) + e;
    const anchor = attributes['text-anchor'];
    const left = anchor === 'middle' ? at - width / 2 : anchor === 'end' ? at - width : at;
    const base = Number(y) + f;
    boxes.push({ text, left, right: left + width, top: base - height * size, bottom: base });
  });
  parser.write(svg).close();
  return boxes;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Pairs of words of which one stands over the other. */
export const collisions = (boxes: readonly Box[]): readonly string[] =>
  boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => (overlap(a, b) ? [`${a.text} / ${b.text}`] : [])),
  );
