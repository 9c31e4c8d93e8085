/** The part of the page that holds devices against each other. It draws itself again whenever the reader chooses. */
import type { FigureView } from '../figures.ts';
import type { Figure } from '../figure.ts';
import { element } from '../html/dom.ts';
import { legendButton, Panel } from '../html/panel.ts';
import { tableElement } from '../html/plain-table.ts';
import { isLeft } from '../html/state.ts';
import type { PageState } from '../html/state.ts';
import { kernelStyles } from '../palette.ts';
import type { Theme } from '../palette.ts';
import type { Table } from '../table.ts';
import { comparabilityOf, unsharedCases } from './comparability.ts';
import type { HardwareCase } from './hardware.ts';
import { bestDeviceMap, bestKernelMap, crossoverMap } from './heat-map.ts';
import type { HeatCell, HeatMap } from './heat-map.ts';
import type { HardwareAnalysis } from './judge.ts';
import { buildPanels, panelMetrics, panelSides, settingsByCoverage } from './panels.ts';
import type { PanelMetric, PanelSet, PanelSide } from './panels.ts';
import { implementationsTable, ratioMatrices, relativeByKernelTable, relativeTable } from './ratio-tables.ts';
import type { Scope } from './scope.ts';
import { devicesTable, sharesTable } from './tables.ts';
import { axesWords } from './words.ts';

const metricWords: Readonly<Record<PanelMetric, string>> = {
  time: 'time',
  ratio: 'time over that of the reference',
  share: '% of measured peak',
  throughput: 'GFLOP/s',
  memory: 'memory',
  error: 'error',
};

const sideWords: Readonly<Record<PanelSide, string>> = {
  kernel: 'each kernel, a line for each device',
  device: 'each device, a line for each kernel',
};

interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
}

function selectControl<Value>(
  name: string,
  label: string,
  choices: readonly Choice<Value>[],
  chosen: Value,
  choose: (value: Value) => void,
): HTMLElement {
  const select = element(
    'select',
    { name },
    ...choices.map((choice, index) =>
      element('option', { value: index, selected: choice.value === chosen }, choice.label),
    ),
  );
  select.addEventListener('change', () => choose(choices[select.selectedIndex].value));
  return element('label', { class: 'choice' }, element('span', {}, label), select);
}

function heatCell(cell: HeatCell | null, map: HeatMap, theme: Theme): HTMLElement {
  if (cell === null) return element('td', {}, '–');
  const made = element(
    'td',
    { class: 'answer', title: cell.says },
    cell.short,
    ...(cell.detail === '' ? [] : [' ', element('small', {}, cell.detail)]),
  );
  made.style.setProperty('--answer', kernelStyles(map.names).get(cell.name)?.color[theme] ?? 'transparent');
  made.style.setProperty('--strength', `${Math.round(12 + 38 * cell.strength)}%`);
  return made;
}

function heatTable(map: HeatMap, theme: Theme): readonly HTMLElement[] {
  return [
    element('h3', {}, map.title),
    element('p', { class: 'fixed' }, map.subtitle),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': map.title },
      element(
        'table',
        { class: 'heat', id: map.id },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col' }, ''),
            ...map.columns.map((column) => element('th', { scope: 'col' }, column)),
          ),
        ),
        element(
          'tbody',
          {},
          ...map.rows.map(({ label, cells }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, label),
              ...cells.map((cell) => heatCell(cell, map, theme)),
            ),
          ),
        ),
      ),
    ),
    ...map.notes.map((note) => element('p', { class: 'fixed' }, note)),
  ];
}

const part = (id: string): HTMLElement => element('div', { class: 'part', id });

export class HardwareView {
  readonly root: HTMLElement;
  private readonly analysis: HardwareAnalysis;
  private readonly state: PageState;
  private readonly viewOf: (names: readonly string[]) => FigureView;
  private reference: number;
  private metric: PanelMetric = 'time';
  private by: PanelSide = 'kernel';
  private setting: number;
  private readonly choices = element('form', { class: 'controls below choices' });
  private readonly findings = part('comparability');
  private readonly ratios = part('ratios');
  private readonly legend = element('div', { class: 'legend', role: 'group', 'aria-label': 'Lines' });
  private readonly panelsHead = element('div', {});
  private readonly panels = element('div', { class: 'panels small' });
  private readonly maps = part('best');
  private readonly rest = part('side-by-side');
  private drawn: Panel[] = [];

  constructor(
    analysis: HardwareAnalysis,
    state: PageState,
    viewOf: (names: readonly string[]) => FigureView,
  ) {
    this.analysis = analysis;
    this.state = state;
    this.viewOf = viewOf;
    this.reference = analysis.hardware.reference;
    this.setting = settingsByCoverage(analysis)[0] ?? 0;
    // A form's choices outlive a reload in some browsers; the state does not.
    this.choices.setAttribute('autocomplete', 'off');
    this.choices.addEventListener('submit', (event) => event.preventDefault());
    this.choices.append(...this.selects());
    this.root = element(
      'section',
      { id: 'devices' },
      element('h2', {}, 'Devices'),
      tableElement(devicesTable(analysis), false),
      this.choices,
      this.findings,
      this.ratios,
      element('div', { class: 'part', id: 'panels' }, this.panelsHead, this.legend, this.panels),
      this.maps,
      this.rest,
    );
  }

  /** The page's own filters stand above what they filter. */
  adopt(filters: HTMLElement): void {
    this.choices.before(filters);
  }

  private selects(): readonly HTMLElement[] {
    const { hardware } = this.analysis;
    const order = settingsByCoverage(this.analysis);
    return [
      selectControl(
        'reference',
        'relative to',
        hardware.devices.map(({ label }, value) => ({ value, label })),
        this.reference,
        (value) => {
          this.reference = value;
          this.drawFindings();
          this.drawRatios(this.scope());
          if (this.metric === 'ratio') this.drawPanels();
          this.drawRest(this.scope(), this.theme);
        },
      ),
      ...(order.length < 2
        ? []
        : [
            selectControl(
              'setting',
              'at',
              order.map((value) => ({ value, label: axesWords(hardware.settings[value]) })),
              this.setting,
              (value) => {
                this.setting = value;
                this.drawSetting(this.theme);
              },
            ),
          ]),
      selectControl(
        'metric',
        'charts show',
        panelMetrics.map((value) => ({ value, label: metricWords[value] })),
        this.metric,
        (value) => {
          this.metric = value;
          this.drawPanels();
        },
      ),
      selectControl(
        'side',
        'a chart for',
        panelSides.map((value) => ({ value, label: sideWords[value] })),
        this.by,
        (value) => {
          this.by = value;
          this.drawPanels();
        },
      ),
    ];
  }

  private scope(): Scope {
    const { hardware, rows } = this.analysis;
    const off = this.state.off.get('run');
    const isCaseShown = (one: HardwareCase): boolean => {
      const row = one.rows.find((index) => index !== null);
      return row !== null && row !== undefined && isLeft(this.state, rows[row], ['run']);
    };
    return {
      reference: this.reference,
      devices: hardware.devices.flatMap(({ runs }, device) =>
        runs.every((run) => off?.has(run)) ? [] : [device],
      ),
      keep: isCaseShown,
    };
  }

  private drawFindings(): void {
    const findings = comparabilityOf(this.analysis, this.reference);
    const unshared = unsharedCases(this.analysis);
    this.findings.replaceChildren(
      ...(findings.length === 0
        ? []
        : [
            element('h3', {}, 'What is not measured alike'),
            element(
              'ul',
              { class: 'callout' },
              ...findings.map(({ code, message }) =>
                element('li', {}, element('strong', {}, code), ' ', message),
              ),
            ),
          ]),
      ...(unshared === 0
        ? []
        : [
            element(
              'p',
              { class: 'fixed' },
              `${unshared} of ${this.analysis.hardware.cases.length} cases were not timed on every device: each ratio is over the cases that both have.`,
            ),
          ]),
    );
  }

  private drawRatios(scope: Scope): void {
    const { analysis } = this;
    const tables: readonly Table[] = [relativeTable(analysis, scope), relativeByKernelTable(analysis, scope)];
    this.ratios.replaceChildren(
      element('h3', {}, 'Ratios'),
      element(
        'p',
        { class: 'fixed' },
        'Median over median, with the interval of the noise within the two runs; what differs between days or machines of one kind is in none. Below 1 is faster. Letters behind a ratio stand in the remarks above; a dash: one of the two has no time.',
      ),
      ...tables.filter(({ rows }) => rows.length > 0).map((table) => tableElement(table, true)),
    );
  }

  private drawPanels(): void {
    const keep = (row: number): boolean => this.state.shown[row] === 1;
    const { analysis, metric, by, setting, reference } = this;
    const set = buildPanels(analysis, { by, metric, setting, reference }, keep);
    this.panelsHead.replaceChildren(
      element('h3', {}, set.title),
      element('p', { class: 'fixed' }, set.subtitle),
      ...set.notes.map((note) => element('p', { class: 'fixed' }, note)),
    );
    for (const panel of this.drawn) panel.destroy();
    this.drawn = set.figures.map((figure) => new Panel(figure));
    this.panels.replaceChildren(...this.drawn.map((panel) => panel.root));
    const view = this.viewOf(set.names);
    const draw = (): void =>
      this.drawn.forEach((panel, index) =>
        panel.draw(analysis, this.withoutHidden(set.figures[index]), view),
      );
    this.drawLegend(set, view, draw);
    draw();
  }

  private keyOf(label: string): string {
    return JSON.stringify(['devices', this.by, label]);
  }

  private withoutHidden(figure: Figure): Figure {
    const series = figure.series.filter(({ label }) => !this.state.hidden.has(this.keyOf(label)));
    return { ...figure, series };
  }

  private drawLegend(set: PanelSet, view: FigureView, draw: () => void): void {
    const series = new Map(set.figures.flatMap((figure) => figure.series.map((one) => [one.label, one])));
    this.legend.replaceChildren(
      ...[...series].map(([label, one]) =>
        legendButton(one, view, this.keyOf(label), this.state.hidden, draw),
      ),
    );
  }

  private drawMaps(theme: Theme): void {
    const keep = (row: number): boolean => this.state.shown[row] === 1;
    const scope = { keep, setting: this.setting };
    const maps = [bestDeviceMap(this.analysis, scope), bestKernelMap(this.analysis, scope)];
    this.maps.replaceChildren(...maps.flatMap((map) => (map.rows.length === 0 ? [] : heatTable(map, theme))));
  }

  private drawRest(scope: Scope, theme: Theme): void {
    const { analysis } = this;
    const axes = analysis.hardware.settings[this.setting];
    const { off } = this.state;
    const crossovers = crossoverMap(
      analysis,
      scope.devices,
      ({ row }) =>
        ![row.first, row.second].some((kernel) => off.get('kernel')?.has(kernel)) &&
        Object.entries(axes).every(([axis, value]) => (row.axes[axis] ?? value) === value),
    );
    const titled = (title: string, table: Table): readonly HTMLElement[] =>
      table.rows.length === 0 ? [] : [element('h3', {}, title), tableElement(table, true)];
    const matrices = ratioMatrices(analysis, scope, this.setting);
    this.rest.replaceChildren(
      ...(crossovers.rows.length === 0 ? [] : heatTable(crossovers, theme)),
      ...titled('Share of the measured peak', sharesTable(analysis, scope)),
      ...titled('Implementations', implementationsTable(analysis)),
      ...(matrices.length === 0 ? [] : [element('h3', {}, 'Case by case')]),
      ...matrices.map((table) => tableElement(table, true)),
    );
  }

  /** What is of one setting. */
  private drawSetting(theme: Theme): void {
    this.drawPanels();
    this.drawMaps(theme);
    this.drawRest(this.scope(), theme);
  }

  private get theme(): Theme {
    return this.viewOf([]).theme;
  }

  draw(): void {
    this.drawFindings();
    this.drawRatios(this.scope());
    this.drawSetting(this.theme);
  }
}
