/** Small multiples and heat maps on a canvas, for print. */
import { drawPoint } from 'chart.js/helpers';
import { formatRound } from '../../harness/format.ts';
import type { Figure, FigureSeries } from '../figure.ts';
import { lookOf } from '../figures.ts';
import { kernelStyles, surfaces } from '../palette.ts';
import { logarithmicTicks } from '../ticks.ts';
import type { HeatMap } from './heat-map.ts';
import type { PanelSet } from './panels.ts';

export interface Paper {
  readonly widthPx: number;
  readonly font: string;
  readonly fontSize: number;
}

type Context = CanvasRenderingContext2D;

const surface = surfaces.light;
const theme = 'light' as const;
const margin = 8;

/** Text that keeps to a width: an ellipsis stands for what does not fit. */
function fitted(context: Context, text: string, widthPx: number): string {
  if (context.measureText(text).width <= widthPx) return text;
  const letters = [...text];
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > widthPx) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Breaks text at spaces. */
function wrapped(context: Context, text: string, widthPx: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && context.measureText(joined).width <= widthPx) lines[lines.length - 1] = joined;
    else lines.push(fitted(context, word, widthPx));
  }
  return lines;
}

interface Pen {
  readonly context: Context;
  readonly paper: Paper;
  /** Where the next thing begins. */
  y: number;
}

function write(
  { context, paper }: Pen,
  text: string,
  x: number,
  y: number,
  options: {
    readonly size?: number;
    readonly color?: string;
    readonly bold?: boolean;
    readonly align?: CanvasTextAlign;
  } = {},
): void {
  context.font = `${options.bold === true ? 'bold ' : ''}${options.size ?? paper.fontSize}px ${paper.font}`;
  context.fillStyle = options.color ?? surface.ink;
  context.textAlign = options.align ?? 'left';
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
}

/** Lines of running text, downwards. */
function paragraph(
  pen: Pen,
  text: string,
  options: { readonly size: number; readonly color: string; readonly bold?: boolean },
): void {
  const { context, paper } = pen;
  context.font = `${options.bold === true ? 'bold ' : ''}${options.size}px ${paper.font}`;
  for (const line of wrapped(context, text, paper.widthPx - 2 * margin)) {
    write(pen, line, margin, pen.y + options.size * 0.7, options);
    pen.y += options.size * 1.4;
  }
}

function heading(pen: Pen, title: string, subtitle: string): void {
  const { fontSize } = pen.paper;
  pen.y += 4;
  paragraph(pen, title, { size: fontSize + 3, color: surface.ink, bold: true });
  if (subtitle !== '') paragraph(pen, subtitle, { size: fontSize, color: surface.muted });
  pen.y += 4;
}

function notes(pen: Pen, all: readonly string[]): void {
  pen.y += 4;
  for (const note of all) paragraph(pen, note, { size: pen.paper.fontSize - 2, color: surface.muted });
  pen.y += 4;
}

const sampleWidth = 26;

function sample(
  context: Context,
  series: FigureSeries,
  names: readonly string[],
  x: number,
  y: number,
): void {
  const look = lookOf(series, { kernels: names, theme });
  context.strokeStyle = look.color;
  context.lineWidth = 1.4;
  context.setLineDash([...look.dash]);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + sampleWidth, y);
  context.stroke();
  marker(context, look, x + sampleWidth / 2, y, 3);
}

function marker(
  context: Context,
  look: ReturnType<typeof lookOf>,
  x: number,
  y: number,
  radius: number,
): void {
  context.setLineDash([]);
  context.strokeStyle = look.color;
  context.fillStyle = look.fill;
  drawPoint(
    context,
    { pointStyle: look.pointStyle, rotation: look.rotation, radius, borderWidth: 1.2 },
    x,
    y,
  );
}

/** The series of all panels, each once, in rows. */
function legend(pen: Pen, set: PanelSet): void {
  const { context, paper } = pen;
  const size = paper.fontSize - 1;
  const entries = new Map<string, FigureSeries>();
  for (const { series } of set.figures)
    for (const one of series) if (!entries.has(one.label)) entries.set(one.label, one);
  context.font = `${size}px ${paper.font}`;
  let x = margin;
  for (const [label, series] of entries) {
    const text = fitted(context, label, paper.widthPx - 2 * margin - sampleWidth - 6);
    const width = sampleWidth + 5 + context.measureText(text).width;
    if (x > margin && x + width > paper.widthPx - margin) {
      x = margin;
      pen.y += size * 1.5;
    }
    sample(context, series, set.names, x, pen.y + size * 0.75);
    write(pen, text, x + sampleWidth + 5, pen.y + size * 0.75, { size });
    context.font = `${size}px ${paper.font}`;
    x += width + 16;
  }
  pen.y += size * 1.5 + 4;
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** A little more than the values take. */
const padded = ({ low, high }: Scale): Scale => {
  const factor = Math.max(high / low, 4) ** 0.06;
  return { low: low / factor, high: high * factor };
};

const inGiga = (metric: Figure['metric'], value: number): number =>
  metric === 'throughput' ? value / 1e9 : value;

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function panel(
  pen: Pen,
  figure: Figure,
  set: PanelSet,
  frame: Frame,
  labels: { readonly x: boolean; readonly y: boolean },
): void {
  const { context, paper } = pen;
  const size = paper.fontSize - 2;
  const xRange = padded({
    low: figure.x.kind === 'numeric' ? (figure.x.values[0] ?? 1) : 1,
    high: figure.x.kind === 'numeric' ? (figure.x.values.at(-1) ?? 1) : 1,
  });
  const yRange = padded({
    low: inGiga(figure.metric, figure.range?.low ?? 1),
    high: inGiga(figure.metric, figure.range?.high ?? 1),
  });
  const share = ({ low, high }: Scale, value: number): number => Math.log(value / low) / Math.log(high / low);
  const px = (x: number): number => frame.left + frame.width * share(xRange, x);
  const py = (y: number): number => frame.top + frame.height * (1 - share(yRange, inGiga(figure.metric, y)));
  const quantity = figure.metric === 'time' ? 'duration' : figure.metric === 'memory' ? 'bytes' : 'number';

  const sizes = [paper.fontSize - 1, paper.fontSize - 2, paper.fontSize - 3];
  const titleSize =
    sizes.find((one) => {
      context.font = `bold ${one}px ${paper.font}`;
      return context.measureText(figure.title).width <= frame.width;
    }) ?? paper.fontSize - 3;
  write(pen, fitted(context, figure.title, frame.width), frame.left, frame.top - 8, {
    size: titleSize,
    bold: true,
  });
  context.lineWidth = 1;
  context.setLineDash([]);
  context.strokeStyle = surface.grid;
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  const xTicks = logarithmicTicks(xRange.low, xRange.high, 2, Math.max(3, Math.floor(frame.width / 30)));
  for (const tick of xTicks) {
    line(px(tick), frame.top, px(tick), frame.top + frame.height);
    if (labels.x) {
      write(pen, String(tick), px(tick), frame.top + frame.height + 8, {
        size,
        color: surface.muted,
        align: 'center',
      });
    }
  }
  const yTicks = logarithmicTicks(yRange.low, yRange.high, quantity === 'bytes' ? 2 : 10, 8);
  for (const tick of yTicks) {
    const y = frame.top + frame.height * (1 - share(yRange, tick));
    context.strokeStyle = surface.grid;
    line(frame.left, y, frame.left + frame.width, y);
    if (labels.y) {
      write(pen, formatRound(tick, quantity), frame.left - 5, y, {
        size,
        color: surface.muted,
        align: 'right',
      });
    }
  }
  context.strokeStyle = surface.muted;
  line(frame.left, frame.top, frame.left, frame.top + frame.height);
  line(frame.left, frame.top + frame.height, frame.left + frame.width, frame.top + frame.height);
  if (figure.limit !== null) {
    context.setLineDash([5, 4]);
    line(frame.left, py(figure.limit.value), frame.left + frame.width, py(figure.limit.value));
    context.setLineDash([]);
  }
  if (figure.message !== null) {
    write(
      pen,
      fitted(context, figure.message, frame.width - 8),
      frame.left + frame.width / 2,
      frame.top + frame.height / 2,
      {
        size,
        color: surface.muted,
        align: 'center',
      },
    );
  }
  for (const series of figure.series) {
    const look = lookOf(series, { kernels: set.names, theme });
    const points = series.points.flatMap(({ x, y, low, high }) =>
      y === null ? [null] : [{ x, y, low, high }],
    );
    context.strokeStyle = look.color;
    context.lineWidth = 1;
    context.setLineDash([]);
    for (const point of points) {
      if (point === null || point.low === null || point.high === null || point.low <= 0) continue;
      line(px(point.x), py(point.low), px(point.x), py(point.high));
    }
    context.lineWidth = 1.3;
    context.setLineDash([...look.dash]);
    context.beginPath();
    let pending = true;
    for (const point of points) {
      if (point === null) pending = true;
      else if (pending) context.moveTo(px(point.x), py(point.y));
      else context.lineTo(px(point.x), py(point.y));
      if (point !== null) pending = false;
    }
    context.stroke();
    for (const point of points) if (point !== null) marker(context, look, px(point.x), py(point.y), 2.6);
  }
  marks(context, figure, set, { px, top: frame.top });
}

/** A cross at the upper edge where a line has a gap. */
function marks(
  context: Context,
  figure: Figure,
  set: PanelSet,
  { px, top }: { readonly px: (x: number) => number; readonly top: number },
): void {
  const taken = new Map<number, number>();
  for (const series of figure.series) {
    for (const { x } of series.marks) {
      const row = taken.get(x) ?? 0;
      taken.set(x, row + 1);
      const [left, y] = [px(x), top + 6 + 8 * row];
      context.setLineDash([]);
      context.lineWidth = 1.2;
      context.strokeStyle = lookOf(series, { kernels: set.names, theme }).color;
      context.beginPath();
      context.moveTo(left - 2.5, y - 2.5);
      context.lineTo(left + 2.5, y + 2.5);
      context.moveTo(left - 2.5, y + 2.5);
      context.lineTo(left + 2.5, y - 2.5);
      context.stroke();
    }
  }
}

const yLabelWidth = 46;
const panelGap = 14;
const panelHeight = 118;
const titleHeight = 18;

/** Paints a set of panels and returns how high it is. Painting it twice, the first time anywhere, gives the height beforehand. */
export function paintPanels(context: Context, set: PanelSet, paper: Paper): number {
  const pen: Pen = { context, paper, y: 0 };
  heading(pen, set.title, set.subtitle);
  legend(pen, set);
  const count = set.figures.length;
  const columns = count <= 3 ? Math.max(count, 1) : count === 4 ? 2 : count <= 9 ? 3 : 4;
  const rows = Math.ceil(count / columns);
  const width = (paper.widthPx - yLabelWidth - margin - (columns - 1) * panelGap) / columns;
  const height = columns === 1 ? 2 * panelHeight : panelHeight;
  const [first] = set.figures;
  if (first !== undefined) {
    write(pen, first.yTitle, margin, pen.y + 6, { size: paper.fontSize - 2, color: surface.muted });
    pen.y += 14;
  }
  set.figures.forEach((figure, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const frame: Frame = {
      left: yLabelWidth + column * (width + panelGap),
      top: pen.y + titleHeight + row * (height + titleHeight + 8),
      width,
      height,
    };
    const isLowest = index + columns >= count;
    panel(pen, figure, set, frame, { x: isLowest, y: column === 0 });
  });
  pen.y += rows * (height + titleHeight + 8) + 10;
  if (first !== undefined) {
    write(pen, first.xTitle, paper.widthPx / 2, pen.y + 6, {
      size: paper.fontSize - 1,
      align: 'center',
    });
    pen.y += 16;
  }
  const marked = set.figures.some(({ series }) => series.some((one) => one.marks.length > 0));
  const limit = first?.limit?.label;
  notes(pen, [
    'The axes are the same everywhere, and logarithmic. Bars are 95 % intervals.',
    ...(limit === undefined ? [] : [`The dashed line: ${limit}.`]),
    ...(marked ? ['A cross stands where a line has no value: the table of missing cases says why.'] : []),
    ...set.notes,
  ]);
  return pen.y;
}

/** Light enough for black letters on it, the darker the clearer the answer. */
function shade(color: string, strength: number): string {
  const channel = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(255 - (255 - channel(at)) * (0.12 + 0.45 * strength)));
  return `rgb(${mixed.join(' ')})`;
}

const cellHeight = 26;

/** The same for a heat map. */
export function paintHeatMap(context: Context, map: HeatMap, paper: Paper): number {
  const pen: Pen = { context, paper, y: 0 };
  const size = paper.fontSize - 2;
  heading(pen, map.title, map.subtitle);
  context.font = `${paper.fontSize - 1}px ${paper.font}`;
  const widest = Math.max(0, ...map.rows.map(({ label }) => context.measureText(label).width));
  const left = Math.min(margin + widest + 10, paper.widthPx * 0.35);
  const width = (paper.widthPx - left - margin) / Math.max(map.columns.length, 1);
  map.columns.forEach((column, index) =>
    write(pen, column, left + (index + 0.5) * width, pen.y + 8, {
      size,
      color: surface.muted,
      align: 'center',
    }),
  );
  pen.y += 18;
  const styles = kernelStyles(map.names);
  for (const { label, cells } of map.rows) {
    context.font = `${paper.fontSize - 1}px ${paper.font}`;
    write(pen, fitted(context, label, left - margin - 8), margin, pen.y + cellHeight / 2, {
      size: paper.fontSize - 1,
    });
    cells.forEach((cell, index) => {
      if (cell === null) return;
      const x = left + index * width;
      context.fillStyle = shade(styles.get(cell.name)?.color.light ?? surface.muted, cell.strength);
      context.fillRect(x + 1, pen.y + 1, width - 2, cellHeight - 2);
      context.font = `${size}px ${paper.font}`;
      const lines = [fitted(context, cell.short, width - 6), fitted(context, cell.detail, width - 6)];
      write(pen, lines[0], x + width / 2, pen.y + cellHeight * (cell.detail === '' ? 0.5 : 0.32), {
        size,
        align: 'center',
      });
      if (cell.detail !== '') {
        write(pen, lines[1], x + width / 2, pen.y + cellHeight * 0.7, {
          size: size - 1,
          align: 'center',
        });
      }
    });
    pen.y += cellHeight;
  }
  notes(pen, map.notes);
  return pen.y;
}
