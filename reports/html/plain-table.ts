/** A table as it stands, without sorting. */
import type { Table } from '../table.ts';
import { element } from './dom.ts';

/** Columns with a title for people. */
export function tableElement({ caption, columns, rows }: Table, showCaption: boolean): HTMLElement {
  const positions = columns.flatMap(({ title }, index) => (title === null ? [] : [index]));
  const head = positions.map((index) =>
    element('th', { scope: 'col', class: columns[index].align }, columns[index].title ?? ''),
  );
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...positions.map((index) => element('td', { class: columns[index].align }, row[index].text)),
    ),
  );
  return element(
    'div',
    { class: 'captioned' },
    ...(showCaption ? [element('p', { class: 'fixed' }, caption)] : []),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
    ),
  );
}
