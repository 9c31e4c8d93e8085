/** The tables of the page: sortable, and the results follow the filters. */
import type { Analysis } from '../analysis.ts';
import type { Cell, Column } from '../table.ts';
import { element } from './dom.ts';
import type { PageTable } from './payload.ts';
import { isShown } from './state.ts';
import type { PageState } from './state.ts';

type Order = { readonly column: number; readonly descending: boolean } | null;

/** Numbers by size, words by the alphabet, and what is missing last whichever way is up. */
function compare(a: Cell, b: Cell, descending: boolean): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  const order =
    typeof a.value === 'number' && typeof b.value === 'number'
      ? a.value - b.value
      : String(a.value).localeCompare(String(b.value), 'en', { numeric: true });
  return descending ? -order : order;
}

/** Sentences wrap, values do not. */
function cellClass(column: Column, cell: Cell): string {
  return cell.text.length > 48 ? `${column.align} long` : column.align;
}

export class TableView {
  readonly root: HTMLElement;
  private readonly table: PageTable;
  private readonly analysis: Analysis;
  private readonly state: PageState;
  private readonly body = element('tbody', {});
  private readonly headings: readonly HTMLElement[];
  private readonly count = element('span', { class: 'count' });
  private order: Order = null;

  constructor(table: PageTable, analysis: Analysis, state: PageState, title: string) {
    this.table = table;
    this.analysis = analysis;
    this.state = state;
    this.headings = table.columns.map((column, index) => {
      const button = element('button', { type: 'button' }, column.title ?? '');
      button.addEventListener('click', () => this.sortBy(index));
      return element('th', { scope: 'col', class: column.align, 'aria-sort': 'none' }, button);
    });
    this.root = element(
      'section',
      { id: table.id, class: 'table' },
      element('h2', {}, title, ' ', this.count),
      element('p', { class: 'fixed' }, table.caption),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
        element('table', {}, element('thead', {}, element('tr', {}, ...this.headings)), this.body),
      ),
    );
    this.draw();
  }

  private sortBy(column: number): void {
    const again = this.order?.column === column;
    // A third click brings back the order of the run.
    this.order = again && this.order?.descending ? null : { column, descending: again };
    this.headings.forEach((heading, index) => {
      const direction = this.order?.descending ? 'descending' : 'ascending';
      heading.setAttribute('aria-sort', this.order?.column === index ? direction : 'none');
    });
    this.draw();
  }

  draw(): void {
    const { rows, columns, cases } = this.table;
    const shown = rows.filter(
      (_, index) => cases === null || isShown(this.state, this.analysis.rows[cases[index]]),
    );
    const { order } = this;
    if (order !== null) shown.sort((a, b) => compare(a[order.column], b[order.column], order.descending));
    this.count.textContent =
      shown.length === rows.length ? String(rows.length) : `${shown.length} of ${rows.length}`;
    this.body.replaceChildren(
      ...shown.map((row) =>
        element(
          'tr',
          {},
          ...row.map((cell, index) => element('td', { class: cellClass(columns[index], cell) }, cell.text)),
        ),
      ),
    );
  }
}
