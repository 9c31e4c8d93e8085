/** The figures of the page: a legend for each sweep, a chart for each metric. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import { noteNumber } from '../chart-plugins.ts';
import { buildFigure } from '../figure.ts';
import type { Figure, FigureSpec } from '../figure.ts';
import { figureConfiguration, lookOf } from '../figures.ts';
import type { FigureView } from '../figures.ts';
import type { Theme } from '../palette.ts';
import type { Series, Sweep } from '../sweeps.ts';
import { element } from './dom.ts';
import { markerSample } from './marker.ts';
import type { PagePayload } from './payload.ts';
import { filtered, seriesFilter, seriesKey } from './state.ts';
import type { PageState } from './state.ts';
import { showTooltip } from './tooltip.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Tooltip);

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

interface Panel {
  readonly spec: FigureSpec;
  readonly canvas: HTMLCanvasElement;
  readonly tip: HTMLElement;
  readonly notes: HTMLElement;
  chart: Chart | null;
}

interface SweepView {
  readonly sweep: Sweep;
  readonly root: HTMLElement;
  readonly legend: HTMLElement;
  readonly panels: readonly Panel[];
  /** Indices into the sweep's series. */
  readonly series: readonly number[];
}

function makePanel(spec: FigureSpec, figure: Figure): { readonly panel: Panel; readonly root: HTMLElement } {
  const canvas = element('canvas', { role: 'img', 'aria-label': `${figure.title}, ${figure.subtitle}` });
  const tip = element('div', { class: 'tip', role: 'status', hidden: true });
  const notes = element('div', { class: 'notes' });
  const root = element(
    'figure',
    { class: 'panel', id: `figure-${spec.id}` },
    element('figcaption', {}, figure.title),
    element('div', { class: 'canvas' }, canvas, tip),
    notes,
  );
  return { panel: { spec, canvas, tip, notes, chart: null }, root };
}

/** Draws every sweep, and again whenever asked. */
export class Figures {
  private readonly payload: PagePayload;
  private readonly state: PageState;
  private readonly views: readonly SweepView[];

  constructor(payload: PagePayload, state: PageState, root: HTMLElement) {
    this.payload = payload;
    this.state = state;
    const bySweep = new Map<string, FigureSpec[]>();
    for (const spec of payload.figures) {
      const key = JSON.stringify([spec.sweep, spec.part]);
      bySweep.set(key, [...(bySweep.get(key) ?? []), spec]);
    }
    this.views = [...bySweep.values()].map((specs) => this.makeView(specs));
    root.append(...this.views.map((view) => view.root));
  }

  private makeView(specs: readonly FigureSpec[]): SweepView {
    const { analysis } = this.payload;
    const [first] = specs;
    const figures = specs.map((spec) => buildFigure(analysis, spec));
    const panels = specs.map((spec, index) => makePanel(spec, figures[index]));
    const legend = element('div', { class: 'legend', role: 'group', 'aria-label': 'Series' });
    const [{ subtitle, xTitle }] = figures;
    const root = element(
      'article',
      { class: 'sweep' },
      element('h3', {}, `${subtitle.split(' · ')[0]}: by ${xTitle}`),
      element('p', { class: 'fixed' }, subtitle.split(' · ').slice(1).join(' · ')),
      legend,
      element('div', { class: 'panels' }, ...panels.map((made) => made.root)),
    );
    return {
      sweep: analysis.sweeps[first.sweep],
      root,
      legend,
      panels: panels.map((made) => made.panel),
      series: first.series,
    };
  }

  private view(theme: Theme): FigureView {
    const narrow = window.innerWidth < 560;
    return {
      kernels: this.payload.analysis.kernels,
      theme,
      xScale: this.state.xScale,
      yScale: this.state.yScale,
      font,
      fontSize: narrow ? 11 : 12,
      standalone: null,
    };
  }

  private drawLegend(view: SweepView, figureView: FigureView): void {
    const { analysis } = this.payload;
    const { sweep } = view;
    const available = view.series
      .map((index) => sweep.series[index])
      .filter((series) => filtered(analysis, this.state, series) !== null);
    const full = buildFigure(analysis, view.panels[0].spec, (series) =>
      available.includes(series) ? series : null,
    );
    const button = (series: Series, index: number): HTMLElement => {
      const key = seriesKey(analysis, sweep, series);
      const made = element(
        'button',
        { type: 'button', 'aria-pressed': this.state.hidden.has(key) ? 'false' : 'true' },
        markerSample(lookOf(full.series[index], figureView)),
        full.series[index].label,
      );
      made.addEventListener('click', () => {
        if (!this.state.hidden.delete(key)) this.state.hidden.add(key);
        const isPressed = this.state.hidden.has(key) ? 'false' : 'true';
        made.setAttribute('aria-pressed', isPressed);
        this.drawPanels(view, figureView);
      });
      return made;
    };
    view.legend.replaceChildren(...available.map(button));
    view.root.hidden = available.length === 0;
  }

  private drawPanels(view: SweepView, figureView: FigureView): void {
    const { analysis } = this.payload;
    const keep = seriesFilter(analysis, this.state, view.sweep);
    for (const panel of view.panels) {
      const figure = buildFigure(analysis, panel.spec, keep);
      this.drawPanel(panel, figure, figureView);
    }
  }

  private drawPanel(panel: Panel, figure: Figure, figureView: FigureView): void {
    panel.chart?.destroy();
    panel.tip.hidden = true;
    const configuration = figureConfiguration(figure, figureView);
    panel.chart = new Chart(panel.canvas, {
      ...configuration,
      options: {
        ...configuration.options,
        plugins: {
          ...configuration.options?.plugins,
          tooltip: {
            enabled: false,
            filter: (item) => item.datasetIndex < figure.series.length,
            external: (context) => showTooltip(panel.tip, this.payload.analysis, figure, context),
          },
        },
      },
    });
    const marked = new Set(figure.series.flatMap((series) => series.marks.map((mark) => mark.note)));
    panel.notes.replaceChildren(
      ...figure.notes.map((note, index) =>
        element('p', {}, marked.has(index + 1) ? `${noteNumber(index + 1)} ` : '', note),
      ),
    );
  }

  draw(theme: Theme): void {
    const figureView = this.view(theme);
    for (const view of this.views) {
      this.drawLegend(view, figureView);
      if (!view.root.hidden) this.drawPanels(view, figureView);
    }
  }
}
