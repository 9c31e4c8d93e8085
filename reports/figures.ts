/** A figure as a chart.js configuration: the same for the page and for print. Pure; nothing is drawn here. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { noteNumber, pluginsFor } from './chart-plugins.ts';
import type { PluginStyle } from './chart-plugins.ts';
import type { Figure, FigureSeries } from './figure.ts';
import { kernelStyles, surfaces, variantDashes } from './palette.ts';
import type { Marker, Theme } from './palette.ts';
import { shortened, xScale, yScale } from './scales.ts';
import type { AxisScale, ScaleView } from './scales.ts';

export interface FigureView extends ScaleView {
  /** All kernels of the report, so that each keeps its look from figure to figure. */
  readonly kernels: readonly string[];
  readonly theme: Theme;
  readonly font: string;
  readonly fontSize: number;
  /** For print: title, legend and notes are part of the picture. The page has its own, as text. */
  readonly standalone: { readonly widthPx: number } | null;
}

export interface PlotPoint {
  readonly x: number;
  /** NaN is a gap. */
  readonly y: number;
}

export type FigureConfiguration = ChartConfiguration<'line', PlotPoint[]>;

/** What a figure's values are drawn in: GFLOP/s are read off the axis as they stand. */
function drawn(metric: Figure['metric'], value: number): number {
  return metric === 'throughput' || metric === 'roofline' ? value / 1e9 : value;
}

/** The figure in the units of its axes. */
function inAxisUnits(figure: Figure): Figure {
  const scale = (value: number | null): number | null =>
    value === null ? null : drawn(figure.metric, value);
  return {
    ...figure,
    ...(figure.range === undefined
      ? {}
      : {
          range: {
            low: drawn(figure.metric, figure.range.low),
            high: drawn(figure.metric, figure.range.high),
          },
        }),
    roofs: figure.roofs.map((roof) => ({ ...roof, perSecond: drawn(figure.metric, roof.perSecond) })),
    series: figure.series.map((series) => ({
      ...series,
      points: series.points.map((point) => ({
        ...point,
        y: scale(point.y),
        low: scale(point.low),
        high: scale(point.high),
      })),
    })),
  };
}

/** Names have no order in between: series stand side by side around each. */
function dodge(figure: Figure, series: number): number {
  if (figure.x.kind === 'numeric') return 0;
  const width = Math.min(0.7, 0.12 * figure.series.length);
  return figure.series.length < 2 ? 0 : width * (series / (figure.series.length - 1) - 0.5);
}

/** What a series' points and lines look like. */
export interface SeriesLook {
  readonly color: string;
  /** Of the points: the page's own colour where they are hollow. */
  readonly fill: string;
  readonly pointStyle: Exclude<Marker, 'triangleDown'>;
  readonly rotation: number;
  readonly dash: readonly number[];
}

export function lookOf(series: FigureSeries, view: Pick<FigureView, 'kernels' | 'theme'>): SeriesLook {
  const style = kernelStyles(view.kernels).get(series.kernel);
  const color = style?.color[view.theme] ?? surfaces[view.theme].ink;
  const marker = style?.marker ?? 'circle';
  const hollow = (style?.hollow ?? false) !== (series.variant % 2 === 1);
  const several = series.variants > 1;
  return {
    color,
    fill: hollow ? surfaces[view.theme].background : color,
    pointStyle: marker === 'triangleDown' ? 'triangle' : marker,
    rotation: marker === 'triangleDown' ? 180 : 0,
    dash: several ? variantDashes[series.variant % variantDashes.length] : (style?.dash ?? []),
  };
}

/** Markers made of strokes alone are drawn larger, to weigh as much as the filled ones. */
const strokeMarkers: readonly string[] = ['star', 'cross', 'crossRot'];

function seriesDataset(figure: Figure, index: number, look: SeriesLook): ChartDataset<'line', PlotPoint[]> {
  const series = figure.series[index];
  const offset = dodge(figure, index);
  return {
    label: series.label,
    data: series.points.map(({ x, y }) => ({ x: x + offset, y: y ?? Number.NaN })),
    borderColor: look.color,
    backgroundColor: look.fill,
    pointBorderColor: look.color,
    pointBackgroundColor: look.fill,
    pointBorderWidth: 1.5,
    pointStyle: look.pointStyle,
    pointRotation: look.rotation,
    pointRadius: strokeMarkers.includes(look.pointStyle) ? 4.5 : 3.5,
    pointHoverRadius: 6,
    borderWidth: 1.5,
    borderDash: [...look.dash],
    showLine: figure.x.kind === 'numeric' && figure.metric !== 'roofline',
    spanGaps: false,
    clip: false,
  };
}

function fitDataset(series: FigureSeries, view: FigureView): ChartDataset<'line', PlotPoint[]> {
  const color = kernelStyles(view.kernels).get(series.kernel)?.color[view.theme] ?? surfaces[view.theme].ink;
  return {
    label: `fit of ${series.label}`,
    data: (series.fit?.curve ?? []).map(([x, y]) => ({ x, y })),
    // Wide and faint, behind the data: a curve that leaves its band is one that the law does not describe.
    borderColor: `${color}30`,
    borderWidth: 7,
    borderCapStyle: 'round',
    pointRadius: 0,
    pointHitRadius: 0,
    pointHoverRadius: 0,
    order: 1,
  };
}

/** Letters of mean width that a legend has room for: chart.js leaves it a quarter of the figure, its markers included. */
const legendLetters = (widthPx: number, fontSize: number): number =>
  Math.floor((widthPx / 4 - 30) / (fontSize * 0.56));

/** From the highest last value down, so that the legend reads as the curves end; those without a value last. */
function legendOrder(figure: Figure): readonly number[] {
  const last = figure.series.map((series) => series.points.findLast(({ y }) => y !== null)?.y ?? -1);
  return last.map((_, index) => index).sort((a, b) => last[b] - last[a]);
}

/** Breaks text at spaces into lines of at most `width` pixels, by the mean width of a letter. */
function wrap(text: string, width: number, size: number): readonly string[] {
  const most = Math.floor(width / (size * 0.5));
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.length > most ? `${word.slice(0, most - 1)}…` : word);
  }
  return lines;
}

/** The first lines of each note; what is cut stands whole in the tables. */
function noteLines(figure: Figure, widthPx: number, size: number): readonly string[] {
  const marked = new Set(figure.series.flatMap((series) => series.marks.map((mark) => mark.note)));
  return figure.notes.flatMap((note, index) => {
    const number = marked.has(index + 1) ? `${noteNumber(index + 1)} ` : '';
    const lines = wrap(`${number}${note}`, widthPx - 16, size);
    return lines.length <= 2 ? lines : [lines[0], `${lines[1].slice(0, -1)}…`];
  });
}

/** Series are drawn after the fits, and `datasetOf` says where each stands. */
export function figureConfiguration(measured: Figure, view: FigureView): FigureConfiguration {
  const figure = inAxisUnits(measured);
  const surface = surfaces[view.theme];
  const looks = figure.series.map((one) => lookOf(one, view));
  const series = looks.map((look, index) => seriesDataset(figure, index, look));
  const fits = figure.series.filter((one) => one.fit !== null).map((one) => fitDataset(one, view));
  const noteSize = view.fontSize - 2;
  const lines = view.standalone === null ? [] : noteLines(figure, view.standalone.widthPx, noteSize);
  const style: PluginStyle = {
    surface,
    font: view.font,
    colors: looks.map((look) => look.color),
    datasetOf: (index) => index,
    noteLines: lines,
    noteSize,
  };
  const font = { family: view.font, size: view.fontSize };
  const axis = (scale: AxisScale, title: string): Record<string, unknown> => ({
    ...scale,
    title: { display: true, text: title, color: surface.ink, font },
    grid: { color: surface.grid, tickColor: surface.grid },
    border: { color: surface.muted },
    ticks: { ...scale.ticks, color: surface.muted, font },
  });
  const standalone = view.standalone !== null;
  const letters = view.standalone === null ? Infinity : legendLetters(view.standalone.widthPx, view.fontSize);
  /** With the exponent where there is room; the tables have it in any case. */
  const legendText = ({ label, fit }: FigureSeries): string => {
    const whole = fit === null ? label : `${label}  k = ${fit.exponent.toFixed(2)}`;
    return whole.length <= letters ? whole : shortened(label, letters);
  };
  return {
    type: 'line',
    data: { datasets: [...series, ...fits] },
    plugins: [...pluginsFor(figure, style)],
    options: {
      animation: false,
      responsive: !standalone,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      layout: {
        padding: {
          top: 4,
          right: 10,
          left: 4,
          bottom: lines.length * noteSize * 1.35 + (lines.length > 0 ? 8 : 2),
        },
      },
      scales: {
        x: axis(xScale(figure, view), figure.xTitle),
        y: axis(yScale(figure, view), figure.yTitle),
      },
      plugins: {
        title: {
          display: standalone,
          text: figure.title,
          align: 'start',
          color: surface.ink,
          font: { ...font, size: view.fontSize + 3, weight: 'bold' },
          padding: { top: 2, bottom: 2 },
        },
        subtitle: {
          display: standalone,
          text: figure.subtitle,
          align: 'start',
          color: surface.muted,
          font,
          padding: { bottom: 8 },
        },
        legend: {
          display: standalone && series.length > 0,
          position: 'right',
          align: 'start',
          labels: {
            color: surface.ink,
            font,
            usePointStyle: true,
            pointStyleWidth: 12,
            boxHeight: 7,
            padding: 7,
            generateLabels: () =>
              legendOrder(figure).map((index) => {
                const { color, fill, pointStyle, rotation } = looks[index];
                return {
                  text: legendText(figure.series[index]),
                  datasetIndex: index,
                  fontColor: surface.ink,
                  strokeStyle: color,
                  fillStyle: fill,
                  lineWidth: 1.5,
                  pointStyle,
                  rotation,
                };
              }),
          },
        },
        tooltip: { enabled: !standalone },
      },
    },
  };
}
