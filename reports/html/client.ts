/** The page's script: reads the payload, draws everything, and draws again when the reader chooses. */
import { hasSeveralDevices } from '../hardware/judge.ts';
import { HardwareView } from '../hardware/view.ts';
import type { Theme } from '../palette.ts';
import { Figures } from './charts.ts';
import { byId, element } from './dom.ts';
import { environmentOf } from './environment.ts';
import { payloadElementId } from './payload.ts';
import type { PageFilter, PagePayload } from './payload.ts';
import { initialState } from './state.ts';
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

function writeHead({ analysis }: PagePayload): void {
  const suites = [...new Set(analysis.rows.map((row) => row.suite))];
  const labels = analysis.runs.map((run) => run.label);
  const devices = analysis.hardware?.devices.length;
  const many = devices === undefined ? `${labels.length} runs` : `${devices} devices`;
  const where = labels.length > 4 ? many : labels.join(', ');
  const title = `${suites.join(', ') || 'no cases'} on ${where}`;
  byId('title').textContent = title;
  document.title = `${title} · attnbench`;
  const timed = analysis.rows.filter((row) => row.timing !== null).length;
  const dates = [...new Set(analysis.runs.map((run) => run.header.startedAt.slice(0, 10)))];
  byId('facts').textContent = [
    plural(analysis.kernels.length, 'kernel'),
    `${plural(analysis.rows.length, 'case')}, ${timed} timed`,
    dates.join(', '),
  ].join(' · ');
}

function writeWarnings({ analysis }: PagePayload): void {
  if (analysis.warnings.length === 0) return;
  const root = byId('warnings');
  const several = analysis.runs.length > 1;
  // What holds for several runs is said once.
  const runsOf = new Map<string, { code: string; message: string; runs: string[] }>();
  for (const { code, run, message } of analysis.warnings) {
    const known = runsOf.get(`${code} ${message}`);
    if (known === undefined) runsOf.set(`${code} ${message}`, { code, message, runs: [run] });
    else known.runs.push(run);
  }
  root.append(
    element(
      'ul',
      { class: 'callout' },
      ...[...runsOf.values()].map(({ code, message, runs }) =>
        element(
          'li',
          {},
          element('strong', {}, several ? `${code}, ${runs.join(', ')}` : code),
          ' ',
          message,
        ),
      ),
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
      for (const { value } of filter.values)
        if (checked) off?.delete(value);
        else off?.add(value);
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
    return section.id === 'tables' ||
      section.hasAttribute('hidden') ||
      heading === null ||
      heading === undefined
      ? []
      : [element('a', { href: `#${section.id}` }, heading)];
  });
  byId('contents').replaceChildren(...links);
}

function start(payload: PagePayload): void {
  // A form's choices outlive a reload in some browsers; the state does not.
  const form = byId('controls');
  form.setAttribute('autocomplete', 'off');
  form.addEventListener('submit', (event) => event.preventDefault());
  const state = initialState(payload.filters);
  writeHead(payload);
  writeWarnings(payload);
  const figures = new Figures(payload, state, byId('sweeps'));
  const tables = payload.tables.map(
    (table) => new TableView(table, payload.analysis, state, tableTitles[table.id] ?? table.id),
  );
  byId('tables').append(...tables.map((table) => table.root));
  byId('environment').append(...payload.analysis.runs.map(environmentOf));

  const hardware = hasSeveralDevices(payload.analysis)
    ? new HardwareView(payload.analysis, state, (...how) => figures.view(...how))
    : null;
  if (hardware !== null) {
    byId('figures').before(hardware.root);
    hardware.adopt(form);
    byId('figures').hidden = payload.rooflines.length === 0;
  }
  writeContents();

  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const theme = (): Theme => (dark.matches ? 'dark' : 'light');
  const drawCharts = (look: Theme): void => {
    hardware?.draw(look);
    figures.draw(look);
  };
  const redraw = (): void => {
    drawCharts(theme());
    for (const table of tables) table.draw();
  };
  form.append(
    ...payload.filters.map((filter) => filterControl(filter, state, redraw)),
    scaleControl('x', state, redraw),
    scaleControl('y', state, redraw),
  );
  dark.addEventListener('change', () => drawCharts(theme()));
  window.addEventListener('beforeprint', () => drawCharts('light'));
  window.addEventListener('afterprint', () => drawCharts(theme()));
  drawCharts(theme());
}

const payload: PagePayload = JSON.parse(byId(payloadElementId).textContent ?? '');
start(payload);
