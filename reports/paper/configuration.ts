/** A figure in a style as a chart.js configuration. Lengths are in hundredths of an inch. */
import type { ChartConfiguration, ChartDataset, Plugin } from 'chart.js';
import { noteNumber, pluginsFor } from '../chart-plugins.ts';
import type { Figure } from '../figure.ts';
import type { PlotPoint } from '../figures.ts';
import { quotedFamily } from '../fonts.ts';
import { surfaces } from '../palette.ts';
import { lengthLabel, xAxisOf, yAxisOf } from './axes.ts';
import type { Axis } from './axes.ts';
import { layOut, legendPlugin, markerScale, textWidth } from './legend.ts';
import type { Entry, LegendLayout, LegendSetting } from './legend.ts';
import { looksOf } from './looks.ts';
import type { Look } from './looks.ts';
import type { ChartBody, MapBody, PaperFigure } from './paper-figure.ts';
import { bands, cells, frontLine, referenceLine } from './plugins.ts';
import type { Style } from './style.ts';

export const unitsPerInch = 100;
const points = (pt: number): number => (pt * unitsPerInch) / 72;

export interface SetFigure {
  readonly width: number;
  readonly height: number;
  readonly configuration: ChartConfiguration<'line', PlotPoint[]>;
  /** What series look like, for the check without colours. */
  readonly entries: readonly Entry[];
}

const surface = surfaces.light;

interface Drawn {
  readonly entries: readonly Entry[];
  readonly datasets: readonly ChartDataset<'line', PlotPoint[]>[];
  readonly plugins: readonly Plugin<'line'>[];
  readonly x: Axis;
  readonly y: Axis;
  /** A map's lines are the edges of its cells. */
  readonly grid: boolean;
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

/** From the highest last value down, so that the legend reads as the curves end. */
function byLastValue(figure: Figure): readonly number[] {
  const last = figure.series.map((series) => series.points.findLast(({ y }) => y !== null)?.y ?? -1);
  return last.map((_, index) => index).sort((a, b) => last[b] - last[a]);
}

function drawChart(body: ChartBody, kernels: readonly string[], style: Style, setting: LegendSetting): Drawn {
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
    datasets,
    entries: byLastValue(figure).map((index) => ({
      label: figure.series[index].label,
      look: { ...looks[index], dash: datasets[index].borderDash as number[] },
      shows: body.joined ? 'line' : 'marker',
    })),
    plugins: [
      bands(figure, looks, 2 * markerRadius),
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

/** The looks that kernels have by themselves. */
function kernelLooks(
  shown: readonly string[],
  kernels: readonly string[],
  style: Style,
): ReadonlyMap<string, Look> {
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
  return new Map(shown.map((kernel, index) => [kernel, looks[index]]));
}

/** Lengths in k where an axis doubles, words and other numbers as they are. */
const labelsOf =
  (names: readonly (string | number)[]) =>
  (name: string | number): string =>
    typeof name === 'number' && names.every((one) => Number.isInteger(Math.log2(Number(one))))
      ? lengthLabel(name)
      : String(name);

function drawMap(body: MapBody, kernels: readonly string[], style: Style, setting: LegendSetting): Drawn {
  const shown = [...new Set(body.cells.map(({ kernel }) => kernel))];
  const looks = kernelLooks(shown, kernels, style);
  return {
    x: namesAxis(body.xTitle, body.columns, labelsOf(body.columns)),
    y: namesAxis(body.yTitle, body.rows, labelsOf(body.rows)),
    grid: false,
    datasets: [],
    entries: [...looks].map(([label, look]) => ({ label, look, shows: 'patch' })),
    plugins: [cells(body, looks, setting)],
  };
}

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

interface Words {
  readonly above: readonly string[];
  readonly below: readonly string[];
}

function wordsOf(figure: PaperFigure, style: Style, setting: LegendSetting): Words {
  if (!style.words) return { above: [], below: [] };
  const numbered = figure.notes.map((note, index) =>
    figure.marked.includes(index + 1) ? `${noteNumber(index + 1)} ${note}` : note,
  );
  return {
    above: [figure.title, figure.subtitle],
    below: numbered.flatMap((note) => wrapped(note, setting, 0.8 * setting.fontSize)),
  };
}

const lineHeight = 1.4;

/** Title and notes, where they are part of the picture. */
function wordsPlugin({ above, below }: Words, setting: LegendSetting): Plugin<'line'> {
  const { fontSize, font } = setting;
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
      const size = 0.8 * fontSize;
      context.font = `${size}px ${font}`;
      context.fillStyle = surface.muted;
      const top = chart.height - below.length * lineHeight * size;
      below.forEach((line, index) => context.fillText(line, 0, top + index * lineHeight * size));
      context.restore();
    },
  };
}

function axisOptions(axis: Axis, grid: boolean, setting: LegendSetting): Record<string, unknown> {
  const font = { family: setting.font, size: setting.fontSize };
  const labels = new Map(axis.ticks.map(({ value, label }) => [value, label]));
  const labelled = (value: number): boolean => (labels.get(value) ?? '') !== '';
  const hairline = 0.4 * setting.lineWidth;
  return {
    type: axis.type,
    min: axis.min,
    max: axis.max,
    title: { display: true, text: axis.title, color: surface.ink, font, padding: 0.15 * setting.fontSize },
    border: { color: surface.ink, width: 0.6 * setting.lineWidth },
    grid: {
      display: grid,
      color: ({ tick }: { tick: { value: number } }) => (labelled(tick.value) ? '#d9dcdf' : '#eeeff1'),
      lineWidth: hairline,
      tickLength: 0.35 * setting.fontSize,
      tickColor: ({ tick }: { tick: { value: number } }) =>
        labelled(tick.value) ? surface.ink : '#ffffff00',
      tickWidth: 0.6 * setting.lineWidth,
    },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = axis.ticks.map(({ value }) => ({ value }));
    },
    ticks: {
      color: surface.ink,
      font,
      padding: 0.15 * setting.fontSize,
      autoSkip: false,
      maxRotation: 0,
      callback: (value: string | number) => labels.get(Number(value)) ?? '',
    },
  };
}

/** Every second label, or third, where all of them would run into each other. */
function thinned(axis: Axis, room: number, setting: LegendSetting): Axis {
  const widest = Math.max(
    0,
    ...axis.ticks.map(({ label }) => textWidth(label, setting.font, setting.fontSize)),
  );
  const shown = axis.ticks.filter(({ label }) => label !== '');
  const stride = Math.max(1, Math.ceil(((widest + 0.5 * setting.fontSize) * shown.length) / room));
  const kept = new Set(shown.filter((_, index) => index % stride === 0).map(({ value }) => value));
  return {
    ...axis,
    ticks: axis.ticks.map(({ value, label }) => ({ value, label: kept.has(value) ? label : '' })),
  };
}

/** What stands above the plot, and how high the figure is. */
function room(
  style: Style,
  legend: LegendLayout,
  words: Words,
  setting: LegendSetting,
): { readonly top: number; readonly height: number } {
  const { fontSize } = setting;
  const top = words.above.length * lineHeight * fontSize;
  const onTop = style.legend === 'top' ? legend.height : 0;
  // The plot is as high as it is wide times 0.6, at most three inches.
  const plot = Math.min(0.56 * style.widthIn, 3) * unitsPerInch + 3 * fontSize;
  const beside = style.legend === 'right' ? legend.height + 4 * fontSize : 0;
  const height =
    style.heightIn === null ? Math.max(plot, beside) + onTop + top : style.heightIn * unitsPerInch;
  return { top, height: Math.round(height) };
}

/** Sets a figure. `kernels` are all that looks are dealt to. */
export function setFigure(figure: PaperFigure, kernels: readonly string[], style: Style): SetFigure {
  const fontSize = points(style.fontSizePt);
  const width = Math.round(style.widthIn * unitsPerInch);
  const setting: LegendSetting = {
    place: style.legend,
    font: quotedFamily(style.typeface),
    fontSize,
    lineWidth: points(style.linePt),
    markerRadius: points(style.markerPt),
    surface,
    width,
  };
  const { body } = figure;
  const drawn =
    body.kind === 'chart' ? drawChart(body, kernels, style, setting) : drawMap(body, kernels, style, setting);
  const layout = layOut(drawn.entries, setting);
  const words = wordsOf(figure, style, setting);
  const { top, height } = room(style, layout, words, setting);
  const besideWidth = style.legend === 'right' ? layout.width + 0.6 * fontSize : 0;
  const plotWidth = width - besideWidth - 5 * fontSize;
  return {
    width,
    height,
    entries: drawn.entries,
    configuration: {
      type: 'line',
      data: { datasets: [...drawn.datasets] },
      plugins: [
        ...drawn.plugins,
        legendPlugin(drawn.entries, layout, setting, top),
        wordsPlugin(words, setting),
      ],
      options: {
        animation: false,
        responsive: false,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        layout: {
          padding: {
            top: top + (style.legend === 'top' ? layout.height : 0) + 0.6 * fontSize,
            right: besideWidth + 0.8 * fontSize,
            left: 0,
            bottom: words.below.length * lineHeight * 0.8 * fontSize + 1,
          },
        },
        scales: {
          x: axisOptions(thinned(drawn.x, plotWidth, setting), drawn.grid, setting),
          y: axisOptions(drawn.y, drawn.grid, setting),
        },
        plugins: { legend: { display: false }, title: { display: false }, subtitle: { display: false } },
      },
    },
  };
}
