/** The script of the trend page: reads the payload, draws a chart for each case, and draws again when the reader chooses. */
import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';
import type { Step, Trend } from '../../harness/history/trend.ts';
import { byId, element } from '../html/dom.ts';
import { payloadElementId } from '../html/payload.ts';
import { tableElement } from '../html/plain-table.ts';
import type { Theme } from '../palette.ts';
import { trendConfiguration } from './chart.ts';
import type { HistoryPayload } from './payload.ts';
import { changeText, dayOf, rangeText, shortCommit, stateOf } from './tables.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip);

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

interface Panel {
  readonly trend: Trend;
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  chart: Chart | null;
}

const stepWords = (step: Step): string =>
  `${dayOf(step.upTo.committedAt)}, ${rangeText(step)}: ${changeText(step.ratio)}, ${stateOf(step)}`;

function breakWords({ segments }: Trend): readonly string[] {
  return segments.slice(1).flatMap(({ points: [after] }, index) => {
    const before = segments[index].points.at(-1);
    if (before === undefined || after === undefined) return [];
    return [
      `break: no comparison joins ${shortCommit(before.commit)} (${dayOf(before.committedAt)}) to ${shortCommit(after.commit)} (${dayOf(after.committedAt)}); each side has its own first base`,
    ];
  });
}

const withoutWords = ({ without }: Trend): readonly string[] =>
  without.map(
    ({ verdict, commit, committedAt }) =>
      `${dayOf(committedAt)}, ${shortCommit(commit)}: ${verdict}, no ratio`,
  );

function makePanel(trend: Trend, environments: HistoryPayload['environments']): Panel {
  const where = environments.find(({ id }) => id === trend.environment)?.label ?? trend.environment;
  const canvas = element('canvas', { role: 'img', 'aria-label': `${trend.case} on ${where}` });
  const notes = [
    ...trend.segments.flatMap(({ steps }) => steps.map(stepWords)),
    ...breakWords(trend),
    ...withoutWords(trend),
  ];
  const root = element(
    'figure',
    { class: 'panel' },
    element('figcaption', {}, trend.case),
    element('p', { class: 'fixed' }, where),
    element('div', { class: 'canvas' }, canvas),
    element('div', { class: 'notes' }, ...notes.map((note) => element('p', {}, note))),
  );
  return { trend, root, canvas, chart: null };
}

function filterControl(
  axis: string,
  values: readonly { readonly value: string; readonly label: string }[],
  off: Set<string>,
  redraw: () => void,
): HTMLElement {
  const choices = values.map(({ value, label }) => {
    const input = element('input', { type: 'checkbox', name: axis, checked: true });
    input.addEventListener('change', () => {
      if (input.checked) off.delete(value);
      else off.add(value);
      redraw();
    });
    return element('label', {}, input, element('span', {}, label));
  });
  return element('fieldset', {}, element('legend', {}, axis), ...choices);
}

function start(payload: HistoryPayload): void {
  byId('title').textContent = payload.title;
  document.title = `${payload.title} · attnbench`;
  byId('facts').textContent = payload.facts;
  const alarms = byId('alarms');
  alarms.append(...payload.alarms.map((alarm) => element('li', {}, alarm)));
  alarms.hidden = payload.alarms.length === 0;

  const panels = payload.trends.map((trend) => makePanel(trend, payload.environments));
  byId('panels').append(...panels.map(({ root }) => root));
  byId('empty').hidden = panels.length > 0;
  byId('steps').hidden = payload.steps.rows.length === 0;
  byId('steps').append(tableElement(payload.steps, true));
  byId('environments').append(
    ...payload.environments.map(({ label, facts }) =>
      element(
        'article',
        {},
        element('h3', {}, label),
        element(
          'dl',
          { class: 'facts-list' },
          ...facts.flatMap(([name, words]) => [element('dt', {}, name), element('dd', {}, words)]),
        ),
      ),
    ),
  );

  const off = { kernel: new Set<string>(), environment: new Set<string>() };
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const draw = (theme: Theme): void => {
    const fontSize = window.innerWidth < 560 ? 11 : 12;
    for (const panel of panels) {
      const { kernel, environment } = panel.trend;
      panel.root.hidden = off.kernel.has(kernel) || off.environment.has(environment);
      panel.chart?.destroy();
      panel.chart = panel.root.hidden
        ? null
        : new Chart(panel.canvas, trendConfiguration(panel.trend, { theme, font, fontSize }));
    }
  };
  const drawNow = (): void => draw(dark.matches ? 'dark' : 'light');
  const form = byId('controls');
  // A form's choices outlive a reload in some browsers; the charts do not.
  form.setAttribute('autocomplete', 'off');
  form.addEventListener('submit', (event) => event.preventDefault());
  const kernels = [...new Set(payload.trends.map(({ kernel }) => kernel))].sort();
  const environments = payload.environments.map(({ id, label }) => ({ value: id, label }));
  if (kernels.length > 1) {
    form.append(
      filterControl(
        'kernel',
        kernels.map((value) => ({ value, label: value })),
        off.kernel,
        drawNow,
      ),
    );
  }
  if (environments.length > 1) {
    form.append(filterControl('environment', environments, off.environment, drawNow));
  }
  dark.addEventListener('change', drawNow);
  window.addEventListener('beforeprint', () => draw('light'));
  window.addEventListener('afterprint', drawNow);
  drawNow();
}

const payload: HistoryPayload = JSON.parse(byId(payloadElementId).textContent ?? '');
start(payload);
