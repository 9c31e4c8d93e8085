/** A run while it is measured: how far it is, what it does now, and the chart as far as it goes. */
import { formatCount, formatDuration } from '../../harness/format.ts';
import type { CaseRecord, Run, Status } from '../../harness/record.ts';
import { primarySamplesNs } from '../../harness/record.ts';
import { median } from '../../harness/stats.ts';
import { lookOf } from '../figures.ts';
import type { FigureView } from '../figures.ts';
import type { Figure } from '../figure.ts';
import { byId, element } from '../html/dom.ts';
import { markerSample } from '../html/marker.ts';
import { Panel } from '../html/panel.ts';
import { aboutSeconds } from './choice-view.ts';
import { liveAnalysis, liveFigure } from './live.ts';

/** A screen reader hears how far it is this often, and not at each case. */
const spokenEveryMs = 15_000;

/** `flash:n=1024,heads=8`: the suite stands above. */
const shortId = (id: string): string => id.slice(id.indexOf('/') + 1);

function outcomeOf(record: CaseRecord): string {
  if (record.status !== 'ok') return record.status;
  return formatDuration(median(primarySamplesNs(record)));
}

export class ProgressView {
  private readonly root = byId('progress');
  private readonly bar = element('progress', { max: 1, value: 0, 'aria-label': 'Cases measured' });
  private readonly line = element('p', { class: 'now' });
  private readonly counts = element('p', { class: 'fixed' });
  private readonly spoken = element('p', { class: 'hidden-words', role: 'status' });
  private readonly chart = element('div', {});
  private readonly legend = element('div', { class: 'legend' });
  private readonly stopButton = element('button', { type: 'button' }, 'Stop');
  private panel: Panel | null = null;
  private panelOf = '';
  private spokenAtMs = -Infinity;

  constructor(stop: () => void) {
    this.stopButton.addEventListener('click', stop);
    this.root.append(
      this.bar,
      this.line,
      this.counts,
      this.spoken,
      element('div', { class: 'actions' }, this.stopButton),
      this.legend,
      this.chart,
    );
  }

  show(): void {
    this.root.hidden = false;
    this.panel = null;
    this.chart.replaceChildren();
    this.legend.replaceChildren();
    this.counts.textContent = '';
    this.spokenAtMs = -Infinity;
    this.bar.removeAttribute('value');
    // Where the button that was pressed has gone, the keyboard goes on with the one that matters now.
    this.stopButton.focus();
  }

  hide(): void {
    this.root.hidden = true;
  }

  /** Something that takes a while and has no cases. */
  phase(words: string): void {
    this.line.textContent = words;
    this.say(words, true);
  }

  started(id: string, done: number, of: number, leftSeconds: number): void {
    this.bar.max = of;
    this.bar.value = done;
    this.line.textContent = `${done + 1} of ${of}: ${shortId(id)}`;
    this.counts.dataset.left = aboutSeconds(leftSeconds);
    this.say(`${done} of ${formatCount(of, 'case')} measured, ${aboutSeconds(leftSeconds)} left`, false);
  }

  retrying(id: string): void {
    this.line.textContent = `${shortId(id)}: once more, after its worker ended`;
  }

  finished(run: Run, record: CaseRecord, kernels: readonly string[], view: FigureView): void {
    const by = new Map<Status, number>();
    for (const { status } of run.cases) by.set(status, (by.get(status) ?? 0) + 1);
    const counts = [...by].map(([status, count]) => `${count} ${status}`).join(', ');
    const left = this.counts.dataset.left ?? '';
    this.counts.textContent = `${counts} · ${shortId(record.id)}: ${outcomeOf(record)}${left === '' ? '' : ` · ${left} left`}`;
    this.draw(run, record.suite, kernels, view);
  }

  draw(run: Run, suite: string, kernels: readonly string[], view: FigureView): void {
    const analysis = liveAnalysis(run, kernels);
    const figure = liveFigure(analysis, suite);
    if (figure === null) return;
    if (this.panel === null || this.panelOf !== figure.id) {
      this.panel = new Panel(figure);
      this.panelOf = figure.id;
      this.chart.replaceChildren(this.panel.root);
    }
    this.panel.draw(analysis, figure, view);
    this.legend.replaceChildren(...this.legendOf(figure, view));
  }

  private legendOf(figure: Figure, view: FigureView): readonly HTMLElement[] {
    return figure.series.map((series) =>
      element('span', { class: 'key' }, markerSample(lookOf(series, view)), series.label),
    );
  }

  private say(words: string, now: boolean): void {
    const nowMs = performance.now();
    if (!now && nowMs - this.spokenAtMs < spokenEveryMs) return;
    this.spokenAtMs = nowMs;
    this.spoken.textContent = words;
  }
}
