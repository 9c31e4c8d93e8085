/** Title and notes, where they are part of the picture. */
import type { Plugin } from 'chart.js';
import { noteNumber } from '../chart-plugins.ts';
import { textWidth } from './legend.ts';
import type { LegendSetting } from './legend.ts';
import type { PaperFigure } from './paper-figure.ts';
import type { Style } from './style.ts';

/** Notes are smaller than the rest. */
const noteScale = 0.8;
export const lineHeight = 1.4;

/** Breaks text at spaces into lines that are no wider than the figure. */
function wrapped(text: string, setting: LegendSetting, fontSize: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, setting.font, fontSize) <= setting.width - fontSize) {
      lines[lines.length - 1] = longer;
    } else lines.push(word);
  }
  return lines;
}

export interface Words {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

/** None where the caption has them. */
export function wordsOf(figure: PaperFigure, style: Style, setting: LegendSetting): Words {
  if (!style.words) return { above: [], below: [] };
  const numbered = figure.notes.map((note, index) =>
    figure.marked.includes(index + 1) ? `${noteNumber(index + 1)} ${note}` : note,
  );
  return {
    above: [figure.title, figure.subtitle],
    below: numbered.flatMap((note) => wrapped(note, setting, noteScale * setting.fontSize)),
  };
}

/** How high the notes are. */
export const notesHeight = ({ below }: Words, fontSize: number): number =>
  below.length * lineHeight * noteScale * fontSize;

/** Above everything else and below it. */
export function wordsPlugin({ above, below }: Words, setting: LegendSetting): Plugin<'line'> {
  const { fontSize, font, surface } = setting;
  return {
    id: 'paperWords',
    afterDraw(chart) {
      const context = chart.ctx;
      context.save();
      context.textAlign = 'left';
      context.textBaseline = 'top';
      above.forEach((line, index) => {
        context.font = `${index === 0 ? 'bold ' : ''}${fontSize}px ${font}`;
        context.fillStyle = index === 0 ? surface.ink : surface.muted;
        context.fillText(line, 0, index * lineHeight * fontSize);
      });
      const size = noteScale * fontSize;
      context.font = `${size}px ${font}`;
      context.fillStyle = surface.muted;
      const top = chart.height - below.length * lineHeight * size;
      below.forEach((line, index) => context.fillText(line, 0, top + index * lineHeight * size));
      context.restore();
    },
  };
}
