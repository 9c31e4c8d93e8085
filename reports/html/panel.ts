/** One chart of the page with its tip and notes, and the buttons of a legend. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { Analysis } from '../analysis.ts';
import { noteNumber } from '../chart-plugins.ts';
import type { Figure, FigureSeries } from '../figure.ts';
import { figureConfiguration, lookOf } from '../figures.ts';
import type { FigureView } from '../figures.ts';
import { element } from './dom.ts';
import { markerSample } from './marker.ts';
import { showTooltip } from './tooltip.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Tooltip);

export class Panel {
  readonly root: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly tip = element('div', { class: 'tip', role: 'status', hidden: true });
  private readonly notes = element('div', { class: 'notes' });
  private chart: Chart | null = null;

  constructor({ id, title, subtitle }: Figure) {
    this.canvas = element('canvas', { role: 'img', 'aria-label': `${title}, ${subtitle}` });
    this.root = element(
      'figure',
      { class: 'panel', id: `figure-${id}` },
      element('figcaption', {}, title),
      element('div', { class: 'canvas' }, this.canvas, this.tip),
      this.notes,
    );
  }

  destroy(): void {
    this.chart?.destroy();
    this.chart = null;
  }

  draw(analysis: Analysis, figure: Figure, view: FigureView): void {
    this.chart?.destroy();
    this.tip.hidden = true;
    const configuration = figureConfiguration(figure, view);
    this.chart = new Chart(this.canvas, {
      ...configuration,
      options: {
        ...configuration.options,
        plugins: {
          ...configuration.options?.plugins,
          tooltip: {
            enabled: false,
            filter: (item) => item.datasetIndex < figure.series.length,
            external: (context) => showTooltip(this.tip, analysis, figure, context),
          },
        },
      },
    });
    const marked = new Set(figure.series.flatMap((series) => series.marks.map((mark) => mark.note)));
    this.notes.replaceChildren(
      ...figure.notes.map((note, index) =>
        element('p', {}, marked.has(index + 1) ? `${noteNumber(index + 1)} ` : '', note),
      ),
    );
  }
}

/** A button that takes a series out of the pictures and puts it back. */
export function legendButton(
  series: FigureSeries,
  view: FigureView,
  key: string,
  hidden: Set<string>,
  redraw: () => void,
): HTMLElement {
  const button = element(
    'button',
    { type: 'button', 'aria-pressed': hidden.has(key) ? 'false' : 'true' },
    markerSample(lookOf(series, view)),
    series.label,
  );
  button.addEventListener('click', () => {
    if (!hidden.delete(key)) hidden.add(key);
    button.setAttribute('aria-pressed', hidden.has(key) ? 'false' : 'true');
    redraw();
  });
  return button;
}
