/** What came of a run: its charts and tables as reports draw them, and the ways to take it along. */
import { formatCount } from '../../harness/format.ts';
import type { Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import { Figures } from '../html/charts.ts';
import { byId, element } from '../html/dom.ts';
import { tableElement } from '../html/plain-table.ts';
import { initialState } from '../html/state.ts';
import type { Theme } from '../palette.ts';
import type { Table } from '../table.ts';
import { allTables } from '../tables.ts';
import { labelOf } from './plan.ts';
import type { SitePlan } from './plan.ts';
import { whenOf } from './run-file.ts';
import type { KeptRun, Sent } from './store.ts';

export interface ResultActions {
  readonly download: (run: Run) => void;
  /** Null where this page cannot send. */
  readonly send: ((run: Run) => void) | null;
  readonly goOn: (run: Run) => void;
}

/** In the order of the page: what the page is for comes first. */
const tableTitles: Readonly<Record<string, string>> = {
  exponents: 'Growth',
  results: 'Results',
  crossovers: 'Crossovers',
  missing: 'Without a time',
};

const placeOf = ({ id }: Table): number => {
  const place = Object.keys(tableTitles).indexOf(id);
  return place === -1 ? Infinity : place;
};

/** The page says of the device what it is, and peaks are a choice that the reader has made. */
const saidElsewhere: readonly string[] = ['software adapter', 'no peaks'];

export class ResultView {
  private readonly root = byId('result');
  private readonly heading = byId('result-title');
  private readonly facts = element('p', { class: 'facts' });
  private readonly message = element('p', { class: 'message', role: 'status' });
  private readonly actions = element('div', { class: 'actions' });
  private readonly warnings = element('ul', { class: 'callout' });
  private readonly charts = element('div', {});
  private readonly tables = element('div', {});
  private readonly callbacks: ResultActions;
  private figures: Figures | null = null;

  constructor(callbacks: ResultActions) {
    this.callbacks = callbacks;
    this.root.append(this.facts, this.actions, this.message, this.warnings, this.charts, this.tables);
  }

  /** `plan`: what the run was to measure; null where this page has other kernels. */
  show(kept: KeptRun, plan: SitePlan | null, theme: Theme): void {
    const { header, cases } = kept;
    const whole = cases.length >= header.plannedCases.length;
    const analysis = analyse([kept]);
    this.heading.textContent = `${labelOf(header.suite)} on ${header.adapter.name}`;
    this.facts.textContent = [
      whole
        ? formatCount(cases.length, 'case')
        : `${cases.length} of ${formatCount(header.plannedCases.length, 'case')}: stopped`,
      `${analysis.rows.filter(({ timing }) => timing !== null).length} timed`,
      whenOf(header),
    ].join(' · ');
    this.actions.replaceChildren(...this.buttons(kept, whole, plan));
    this.message.textContent = kept.sent === null ? '' : sentWords(kept.sent);
    const warnings = analysis.warnings.filter(({ code }) => !saidElsewhere.includes(code));
    this.warnings.replaceChildren(
      ...warnings.map(({ code, message }) => element('li', {}, element('strong', {}, code), ' ', message)),
    );
    this.warnings.hidden = warnings.length === 0;
    this.charts.replaceChildren();
    this.figures = new Figures(analysis, initialState([], analysis), theme, this.charts);
    this.tables.replaceChildren(
      ...allTables(analysis)
        .filter(({ rows }) => rows.length > 0)
        .sort((a, b) => placeOf(a) - placeOf(b))
        .flatMap((table) => [
          element('h3', {}, tableTitles[table.id] ?? table.id),
          tableElement(table, true),
        ]),
    );
    this.root.hidden = false;
    this.figures.start();
  }

  draw(theme: Theme): void {
    if (!this.root.hidden) this.figures?.draw(theme);
  }

  hide(): void {
    this.root.hidden = true;
    this.figures = null;
  }

  say(message: string): void {
    this.message.textContent = message;
  }

  focus(): void {
    this.heading.focus({ preventScroll: true });
    this.root.scrollIntoView();
  }

  private buttons(kept: KeptRun, whole: boolean, plan: SitePlan | null): readonly HTMLElement[] {
    const { download, send, goOn } = this.callbacks;
    const button = (words: string, act: () => void, primary = false): HTMLElement => {
      const made = element('button', { type: 'button', class: primary ? 'primary' : '' }, words);
      made.addEventListener('click', act);
      return made;
    };
    return [
      ...(whole || plan === null ? [] : [button('Continue', () => goOn(kept), true)]),
      button('Download records.jsonl', () => download(kept)),
      ...(send === null || kept.cases.length === 0
        ? []
        : [button('Send to the serving machine', () => send(kept))]),
    ];
  }
}

export const sentWords = ({ folder, cases }: Sent): string =>
  `${formatCount(cases, 'case')} written on the serving machine, in ${folder}; there: attnbench report ${folder}`;
