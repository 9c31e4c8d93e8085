/** The figures of a hardware comparison as files: small multiples and heat maps. */
import { createCanvas } from '@napi-rs/canvas';
import type { StaticFormat } from '../formats.ts';
import { surfaces } from '../palette.ts';
import { print, registerFonts, renderDrawing, widthPx } from '../static.ts';
import { bestDeviceMap, bestKernelMap, crossoverMap } from './heat-map.ts';
import type { HeatMap } from './heat-map.ts';
import type { HardwareAnalysis } from './judge.ts';
import { paintHeatMap, paintPanels } from './paint.ts';
import { buildPanels, staticPanels } from './panels.ts';

const paper = { widthPx, ...print };

type Paint = (context: CanvasRenderingContext2D) => number;

/** What can be painted once the fonts are there: the first painting tells how high it is. */
function render(title: string, paint: Paint, format: StaticFormat): Buffer {
  registerFonts();
  const measuring = createCanvas(widthPx, 1).getContext('2d') as unknown as CanvasRenderingContext2D;
  const heightPx = Math.ceil(paint(measuring));
  return renderDrawing(
    {
      title,
      heightPx,
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

/** A figure that can be written in every format. */
export interface DrawnFigure {
  readonly id: string;
  readonly render: (format: StaticFormat) => Buffer;
}

/** A heat map is for one look: this many rows. */
const mostRows = 40;

function cut(map: HeatMap): HeatMap {
  const more = map.rows.length - mostRows;
  return more <= 0
    ? map
    : {
        ...map,
        rows: map.rows.slice(0, mostRows),
        notes: [...map.notes, `${more} more rows are in the table ${map.id}.`],
      };
}

/** Small multiples of the settings that are covered best, and the heat maps. */
export function hardwareFigures(analysis: HardwareAnalysis): readonly DrawnFigure[] {
  const panels = staticPanels(analysis).map(({ id, spec, only }): DrawnFigure => ({
    id,
    render: (format) => {
      const set = buildPanels(analysis, spec, undefined, only);
      return render(`${set.title}, ${set.subtitle}`, (context) => paintPanels(context, set, paper), format);
    },
  }));
  const maps = [bestDeviceMap(analysis), bestKernelMap(analysis), crossoverMap(analysis)]
    .filter(({ rows }) => rows.length > 0)
    .map(cut)
    .map((map): DrawnFigure => ({
      id: map.id,
      render: (format) => render(map.title, (context) => paintHeatMap(context, map, paper), format),
    }));
  return [...panels, ...maps];
}
