/** The legend: each series with its line, dash and marker, as it is drawn. chart.js's own shows points alone. */
import { createCanvas } from '@napi-rs/canvas';
import type { Chart, Plugin } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import type { Surface } from '../palette.ts';
import type { Look } from './looks.ts';
import type { LegendPlace } from './style-words.ts';

export interface Entry {
  readonly label: string;
  readonly look: Look;
  /** Line and marker, a marker alone, or a patch of colour with the marker on it. */
  readonly shows: 'line' | 'marker' | 'patch';
}

export interface LegendSetting {
  readonly place: LegendPlace;
  readonly font: string;
  readonly fontSize: number;
  readonly lineWidth: number;
  readonly markerRadius: number;
  readonly surface: Surface;
  /** Of the whole figure. */
  readonly width: number;
}

export interface LegendLayout {
  readonly columns: number;
  readonly rows: number;
  readonly columnWidth: number;
  readonly rowHeight: number;
  readonly width: number;
  readonly height: number;
}

const measuring = createCanvas(1, 1).getContext('2d');

export function textWidth(text: string, font: string, fontSize: number): number {
  measuring.font = `${fontSize}px ${font}`;
  return measuring.measureText(text).width;
}

const keyWidth = ({ fontSize }: LegendSetting): number => 2.2 * fontSize;
const gap = ({ fontSize }: LegendSetting): number => 0.5 * fontSize;

/** The longest label that a legend shows whole, as a share of the figure's width. */
const longestShare = { top: 0.9, right: 0.34, inside: 0.45, none: 1 } as const;

/** Cut with an ellipsis where it would take the figure's place. */
function fitting(label: string, setting: LegendSetting): string {
  const most = longestShare[setting.place] * setting.width - keyWidth(setting) - 2 * gap(setting);
  let letters = [...label];
  while (letters.length > 1 && textWidth(letters.join(''), setting.font, setting.fontSize) > most) {
    letters = [...letters.slice(0, letters.at(-1) === '…' ? -2 : -1), '…'];
  }
  return letters.join('');
}

/** Columns side by side above the figure, as many as fit and no row emptier than it must be; one below the other elsewhere. */
export function layOut(entries: readonly Entry[], setting: LegendSetting): LegendLayout {
  const widths = entries.map(({ label }) =>
    textWidth(fitting(label, setting), setting.font, setting.fontSize),
  );
  const columnWidth = keyWidth(setting) + gap(setting) * 2.4 + Math.max(0, ...widths);
  const rowHeight = 1.35 * setting.fontSize;
  const most = setting.place === 'top' ? Math.max(1, Math.floor(setting.width / columnWidth)) : 1;
  const rows = Math.ceil(entries.length / most);
  const columns = Math.max(1, Math.ceil(entries.length / Math.max(1, rows)));
  return {
    columns,
    rows,
    columnWidth,
    rowHeight,
    width: columns * columnWidth,
    height: rows * rowHeight,
  };
}

function drawEntry(
  context: CanvasRenderingContext2D,
  entry: Entry,
  x: number,
  y: number,
  setting: LegendSetting,
): void {
  const { look } = entry;
  const key = keyWidth(setting);
  context.lineWidth = setting.lineWidth;
  context.strokeStyle = look.color;
  if (entry.shows === 'line') {
    context.setLineDash([...look.dash]);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + key, y);
    context.stroke();
    context.setLineDash([]);
  }
  if (entry.shows === 'patch') {
    context.fillStyle = tintOf(look.color);
    context.fillRect(x, y - 0.5 * setting.fontSize, key, setting.fontSize);
  }
  drawMarker(context, look, x + key / 2, y, setting.markerRadius, setting.lineWidth);
  context.fillStyle = setting.surface.ink;
  context.font = `${setting.fontSize}px ${setting.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(fitting(entry.label, setting), x + key + gap(setting), y);
}

/** Markers made of strokes alone are drawn larger, to weigh as much as the filled ones. */
export const markerScale = (pointStyle: string): number =>
  ['star', 'cross', 'crossRot'].includes(pointStyle) ? 1.3 : 1;

export function drawMarker(
  context: CanvasRenderingContext2D,
  look: Look,
  x: number,
  y: number,
  radius: number,
  borderWidth: number,
): void {
  context.fillStyle = look.fill;
  context.strokeStyle = look.color;
  context.lineWidth = borderWidth;
  drawPoint(
    context,
    {
      pointStyle: look.pointStyle,
      rotation: look.rotation,
      radius: radius * markerScale(look.pointStyle),
      borderWidth,
    },
    x,
    y,
  );
}

/** A colour as a ground that ink and markers stand out on. */
export function tintOf(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (255 - channel) * 0.72));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** The corner of the plot with the fewest points under the legend. */
function emptiestCorner(chart: Chart, { width, height }: LegendLayout, margin: number): Corner {
  const { left, right, top, bottom } = chart.chartArea;
  const points = chart.data.datasets.flatMap((_, index) =>
    chart.getDatasetMeta(index).data.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)),
  );
  const corners = [left + margin, right - width - margin].flatMap((x) =>
    [top + margin, bottom - height - margin].map((y) => ({ x, y })),
  );
  const covered = (corner: Corner): number =>
    points.filter(
      ({ x, y }) =>
        x > corner.x - margin &&
        x < corner.x + width + margin &&
        y > corner.y - margin &&
        y < corner.y + height + margin,
    ).length;
  return corners.reduce((best, corner) => (covered(corner) < covered(best) ? corner : best));
}

function cornerOf(
  chart: Chart,
  layout: LegendLayout,
  setting: LegendSetting,
  top: number,
  margin: number,
): Corner {
  if (setting.place === 'inside') return emptiestCorner(chart, layout, margin);
  if (setting.place === 'right') return { x: chart.width - layout.width, y: chart.chartArea.top };
  // Over the plot; one wider than that begins at the figure's own edge.
  return { x: Math.max(0, Math.min(chart.chartArea.left, chart.width - layout.width)), y: top };
}

/** Draws the legend where the layout left room for it, or into the plot. */
export function legendPlugin(
  entries: readonly Entry[],
  layout: LegendLayout,
  setting: LegendSetting,
  top: number,
): Plugin<'line'> {
  return {
    id: 'paperLegend',
    afterDatasetsDraw(chart) {
      if (setting.place === 'none' || entries.length === 0) return;
      const context = chart.ctx;
      context.save();
      const margin = 0.6 * setting.fontSize;
      const corner = cornerOf(chart, layout, setting, top, margin);
      if (setting.place === 'inside') {
        context.fillStyle = `${setting.surface.background}d9`;
        context.fillRect(corner.x - margin / 2, corner.y - margin / 2, layout.width, layout.height + margin);
      }
      entries.forEach((entry, index) => {
        const [row, column] = [Math.floor(index / layout.columns), index % layout.columns];
        const x = corner.x + column * layout.columnWidth;
        drawEntry(context, entry, x, corner.y + (row + 0.5) * layout.rowHeight, setting);
      });
      context.restore();
    },
  };
}
