/** A figure in a style as a file's content. */
import type { StaticFormat } from '../formats.ts';
import { registerTypeface } from '../fonts.ts';
import { chartDrawing, renderDrawing } from '../static.ts';
import { setFigure, unitsPerInch } from './configuration.ts';
import { lookAlikes } from './grayscale.ts';
import type { Likeness } from './grayscale.ts';
import type { PaperFigure } from './paper-figure.ts';
import type { Style } from './style.ts';

export interface Rendered {
  readonly widthIn: number;
  readonly heightIn: number;
  /** Series that are told apart by nothing but hue. */
  readonly alike: readonly Likeness[];
  readonly content: (format: StaticFormat) => Buffer;
}

/** `kernels` are all that looks are dealt to. */
export function renderPaper(figure: PaperFigure, kernels: readonly string[], style: Style): Rendered {
  // Before anything is measured for its place.
  registerTypeface(style.typeface);
  const { width, height, configuration, entries } = setFigure(figure, kernels, style);
  return {
    widthIn: width / unitsPerInch,
    heightIn: height / unitsPerInch,
    alike: lookAlikes(
      entries.map(({ label, look, shows }) => ({
        ...look,
        label,
        dash: shows === 'line' ? look.dash : null,
      })),
    ),
    content: (format) =>
      renderDrawing(
        chartDrawing(figure, configuration, { width, height, unitsPerInch, typeface: style.typeface }),
        format,
      ),
  };
}
