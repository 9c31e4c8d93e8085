/** The page's script: reads the payload, draws everything, and draws again when the reader chooses. */
import type { Analysis } from '../analysis.ts';
import type { Theme } from '../palette.ts';
import { rooflinesOf } from '../figure-list.ts';
import { groupBy } from '../group-by.ts';
import { hasSeveralDevices } from '../hardware/judge.ts';
import { HardwareView } from '../hardware/view.ts';
import { allSources } from '../tables.ts';
import { Figures } from './charts.ts';
import { byId, element } from './dom.ts';
import { environmentOf } from './environment.ts';
import { payloadElementId } from './payload.ts';
import { unpackAnalysis } from './packed.ts';
import type { PageFilter, PagePayload } from './payload.ts';
import { applyFilters, initialState } from './state.ts';
import type { PageState } from './state.ts';
import { TableView } from './tables.ts';

const tableTitles: Readonly<Record<string, string>> = {
  results: 'Results',
  exponents: 'Growth',
  crossovers: 'Crossovers',
  missing: 'Without a time',
};

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** More names than this are a number. */
const mostNames = 4;

const listed = (names: readonly string[], one: string): string =>
  names.length > mostNames ? plural(names.length, one) : names.join(', ');

function writeHead(analysis: Analysis): void {
  const suites = [...new Set(analysis.rows.map((row) => row.suite))];
  const labels = analysis.runs.map((run) => run.label);
  const devices = analysis.hardware?.devices.map(({ label }) => label);
  const where = devices === undefined ? listed(labels, 'run') : listed(devices, 'device');
  const title = `${listed(suites, 'suite') || 'no cases'} on ${where}`;
  byId('title').textContent = title;
  document.title = `${title} · attnbench`;
  const timed = analysis.rows.filter((row) => row.timing !== null).length;
  const dates = [...new Set(analysis.runs.map((run) => run.header.startedAt.slice(0, 10)))].sort();
  byId('facts').textContent = [
    plural(analysis.kernels.length, 'kernel'),
    `${plural(analysis.rows.length, 'case')}, ${timed} timed`,
    dates.length > mostNames ? `${dates[0]} to ${dates.at(-1)}` : dates.join(', '),
  ].join(' · ');
}

function writeWarnings(analysis: Analysis): void {
  if (analysis.warnings.length === 0) return;
  const root = byId('warnings');
  const several = analysis.runs.length > 1;
  // What holds for several runs is said once.
  const alike = groupBy(analysis.warnings, ({ code, message }) => `${code} ${message}`);
  root.append(
    element(
      'ul',
      { class: 'callout' },
      ...[...alike.values()].map((warnings) => {
        const [{ code, message }] = warnings;
        const runs = warnings.map(({ run }) => run).join(', ');
        return element('li', {}, element('strong', {}, several ? `${code}, ${runs}` : code), ' ', message);
      }),
    ),
  );
  root.hidden = false;
}

function choice(
  name: string,
  label: string,
  checked: boolean,
  changed: (checked: boolean) => void,
): HTMLElement {
  const input = element('input', { type: 'checkbox', name, checked });
  input.addEventListener('change', () => changed(input.checked));
  return element('label', {}, input, element('span', {}, label));
}

/** Of so many values a reader wants to pick few without switching off each of the others. */
const manyValues = 6;

function filterControl(filter: PageFilter, state: PageState, redraw: () => void): HTMLElement {
  const off = state.off.get(filter.axis);
  const choices = filter.values.map(({ value, label }) =>
    choice(filter.axis, label, true, (checked) => {
      if (checked) off?.delete(value);
      else off?.add(value);
      redraw();
    }),
  );
  const every = (label: string, checked: boolean): HTMLElement => {
    const button = element('button', { type: 'button', class: 'every' }, label);
    button.addEventListener('click', () => {
      for (const one of choices) for (const input of one.querySelectorAll('input')) input.checked = checked;
      for (const { value } of filter.values) {
        if (checked) off?.delete(value);
        else off?.add(value);
      }
      redraw();
    });
    return button;
  };
  return element(
    'fieldset',
    {},
    element('legend', {}, filter.title ?? filter.axis),
    ...choices,
    ...(filter.values.length > manyValues ? [every('all', true), every('none', false)] : []),
  );
}

function scaleControl(axis: 'x' | 'y', state: PageState, redraw: () => void): HTMLElement {
  const field = axis === 'x' ? 'xScale' : 'yScale';
  const radio = (scale: 'logarithmic' | 'linear', label: string): HTMLElement => {
    const input = element('input', {
      type: 'radio',
      name: `${axis}-scale`,
      value: scale,
      checked: state[field] === scale,
    });
    input.addEventListener('change', () => {
      state[field] = scale;
      redraw();
    });
    return element('label', {}, input, element('span', {}, label));
  };
  return element(
    'fieldset',
    {},
    element('legend', {}, `${axis} axis`),
    radio('logarithmic', 'log'),
    radio('linear', 'linear'),
  );
}

function writeContents(): void {
  const links = [...document.querySelectorAll('main > section, #tables > section')].flatMap((section) => {
    const heading = section.querySelector('h2')?.firstChild?.textContent;
    const isHere = section.id !== 'tables' && !section.hasAttribute('hidden');
    return !isHere || heading === null || heading === undefined
      ? []
      : [element('a', { href: `#${section.id}` }, heading)];
  });
  byId('contents').replaceChildren(...links);
}

function start(payload: PagePayload): void {
  const analysis = unpackAnalysis(payload.analysis);
  // A form's choices outlive a reload in some browsers; the state does not.
  const form = byId('controls');
  form.setAttribute('autocomplete', 'off');
  form.addEventListener('submit', (event) => event.preventDefault());
  const state = initialState(payload.filters, analysis);
  writeHead(analysis);
  writeWarnings(analysis);

  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const theme = (): Theme => (dark.matches ? 'dark' : 'light');
  const figures = new Figures(analysis, state, theme(), byId('sweeps'));
  // A row of the results is a row of the analysis.
  const isShown = (row: number): boolean => state.shown[row] === 1;
  const tables = allSources(analysis).map(
    (source) =>
      new TableView(
        source,
        tableTitles[source.id] ?? source.id,
        source.id === 'results' ? isShown : undefined,
      ),
  );
  const results = tables.filter(({ root }) => root.id === 'results');
  byId('tables').append(...tables.map((table) => table.root));
  byId('environment').append(...analysis.runs.map(environmentOf));
  // Drawn when told, as are the figures.
  const hardware = hasSeveralDevices(analysis)
    ? new HardwareView(analysis, state, (names) => figures.view(names))
    : null;
  if (hardware !== null) {
    byId('figures').before(hardware.root);
    hardware.adopt(form);
    byId('figures').hidden = rooflinesOf(analysis).length === 0;
  }
  writeContents();

  const redraw = (): void => {
    figures.draw(theme());
    hardware?.draw();
  };
  const filter = (): void => {
    applyFilters(state, analysis);
    redraw();
    for (const table of results) table.draw();
  };
  form.append(
    ...payload.filters.map((one) => filterControl(one, state, filter)),
    scaleControl('x', state, redraw),
    scaleControl('y', state, redraw),
  );
  const { classList } = document.documentElement;
  // Paper is light, which some browsers tell as a change.
  dark.addEventListener('change', () => {
    if (!classList.contains('printing')) redraw();
  });
  window.addEventListener('beforeprint', () => {
    classList.add('printing');
    figures.print();
    hardware?.draw();
  });
  window.addEventListener('afterprint', () => {
    classList.remove('printing');
    redraw();
  });
  hardware?.draw();
  figures.start();
}

const payload: PagePayload = JSON.parse(byId(payloadElementId).textContent ?? '');
start(payload);
