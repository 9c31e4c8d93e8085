/** The files of a figure: the picture in each format, the caption, and the numbers behind it. */
import type { PaperFormat, StaticFormat } from '../formats.ts';
import { toCsv } from '../table.ts';
import type { OutputFile } from '../write.ts';
import { captionLatex, captionMarkdown, captionOf } from './caption.ts';
import type { Caption } from './caption.ts';
import type { Likeness } from './grayscale.ts';
import type { PaperFigure } from './paper-figure.ts';
import { dealtKernels } from './looks.ts';
import { renderPaper } from './render.ts';
import type { Selection } from './selection.ts';
import type { Style } from './style.ts';

export interface FigureFiles {
  readonly id: string;
  readonly caption: Caption;
  readonly widthIn: number;
  readonly heightIn: number;
  readonly alike: readonly Likeness[];
  readonly files: readonly OutputFile[];
}

const isPicture = (format: PaperFormat): format is StaticFormat => format !== 'csv';

/** Everything of a figure in a style. The caption comes with every format. */
export function filesOfFigure(
  figure: PaperFigure,
  { analysis, kernels }: Selection,
  style: Style,
  formats: readonly PaperFormat[],
): FigureFiles {
  const shown = figure.rows.map((row) => analysis.rows[row].kernel);
  const rendered = renderPaper(figure, dealtKernels(kernels, shown), style);
  const caption = captionOf(figure, analysis);
  const { id } = figure;
  return {
    id,
    caption,
    widthIn: rendered.widthIn,
    heightIn: rendered.heightIn,
    alike: rendered.alike,
    files: [
      ...formats.map((format) => ({
        path: `${id}.${format}`,
        content: () => (isPicture(format) ? rendered.content(format) : toCsv(figure.numbers)),
      })),
      { path: `${id}.caption.md`, content: () => captionMarkdown(caption) },
      { path: `${id}.caption.tex`, content: () => captionLatex(caption, id, rendered.widthIn) },
    ],
  };
}
