/** The figures of the page: a legend for each sweep and a chart for each metric, then a roofline for each run. */
import { buildFigure } from '../figure.ts';
import type { FigureSpec, RooflineSpec } from '../figure.ts';
import type { FigureView } from '../figures.ts';
import type { Theme } from '../palette.ts';
import { buildRoofline } from '../roofline.ts';
import type { Series, Sweep } from '../sweeps.ts';
import { element } from './dom.ts';
import { legendButton, Panel } from './panel.ts';
import type { PagePayload } from './payload.ts';
import { filtered, isShown, seriesFilter, seriesKey } from './state.ts';
import type { PageState } from './state.ts';

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

interface SweepView {
  readonly sweep: Sweep;
  readonly root: HTMLElement;
  readonly legend: HTMLElement;
  readonly panels: readonly { readonly spec: FigureSpec; readonly panel: Panel }[];
  /** Indices into the sweep's series. */
  readonly series: readonly number[];
}

interface RooflineView {
  readonly spec: RooflineSpec;
  readonly root: HTMLElement;
  readonly legend: HTMLElement;
  readonly panel: Panel;
}

const makeLegend = (): HTMLElement =>
  element('div', { class: 'legend', role: 'group', 'aria-label': 'Series' });

/** Draws every sweep and every roofline, and again whenever asked. */
export class Figures {
  private readonly payload: PagePayload;
  private readonly state: PageState;
  private readonly views: readonly SweepView[];
  private readonly rooflines: readonly RooflineView[];

  constructor(payload: PagePayload, state: PageState, root: HTMLElement) {
    this.payload = payload;
    this.state = state;
    const bySweep = new Map<string, FigureSpec[]>();
    for (const spec of payload.figures) {
      const key = JSON.stringify([spec.sweep, spec.part]);
      bySweep.set(key, [...(bySweep.get(key) ?? []), spec]);
    }
    this.views = [...bySweep.values()].map((specs) => this.makeView(specs));
    this.rooflines = payload.rooflines.map((spec) => this.makeRoofline(spec));
    root.append(...this.views.map((view) => view.root), ...this.rooflines.map((view) => view.root));
  }

  private makeView(specs: readonly FigureSpec[]): SweepView {
    const { analysis } = this.payload;
    const [first] = specs;
    const figures = specs.map((spec) => buildFigure(analysis, spec));
    const panels = specs.map((spec, index) => ({ spec, panel: new Panel(figures[index]) }));
    const legend = makeLegend();
    const [{ subtitle, xTitle }] = figures;
    const root = element(
      'article',
      { class: 'sweep' },
      element('h3', {}, `${subtitle.split(' · ')[0]}: by ${xTitle}`),
      element('p', { class: 'fixed' }, subtitle.split(' · ').slice(1).join(' · ')),
      legend,
      element('div', { class: 'panels' }, ...panels.map(({ panel }) => panel.root)),
    );
    return { sweep: analysis.sweeps[first.sweep], root, legend, panels, series: first.series };
  }

  private makeRoofline(spec: RooflineSpec): RooflineView {
    const figure = buildRoofline(this.payload.analysis, spec);
    const panel = new Panel(figure);
    const legend = makeLegend();
    const root = element(
      'article',
      { class: 'sweep' },
      element('h3', {}, 'roofline: speed by arithmetic intensity'),
      element('p', { class: 'fixed' }, figure.subtitle),
      legend,
      element('div', { class: 'panels' }, panel.root),
    );
    return { spec, root, legend, panel };
  }

  /** How figures look now; `names` are what looks are dealt to. */
  view(theme: Theme, names: readonly string[] = this.payload.analysis.kernels): FigureView {
    const narrow = window.innerWidth < 560;
    return {
      kernels: names,
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
    const button = (series: Series, index: number): HTMLElement =>
      legendButton(
        full.series[index],
        figureView,
        seriesKey(analysis, sweep, series),
        this.state.hidden,
        () => this.drawPanels(view, figureView),
      );
    view.legend.replaceChildren(...available.map(button));
    view.root.hidden = available.length === 0;
  }

  private drawPanels(view: SweepView, figureView: FigureView): void {
    const { analysis } = this.payload;
    const keep = seriesFilter(analysis, this.state, view.sweep);
    for (const { spec, panel } of view.panels) {
      panel.draw(analysis, buildFigure(analysis, spec, keep), figureView);
    }
  }

  private drawRoofline({ spec, root, legend, panel }: RooflineView, figureView: FigureView): void {
    const { analysis } = this.payload;
    const keyOf = (label: string): string => JSON.stringify([spec.id, label]);
    const draw = (): void =>
      panel.draw(
        analysis,
        buildRoofline(
          analysis,
          spec,
          (label, row) => isShown(this.state, row) && !this.state.hidden.has(keyOf(label)),
        ),
        figureView,
      );
    const full = buildRoofline(analysis, spec, (_, row) => isShown(this.state, row));
    legend.replaceChildren(
      ...full.series.map((series) =>
        legendButton(series, figureView, keyOf(series.label), this.state.hidden, draw),
      ),
    );
    root.hidden = full.series.length === 0;
    if (!root.hidden) draw();
  }

  draw(theme: Theme): void {
    const figureView = this.view(theme);
    for (const view of this.views) {
      this.drawLegend(view, figureView);
      if (!view.root.hidden) this.drawPanels(view, figureView);
    }
    for (const view of this.rooflines) this.drawRoofline(view, figureView);
  }
}
