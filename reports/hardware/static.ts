/** The figures of a hardware comparison as files: small multiples and heat maps. */
import { createCanvas } from '@napi-rs/canvas';
import { registerTypeface } from '../fonts.ts';
import type { StaticFormat } from '../formats.ts';
import { surfaces } from '../palette.ts';
import { print, renderDrawing, reportSheet } from '../static.ts';
import type { HardwareFigureSpec } from './figure-list.ts';
import type { HardwareAnalysis } from './judge.ts';
import { paintHeatMap, paintPanels } from './paint.ts';
import { buildPanels } from './panels.ts';

const widthPx = reportSheet.width;
const paper = { widthPx, ...print };

type Paint = (context: CanvasRenderingContext2D) => number;

/** What can be painted once the fonts are there: the first painting tells how high it is. */
function render(title: string, paint: Paint, format: StaticFormat): Buffer {
  registerTypeface(reportSheet.typeface);
  const measuring = createCanvas(widthPx, 1).getContext('2d') as unknown as CanvasRenderingContext2D;
  const heightPx = Math.ceil(paint(measuring));
  return renderDrawing(
    {
      title,
      sheet: { ...reportSheet, height: heightPx },
      start: (canvas, { options }) => {
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('a canvas without a context');
        const ratio = options.devicePixelRatio;
        if (ratio > 1) {
          canvas.width = Math.round(widthPx * ratio);
          canvas.height = Math.round(heightPx * ratio);
        }
        context.save();
        context.scale(ratio, ratio);
        context.fillStyle = surfaces.light.background;
        context.fillRect(0, 0, widthPx, heightPx);
        paint(context);
        return { destroy: () => context.restore() };
      },
    },
    format,
  );
}

/** One figure as a file's content. */
export function renderHardwareFigure(
  analysis: HardwareAnalysis,
  figure: HardwareFigureSpec,
  format: StaticFormat,
): Buffer {
  if (figure.kind === 'heat map') {
    const { map } = figure;
    return render(map.title, (context) => paintHeatMap(context, map, paper), format);
  }
  const { spec, only } = figure.panels;
  const set = buildPanels(analysis, spec, undefined, only);
  return render(`${set.title}, ${set.subtitle}`, (context) => paintPanels(context, set, paper), format);
}
