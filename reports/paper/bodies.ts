/** What a chart and a map are drawn of: datasets, axes, legend entries and what chart.js does not draw by itself. */
import type { ChartDataset, Plugin } from 'chart.js';
import { pluginsFor } from '../chart-plugins.ts';
import type { Figure } from '../figure.ts';
import type { PlotPoint } from '../figures.ts';
import { surfaces } from '../palette.ts';
import { lengthLabel, xAxisOf, yAxisOf } from './axes.ts';
import type { Axis } from './axes.ts';
import { markerScale, tintOf } from './legend.ts';
import type { Entry, LegendSetting, Patch } from './legend.ts';
import { looksOf } from './looks.ts';
import type { ChartBody, MapBody } from './paper-figure.ts';
import { bands, cells, frontLine, referenceLine } from './plugins.ts';
import type { Style } from './style.ts';

const surface = surfaces.light;

export interface Drawn {
  readonly entries: readonly Entry[];
  readonly datasets: readonly ChartDataset<'line', PlotPoint[]>[];
  readonly plugins: readonly Plugin<'line'>[];
  readonly x: Axis;
  readonly y: Axis;
  /** A map's lines are the edges of its cells. */
  readonly grid: boolean;
  /** In the units of the axes; null of a map, which leaves no place. */
  readonly inPlot: Figure | null;
  readonly joined: boolean;
}

/** The figure in the units of its axes. */
function scaled(figure: Figure, xSize: number, ySize: number): Figure {
  const onY = (value: number | null): number | null => (value === null ? null : value / ySize);
  return {
    ...figure,
    limit: figure.limit === null ? null : { ...figure.limit, value: figure.limit.value / ySize },
    // A slope is in both units.
    roofs: figure.roofs.map((roof) => ({ ...roof, perSecond: roof.perSecond / ySize })),
    series: figure.series.map((series) => ({
      ...series,
      marks: series.marks.map((mark) => ({ ...mark, y: onY(mark.y) })),
      points: series.points.map((point) => ({
        ...point,
        x: point.x / xSize,
        y: onY(point.y),
        low: onY(point.low),
        high: onY(point.high),
      })),
    })),
  };
}

/** Names have no order in between: series stand side by side around each. */
function dodged(figure: Figure): Figure {
  if (figure.x.kind === 'numeric' || figure.series.length < 2) return figure;
  const width = Math.min(0.7, 0.12 * figure.series.length);
  return {
    ...figure,
    series: figure.series.map((series, index) => ({
      ...series,
      points: series.points.map((point) => ({
        ...point,
        x: point.x + width * (index / (figure.series.length - 1) - 0.5),
      })),
    })),
  };
}

/** Series that are to be seen, from the highest last value down, so that the legend reads as the curves end. */
function legendOrder(figure: Figure): readonly number[] {
  const last = figure.series.map((series) => series.points.findLast(({ y }) => y !== null)?.y ?? -1);
  const seen = last.flatMap((value, index) =>
    value > 0 || figure.series[index].marks.length > 0 ? [index] : [],
  );
  return seen.sort((a, b) => last[b] - last[a]);
}

/** A chart in the units of its axes. */
export function drawChart(
  body: ChartBody,
  kernels: readonly string[],
  style: Style,
  setting: LegendSetting,
): Drawn {
  const { axis: y, unitSize: ySize } = yAxisOf(body);
  const { axis: x, unitSize: xSize } = xAxisOf(body);
  const figure = dodged(scaled(body.figure, xSize, ySize));
  const looks = looksOf(figure.series, kernels, style);
  const { lineWidth, markerRadius, fontSize, font } = setting;
  const datasets = figure.series.map((series, index): ChartDataset<'line', PlotPoint[]> => {
    const { color, fill, pointStyle, rotation, dash } = looks[index];
    return {
      label: series.label,
      data: series.points.map((point) => ({ x: point.x, y: point.y ?? Number.NaN })),
      borderColor: color,
      backgroundColor: fill,
      pointBorderColor: color,
      pointBackgroundColor: fill,
      pointBorderWidth: lineWidth,
      pointStyle,
      pointRotation: rotation,
      pointRadius: markerRadius * markerScale(pointStyle),
      borderWidth: lineWidth,
      borderDash: dash.map((length) => (length * lineWidth) / 1.5),
      showLine: body.joined,
      spanGaps: false,
      clip: false,
    };
  });
  const shared = pluginsFor(figure, {
    surface,
    font,
    colors: looks.map(({ color }) => color),
    datasetOf: (index) => index,
    noteLines: [],
    noteSize: 0.88 * fontSize,
  }).filter(({ id }) => id !== 'intervals');
  return {
    x,
    y,
    grid: true,
    inPlot: figure,
    joined: body.joined,
    datasets,
    entries: legendOrder(figure).map((index) => ({
      label: figure.series[index].label,
      look: { ...looks[index], dash: datasets[index].borderDash as number[] },
      shows: body.joined ? 'line' : 'marker',
    })),
    plugins: [
      bands(figure, looks, body.joined, 2 * markerRadius),
      ...(body.reference === null ? [] : [referenceLine(body.reference, setting)]),
      frontLine(
        body.front.map(([a, b]) => [a / xSize, b / ySize]),
        surface.muted,
        lineWidth,
      ),
      ...shared,
    ],
  };
}

const namesAxis = (
  title: string,
  names: readonly (string | number)[],
  label: (name: string | number) => string,
): Axis => ({
  title,
  type: 'linear',
  min: -0.5,
  max: names.length - 0.5,
  ticks: names.map((name, value) => ({ value, label: label(name) })),
});

/** The looks that kernels have by themselves, their markers in ink on a ground of their colour. */
function patchesOf(
  shown: readonly string[],
  kernels: readonly string[],
  style: Style,
): ReadonlyMap<string, Patch> {
  const alone = shown.map((kernel) => ({
    kernel,
    variant: 0,
    variants: 1,
    label: kernel,
    points: [],
    fit: null,
    marks: [],
  }));
  const looks = looksOf(alone, kernels, style);
  return new Map(
    shown.map((kernel, index) => {
      const look = looks[index];
      const fill = look.hollow ? surface.background : surface.ink;
      return [kernel, { ...look, color: surface.ink, fill, ground: tintOf(look.color, index) }];
    }),
  );
}

/** Lengths in k where an axis doubles, words and other numbers as they are. */
const labelsOf =
  (names: readonly (string | number)[]) =>
  (name: string | number): string =>
    typeof name === 'number' && names.every((one) => Number.isInteger(Math.log2(Number(one))))
      ? lengthLabel(name)
      : String(name);

/** A map: no datasets, and a cell for each place. */
export function drawMap(
  body: MapBody,
  kernels: readonly string[],
  style: Style,
  setting: LegendSetting,
): Drawn {
  const shown = [...new Set(body.cells.map(({ kernel }) => kernel))];
  const looks = patchesOf(shown, kernels, style);
  return {
    x: namesAxis(body.xTitle, body.columns, labelsOf(body.columns)),
    y: namesAxis(body.yTitle, body.rows, labelsOf(body.rows)),
    grid: false,
    inPlot: null,
    joined: false,
    datasets: [],
    entries: [...looks].map(([label, look]) => ({ label, look, shows: 'patch' })),
    plugins: [cells(body, looks, setting)],
  };
}
