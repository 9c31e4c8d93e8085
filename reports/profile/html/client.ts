/** The script of a profile's page: reads the payload, draws the charts, writes the tables. */
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from 'chart.js';
import { byId, element } from '../../html/dom.ts';
import { environmentOf } from '../../html/environment.ts';
import { payloadElementId } from '../../html/payload.ts';
import { tableElement } from '../../html/plain-table.ts';
import type { Theme } from '../../palette.ts';
import { barConfiguration } from '../chart.ts';
import type { BarFigure } from '../figure.ts';
import type { ProfilePayload, ProfileSection } from './payload.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

function sectionElement({ id, heading, sentences, tables }: ProfileSection): HTMLElement {
  return element(
    'section',
    { id, class: 'table' },
    element('h2', {}, heading),
    ...sentences.map((sentence) => element('p', { class: 'fixed' }, sentence)),
    ...tables.map((table) => tableElement(table, !sentences.includes(table.caption))),
  );
}

interface Panel {
  readonly figure: BarFigure;
  readonly canvas: HTMLCanvasElement;
  chart: Chart<'bar', (number | null)[], string> | null;
}

function drawPanel(panel: Panel, theme: Theme): void {
  panel.chart?.destroy();
  const narrow = window.innerWidth < 560;
  const configuration = barConfiguration(panel.figure, {
    theme,
    font,
    fontSize: narrow ? 11 : 12,
    standalone: false,
    legend: narrow ? 'bottom' : 'right',
  });
  panel.chart = new Chart(panel.canvas, configuration);
}

function start(payload: ProfilePayload): void {
  byId('title').textContent = payload.title;
  document.title = `${payload.title} · attnbench`;
  byId('facts').textContent = payload.facts;
  const notes = byId('notes');
  notes.append(...payload.notes.map((note) => element('li', {}, note)));
  notes.hidden = payload.notes.length === 0;
  const panels = payload.figures.map((figure): Panel => ({
    figure,
    canvas: element('canvas', { role: 'img', 'aria-label': `${figure.title}, ${figure.subtitle}` }),
    chart: null,
  }));
  byId('panels').append(
    ...panels.map(({ figure, canvas }) =>
      element(
        'figure',
        { class: 'panel', id: `figure-${figure.id}` },
        element('figcaption', {}, figure.title),
        element('p', { class: 'fixed' }, figure.subtitle),
        element('div', { class: 'canvas' }, canvas),
      ),
    ),
  );
  byId('figures').hidden = panels.length === 0;
  byId('sections').append(...payload.sections.map(sectionElement));
  byId('environment').append(environmentOf(payload.run));
  byId('contents').replaceChildren(
    ...payload.sections.map(({ id, heading }) => element('a', { href: `#${id}` }, heading)),
    element('a', { href: '#environment' }, 'Environment'),
  );

  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const draw = (theme: Theme): void => {
    for (const panel of panels) drawPanel(panel, theme);
  };
  const drawNow = (): void => draw(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', drawNow);
  window.addEventListener('beforeprint', () => draw('light'));
  window.addEventListener('afterprint', drawNow);
  drawNow();
}

const payload: ProfilePayload = JSON.parse(byId(payloadElementId).textContent ?? '');
start(payload);
