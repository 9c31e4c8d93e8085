/** The tables of the page: sortable, a page of rows at a time, and the results follow the filters. */
import type { Cell, Column, TableSource } from '../table.ts';
import { element } from './dom.ts';

type Order = { readonly column: number; readonly descending: boolean } | null;

/** More would keep the reader waiting at every sort and filter. */
const rowsOfPage = 200;

/** Columns that only the page has room for, where they say anything. */
const pageTitles: Readonly<Record<string, string>> = { left_out: 'left out', note: 'note' };

interface ShownColumn extends Column {
  readonly title: string;
  /** Index into the source's columns. */
  readonly index: number;
}

function shownColumns({ columns, count, cell }: TableSource): readonly ShownColumn[] {
  const says = (index: number): boolean => {
    for (let row = 0; row < count; row++) if (cell(row, index).text !== '') return true;
    return false;
  };
  return columns.flatMap((column, index): readonly ShownColumn[] => {
    const own = pageTitles[column.key ?? ''];
    const title = column.title ?? (own !== undefined && says(index) ? own : null);
    return title === null ? [] : [{ ...column, title, index }];
  });
}

const alphabet = new Intl.Collator('en', { numeric: true });

/** Places of the rows in a column: numbers by size, words by the alphabet; NaN where there is nothing. */
function ranksOf(cells: readonly Cell[]): readonly number[] {
  const words = new Set(cells.flatMap(({ value }) => (typeof value === 'number' ? [] : String(value ?? ''))));
  const rank = new Map([...words].sort(alphabet.compare).map((word, index) => [word, index]));
  return cells.map(({ value }) => {
    if (value === null) return Number.NaN;
    return typeof value === 'number' ? value : (rank.get(String(value)) ?? 0);
  });
}

/** What is missing comes last whichever way is up. */
function compare(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return descending ? b - a : a - b;
}

/** Sentences wrap, values do not. */
function cellClass(column: Column, cell: Cell): string {
  return cell.text.length > 48 ? `${column.align} long` : column.align;
}

export class TableView {
  readonly root: HTMLElement;
  private readonly source: TableSource;
  /** Which rows the filters leave. */
  private readonly isShown: (row: number) => boolean;
  private readonly columns: readonly ShownColumn[];
  private readonly body = element('tbody', {});
  private readonly scroll: HTMLElement;
  private readonly headings: readonly HTMLElement[];
  private readonly count = element('span', { class: 'count' });
  private readonly place = element('span', { role: 'status' });
  private readonly back = element('button', { type: 'button' }, 'Previous');
  private readonly on = element('button', { type: 'button' }, 'Next');
  private readonly pager = element('p', { class: 'pager' }, this.back, this.place, this.on);
  private order: Order = null;
  private page = 0;

  constructor(source: TableSource, title: string, isShown: (row: number) => boolean = () => true) {
    this.source = source;
    this.isShown = isShown;
    this.columns = shownColumns(source);
    this.headings = this.columns.map((column, index) => {
      const button = element('button', { type: 'button' }, column.title);
      button.addEventListener('click', () => this.sortBy(index));
      return element('th', { scope: 'col', class: column.align, 'aria-sort': 'none' }, button);
    });
    this.scroll = element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
      element('table', {}, element('thead', {}, element('tr', {}, ...this.headings)), this.body),
    );
    this.root = element(
      'section',
      { id: source.id, class: 'table' },
      element('h2', {}, title, ' ', this.count),
      element('p', { class: 'fixed' }, source.caption),
      this.scroll,
      this.pager,
    );
    this.back.addEventListener('click', () => this.turn(-1));
    this.on.addEventListener('click', () => this.turn(1));
    this.draw();
  }

  private turn(pages: number): void {
    this.page += pages;
    this.draw();
    this.scroll.scrollTop = 0;
  }

  private sortBy(column: number): void {
    const again = this.order?.column === column;
    // A third click brings back the order of the run.
    this.order = again && this.order?.descending ? null : { column, descending: again };
    this.headings.forEach((heading, index) => {
      const direction = this.order?.descending ? 'descending' : 'ascending';
      heading.setAttribute('aria-sort', this.order?.column === index ? direction : 'none');
    });
    this.page = 0;
    this.draw();
  }

  private ordered(): readonly number[] {
    const { count, cell } = this.source;
    const rows = Array.from({ length: count }, (_, row) => row).filter((row) => this.isShown(row));
    const { order } = this;
    if (order === null) return rows;
    const { index } = this.columns[order.column];
    const ranks = ranksOf(rows.map((row) => cell(row, index)));
    return rows
      .map((row, at) => ({ row, rank: ranks[at] }))
      .sort((a, b) => compare(a.rank, b.rank, order.descending))
      .map(({ row }) => row);
  }

  private rowElement(row: number): HTMLElement {
    const cells = this.columns.map((column) => {
      const cell = this.source.cell(row, column.index);
      return element('td', { class: cellClass(column, cell) }, cell.text);
    });
    return element('tr', {}, ...cells);
  }

  draw(): void {
    const rows = this.ordered();
    const { count } = this.source;
    this.count.textContent = rows.length === count ? String(count) : `${rows.length} of ${count}`;
    const pages = Math.max(1, Math.ceil(rows.length / rowsOfPage));
    this.page = Math.min(this.page, pages - 1);
    const first = this.page * rowsOfPage;
    const last = Math.min(first + rowsOfPage, rows.length);
    this.body.replaceChildren(...rows.slice(first, last).map((row) => this.rowElement(row)));
    this.pager.hidden = pages === 1;
    this.place.textContent = `rows ${first + 1} to ${last} of ${rows.length}`;
    this.back.toggleAttribute('disabled', this.page === 0);
    this.on.toggleAttribute('disabled', this.page === pages - 1);
  }
}
