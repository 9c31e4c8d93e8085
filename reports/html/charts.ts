/** The figures of the page: a legend for each sweep and a chart for each metric, then a roofline for each run. */
import type { Analysis } from '../analysis.ts';
import { buildFigure } from '../figure.ts';
import type { FigureSpec, RooflineSpec } from '../figure.ts';
import { figuresOf, rooflinesOf } from '../figure-list.ts';
import type { FigureView } from '../figures.ts';
import { groupBy } from '../group-by.ts';
import { hasSeveralDevices } from '../hardware/judge.ts';
import type { Theme } from '../palette.ts';
import { buildRoofline } from '../roofline.ts';
import type { Row } from '../rows.ts';
import type { Series } from '../sweeps.ts';
import { Blocks } from './blocks.ts';
import type { Block } from './blocks.ts';
import { element } from './dom.ts';
import { legendButton, Panel } from './panel.ts';
import { filtered, seriesFilter, seriesKey } from './state.ts';
import type { PageState } from './state.ts';

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

const makeLegend = (): HTMLElement =>
  element('div', { class: 'legend', role: 'group', 'aria-label': 'Series' });

/** A heading, what is held fixed, a legend and charts. The latter two come with the first drawing. */
function makeRoot(heading: string, fixed: string): HTMLElement {
  return element(
    'article',
    { class: 'sweep' },
    element('h3', {}, heading),
    element('p', { class: 'fixed' }, fixed),
  );
}

/** Every sweep and every roofline, drawn while near the screen and again whenever asked. */
export class Figures {
  private readonly analysis: Analysis;
  private readonly state: PageState;
  private readonly blocks: Blocks;
  private readonly unprinted = element('p', { class: 'unprinted fixed' });
  private theme: Theme;

  constructor(analysis: Analysis, state: PageState, theme: Theme, root: HTMLElement) {
    this.analysis = analysis;
    this.state = state;
    this.theme = theme;
    // Of several devices the small multiples show the same, on equal axes.
    const sweeps = hasSeveralDevices(analysis) ? [] : figuresOf(analysis);
    const bySweep = groupBy(sweeps, ({ sweep, part }) => JSON.stringify([sweep, part]));
    const blocks = [
      ...[...bySweep.values()].map((specs) => this.makeSweep(specs)),
      ...rooflinesOf(analysis).map((spec) => this.makeRoofline(spec)),
    ];
    root.append(...blocks.map((block) => block.root), this.unprinted);
    this.blocks = new Blocks(blocks);
  }

  /** How figures look now; `names` are what looks are dealt to. */
  view(names: readonly string[] = this.analysis.kernels): FigureView {
    const narrow = window.innerWidth < 560;
    return {
      kernels: names,
      theme: this.theme,
      xScale: this.state.xScale,
      yScale: this.state.yScale,
      font,
      fontSize: narrow ? 11 : 12,
      standalone: null,
    };
  }

  private makeSweep(specs: readonly FigureSpec[]): Block {
    const { analysis, state } = this;
    const [first] = specs;
    const sweep = analysis.sweeps[first.sweep];
    const series = first.series.map((index) => sweep.series[index]);
    const { subtitle, xTitle } = buildFigure(analysis, first, () => null);
    const [suite, ...fixed] = subtitle.split(' · ');
    const root = makeRoot(`${suite}: by ${xTitle}`, fixed.join(' · '));
    const legend = makeLegend();
    const charts = element('div', { class: 'panels' });
    let panels: readonly { readonly spec: FigureSpec; readonly panel: Panel }[] = [];

    const drawPanels = (): void => {
      const keep = seriesFilter(analysis, state, sweep);
      const view = this.view();
      for (const { spec, panel } of panels) panel.draw(analysis, buildFigure(analysis, spec, keep), view);
    };
    const drawLegend = (): void => {
      const available = series.filter((one) => filtered(state, one) !== null);
      const full = buildFigure(analysis, first, (one) => (available.includes(one) ? one : null));
      const view = this.view();
      const button = (one: Series, index: number): HTMLElement =>
        legendButton(full.series[index], view, seriesKey(analysis, sweep, one), state.hidden, drawPanels);
      legend.replaceChildren(...available.map(button));
    };
    return {
      root,
      hasRows: () => series.some(({ rows }) => rows.some((row) => state.shown[row] === 1)),
      draw: () => {
        if (panels.length === 0) {
          panels = specs.map((spec) => ({ spec, panel: new Panel(buildFigure(analysis, spec)) }));
          charts.replaceChildren(...panels.map(({ panel }) => panel.root));
          root.append(legend, charts);
        }
        drawLegend();
        drawPanels();
      },
      erase: () => {
        for (const { panel } of panels) panel.destroy();
        panels = [];
        legend.remove();
        charts.remove();
      },
    };
  }

  private makeRoofline(spec: RooflineSpec): Block {
    const { analysis, state } = this;
    const keyOf = (label: string): string => JSON.stringify([spec.id, label]);
    const { subtitle } = buildRoofline(analysis, spec, () => false);
    const root = makeRoot('roofline: speed by arithmetic intensity', subtitle);
    const legend = makeLegend();
    let panel: Panel | null = null;
    const placed = analysis.rows.flatMap(({ run, timing }, index) =>
      run === spec.run && timing !== null && timing.flopsPerSecond !== null ? [index] : [],
    );

    const drawPanel = (): void => {
      const isShown = (label: string, _row: Row, index: number): boolean =>
        state.shown[index] === 1 && !state.hidden.has(keyOf(label));
      panel?.draw(analysis, buildRoofline(analysis, spec, isShown), this.view());
    };
    return {
      root,
      hasRows: () => placed.some((row) => state.shown[row] === 1),
      draw: () => {
        const full = buildRoofline(analysis, spec, (_label, _row, index) => state.shown[index] === 1);
        if (panel === null) {
          panel = new Panel(full);
          root.append(legend, element('div', { class: 'panels' }, panel.root));
        }
        const view = this.view();
        const buttons = full.series.map((series) =>
          legendButton(series, view, keyOf(series.label), state.hidden, drawPanel),
        );
        legend.replaceChildren(...buttons);
        drawPanel();
      },
      erase: () => {
        panel?.destroy();
        panel?.root.parentElement?.remove();
        panel = null;
        legend.remove();
      },
    };
  }

  start(): void {
    this.blocks.start();
  }

  draw(theme: Theme): void {
    this.theme = theme;
    this.blocks.redraw();
  }

  /** For paper, which is light and cannot be scrolled. */
  print(): void {
    this.draw('light');
    const left = this.blocks.prepareToPrint();
    this.unprinted.textContent =
      left === 0
        ? ''
        : `${left} more figures: filters choose which are printed, and --format svg writes all.`;
  }
}
