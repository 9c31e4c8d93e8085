/** Tables of plain words for a terminal. */
import { textCell, toPlainText } from '../reports/table.ts';

/** Numbers, alone or with a unit. */
const numeric = /^[\d.,]+(?: \w+)?$|^\d+ min \d+ s$|^\d+ h \d+ min$/;

/** Columns of text; one whose cells are all numbers is set to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return toPlainText({
    id: '',
    caption: '',
    columns: header.map((title, at) => ({
      key: null,
      title,
      align: rows.length > 0 && rows.every((row) => numeric.test(row[at])) ? 'right' : 'left',
    })),
    rows: rows.map((row) => row.map(textCell)),
  });
}
