/**
 * Text for SVG. Skia would write it glyph by glyph with positions of one font, and lose letters that the font draws with a glyph of
 * no character of its own (a parenthesis beside a capital). So text is taken before Skia sees it and written as whole strings,
 * anchored as chart.js aligned it: it stays in place in other fonts too, and can be searched and edited.
 */
import type { SKRSContext2D } from '@napi-rs/canvas';

/** Control characters and halves of pairs have no picture, and Skia takes no text that holds a zero. */
export const printable = (text: string): string =>
  text.replaceAll(/[\t\n\r]/g, ' ').replaceAll(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD');

/** From now on the context draws and measures text that is printable, whatever it is given. */
export function withPrintableText<Context extends Pick<SKRSContext2D, 'fillText' | 'measureText'>>(
  context: Context,
): Context {
  const [fill, measure] = [context.fillText.bind(context), context.measureText.bind(context)];
  context.fillText = (text, x, y, maxWidth) => fill(printable(text), x, y, maxWidth);
  context.measureText = (text) => measure(printable(text));
  return context;
}

export function escapeXml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const anchors: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };

const short = (value: number): string => String(Math.round(value * 100) / 100);

/** How far below `y` the letters stand on: SVG readers agree on the alphabetic baseline alone. */
function baselineShift(context: SKRSContext2D, text: string): number {
  const asked = context.textBaseline;
  const ascent = context.measureText(text).actualBoundingBoxAscent;
  context.textBaseline = 'alphabetic';
  const shift = context.measureText(text).actualBoundingBoxAscent - ascent;
  context.textBaseline = asked;
  return shift;
}

function element(context: SKRSContext2D, text: string, x: number, y: number): string {
  const { a, b, c, d, e, f } = context.getTransform();
  const position = `x="${short(x)}" y="${short(y + baselineShift(context, text))}"`;
  const moved = [a, b, c, d, e, f].some((value, index) => value !== [1, 0, 0, 1, 0, 0][index]);
  const transform = moved ? ` transform="matrix(${[a, b, c, d, e, f].map(short).join(' ')})"` : '';
  const [, size] = /(\d+(?:\.\d+)?)px/.exec(context.font) ?? [];
  const weight = /\b(bold|[5-9]00)\b/.test(context.font) ? ' font-weight="bold"' : '';
  const anchor = anchors[context.textAlign];
  return [
    `<text ${position}${transform} font-size="${short(Number(size ?? '11'))}"${weight}`,
    anchor === undefined ? '' : ` text-anchor="${anchor}"`,
    ` fill="${escapeXml(String(context.fillStyle))}">${escapeXml(text)}</text>`,
  ].join('');
}

/** From now on the context's text is kept as SVG elements, in the array returned, and not drawn. */
export function captureText(context: SKRSContext2D): readonly string[] {
  const elements: string[] = [];
  // The context's own fillStyle reads as it was last set, whatever `restore` brought back.
  const fills: SKRSContext2D['fillStyle'][] = [];
  const [save, restore] = [context.save.bind(context), context.restore.bind(context)];
  context.save = () => {
    fills.push(context.fillStyle);
    save();
  };
  context.restore = () => {
    restore();
    const fill = fills.pop();
    if (fill !== undefined) context.fillStyle = fill;
  };
  context.fillText = (text, x, y) => {
    if (text.trim() !== '') elements.push(element(context, text, x, y));
  };
  return elements;
}
