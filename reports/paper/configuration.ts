/** A figure in a style as a chart.js configuration. Lengths are in hundredths of an inch. */
import type { FigureConfiguration } from '../figures.ts';
import { quotedFamily } from '../fonts.ts';
import { surfaces } from '../palette.ts';
import { axisOptions, sparse, thinned } from './axis-options.ts';
import { drawChart, drawMap } from './bodies.ts';
import type { Drawn } from './bodies.ts';
import { freeSpot } from './inside.ts';
import type { Size, Spot } from './inside.ts';
import { layOut, legendPlugin } from './legend.ts';
import type { Entry, LegendLayout, LegendSetting } from './legend.ts';
import type { PaperFigure } from './paper-figure.ts';
import type { LegendPlace } from './style-words.ts';
import type { Style } from './style.ts';
import { lineHeight, notesHeight, wordsOf, wordsPlugin } from './words.ts';
import type { Words } from './words.ts';

export const unitsPerInch = 100;
const points = (pt: number): number => (pt * unitsPerInch) / 72;

export interface SetFigure {
  readonly width: number;
  readonly height: number;
  readonly configuration: FigureConfiguration;
  /** What series look like, for the check without colours. */
  readonly entries: readonly Entry[];
}

interface Plot extends Size {
  /** Of the words above. */
  readonly top: number;
  /** Of the legend to the right. */
  readonly beside: number;
  readonly figureHeight: number;
}

/** About how large the plot is once its axes and all that stands around it have their place. */
function plotFor(
  place: LegendPlace,
  legend: LegendLayout,
  style: Style,
  words: Words,
  setting: LegendSetting,
): Plot {
  const { fontSize, width } = setting;
  const top = words.above.length * lineHeight * fontSize;
  const onTop = place === 'top' ? legend.height : 0;
  const beside = place === 'right' ? legend.width + 0.6 * fontSize : 0;
  const axes = 4.5 * fontSize;
  // Wide figures are lower for their width, and never lower than a legend beside the plot.
  const plain = Math.min(0.56 * style.widthIn, 3) * unitsPerInch + 3 * fontSize;
  const least = Math.max(plain, place === 'right' ? legend.height + axes : 0) + onTop + top;
  const figureHeight = Math.round(style.heightIn === null ? least : style.heightIn * unitsPerInch);
  return {
    width: width - beside - 5 * fontSize,
    height: figureHeight - top - onTop - axes,
    top,
    beside,
    figureHeight,
  };
}

/** The corner for a legend inside the plot, where it hides nothing; null where there is none. */
function cornerFor(drawn: Drawn, setting: LegendSetting, plot: Size): Spot | null {
  if (drawn.inPlot === null) return null;
  const { width, height } = layOut(drawn.entries, setting);
  const margin = setting.fontSize;
  const box = { width: (width + margin) / plot.width, height: (height + margin) / plot.height };
  return freeSpot(drawn.inPlot, drawn.x, drawn.y, drawn.joined, box);
}

/** Sets a figure. `kernels` are all that looks are dealt to. */
export function setFigure(figure: PaperFigure, kernels: readonly string[], style: Style): SetFigure {
  const fontSize = points(style.fontSizePt);
  const width = Math.round(style.widthIn * unitsPerInch);
  const settingFor = (place: LegendPlace): LegendSetting => ({
    place,
    font: quotedFamily(style.typeface),
    fontSize,
    lineWidth: points(style.linePt),
    markerRadius: points(style.markerPt),
    surface: surfaces.light,
    width,
  });
  const wanted = settingFor(style.legend);
  const { body } = figure;
  const drawn =
    body.kind === 'chart' ? drawChart(body, kernels, style, wanted) : drawMap(body, kernels, style, wanted);
  const words = wordsOf(figure, style, wanted);
  const plotOf = ({ place }: LegendSetting, layout: LegendLayout): Plot =>
    plotFor(place, layout, style, words, wanted);
  const inside = layOut(drawn.entries, wanted);
  const corner = style.legend === 'inside' ? cornerFor(drawn, wanted, plotOf(wanted, inside)) : null;
  // Where no corner is free it stands above.
  const setting = style.legend === 'inside' && corner === null ? settingFor('top') : wanted;
  const layout = layOut(drawn.entries, setting);
  const plot = plotOf(setting, layout);
  return {
    width,
    height: plot.figureHeight,
    entries: drawn.entries,
    configuration: {
      type: 'line',
      data: { datasets: [...drawn.datasets] },
      plugins: [
        ...drawn.plugins,
        legendPlugin(drawn.entries, layout, setting, { top: plot.top, inside: corner }),
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
            top: plot.top + (setting.place === 'top' ? layout.height : 0) + 0.6 * fontSize,
            right: plot.beside + 0.8 * fontSize,
            left: 0,
            bottom: notesHeight(words, fontSize) + 1,
          },
        },
        scales: {
          x: axisOptions(thinned(drawn.x, plot.width, setting), drawn.grid, setting),
          y: axisOptions(sparse(drawn.y, plot.height, setting), drawn.grid, setting),
        },
        plugins: { legend: { display: false }, title: { display: false }, subtitle: { display: false } },
      },
    },
  };
}
