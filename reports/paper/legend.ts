/** The legend: each series with its line, dash and marker, as it is drawn. chart.js's own shows points alone. */
import { createCanvas } from '@napi-rs/canvas';
import type { Chart, Plugin } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import type { Surface } from '../palette.ts';
import type { Look } from './looks.ts';
import type { Spot } from './inside.ts';
import type { LegendPlace } from './style-words.ts';

/** Of a map: the marker, and the colour of the ground that it stands on. */
export interface Patch extends Look {
  readonly ground: string;
}

/** Line and marker, a marker alone, or a patch of colour with the marker on it. */
export type Entry =
  | { readonly label: string; readonly look: Look; readonly shows: 'line' | 'marker' }
  | { readonly label: string; readonly look: Patch; readonly shows: 'patch' };

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
  /** To where the next column begins. */
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

/** Room for a line and its dash, or for a marker alone. */
const keyWidth = ({ shows }: Entry, { fontSize }: LegendSetting): number =>
  (shows === 'marker' ? 1 : 2) * fontSize;
const gap = ({ fontSize }: LegendSetting): number => 0.5 * fontSize;

/** The longest label that a legend shows whole, as a share of the figure's width. */
const longestShare = { top: 0.9, right: 0.34, inside: 0.45, none: 1 } as const;

/** Cut with an ellipsis where it would take the figure's place. */
function fitting(entry: Entry, setting: LegendSetting): string {
  const most = longestShare[setting.place] * setting.width - keyWidth(entry, setting) - 2 * gap(setting);
  // No legend is wider than this, and a name may be any text.
  let letters: readonly string[] = Array.from(entry.label.slice(0, 200));
  while (letters.length > 1 && textWidth(letters.join(''), setting.font, setting.fontSize) > most) {
    letters = [...letters.slice(0, letters.at(-1) === '…' ? -2 : -1), '…'];
  }
  return letters.join('');
}

/** Columns side by side above the figure, as many as fit and no row emptier than it must be; one below the other elsewhere. */
export function layOut(entries: readonly Entry[], setting: LegendSetting): LegendLayout {
  const widths = entries.map(
    (entry) =>
      keyWidth(entry, setting) +
      gap(setting) +
      textWidth(fitting(entry, setting), setting.font, setting.fontSize),
  );
  const own = Math.max(0, ...widths);
  const between = 1.2 * setting.fontSize;
  const rowHeight = 1.35 * setting.fontSize;
  const most =
    setting.place === 'top' ? Math.max(1, Math.floor((setting.width + between) / (own + between))) : 1;
  const rows = Math.ceil(entries.length / most);
  const columns = Math.max(1, Math.ceil(entries.length / Math.max(1, rows)));
  return {
    columns,
    columnWidth: own + between,
    rowHeight,
    width: columns * (own + between) - between,
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
  const key = keyWidth(entry, setting);
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
    context.fillStyle = entry.look.ground;
    context.fillRect(x, y - 0.5 * setting.fontSize, key, setting.fontSize);
  }
  drawMarker(context, look, x + key / 2, y, setting.markerRadius, setting.lineWidth);
  context.fillStyle = setting.surface.ink;
  context.font = `${setting.fontSize}px ${setting.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(fitting(entry, setting), x + key + gap(setting), y);
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

/** White's share in grounds: neighbours differ in how light they are too. */
const whiteShares = [0.82, 0.5, 0.68, 0.4];

/** A colour as a ground that ink stands out on. */
export function tintOf(color: string, place: number): string {
  const share = whiteShares[place % whiteShares.length];
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (255 - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** What a legend keeps to the frame and to what is beside it. */
const marginOf = ({ fontSize }: LegendSetting): number => 0.5 * fontSize;

export interface LegendSpot {
  /** Of a legend above the plot: how far down it begins. */
  readonly top: number;
  /** Of one inside the plot. */
  readonly inside: Spot | null;
}

function cornerOf(
  chart: Chart,
  layout: LegendLayout,
  setting: LegendSetting,
  { top, inside }: LegendSpot,
): Corner {
  const { chartArea, width } = chart;
  if (inside !== null) {
    const margin = marginOf(setting);
    return {
      x: inside.side === 'left' ? chartArea.left + margin : chartArea.right - layout.width - margin,
      y: inside.edge === 'top' ? chartArea.top + margin : chartArea.bottom - layout.height - margin,
    };
  }
  if (setting.place === 'right') return { x: width - layout.width, y: chartArea.top };
  // Over the plot; one wider than that begins at the figure's own edge.
  return { x: Math.max(0, Math.min(chartArea.left, width - layout.width)), y: top };
}

/** Draws the legend where the layout left room for it, or into the plot. */
export function legendPlugin(
  entries: readonly Entry[],
  layout: LegendLayout,
  setting: LegendSetting,
  spot: LegendSpot,
): Plugin<'line'> {
  return {
    id: 'paperLegend',
    afterDatasetsDraw(chart) {
      if (setting.place === 'none' || entries.length === 0) return;
      const context = chart.ctx;
      context.save();
      const corner = cornerOf(chart, layout, setting, spot);
      if (spot.inside !== null) {
        // The grid is not to run through the words.
        context.fillStyle = setting.surface.background;
        context.fillRect(corner.x, corner.y, layout.width, layout.height);
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
