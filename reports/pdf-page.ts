/** The size of a PDF's page. Skia writes it in whole points, which is up to 1/72 in too much. */

interface Exact {
  readonly width: number;
  readonly height: number;
}

/** As PDF writes numbers: no exponent, no more digits than are needed. */
const short = (value: number): string => String(+value.toFixed(3));

/** Ten digits, as its table of objects has them. */
const offsetText = (offset: number): string => String(offset).padStart(10, '0');

/**
 * Sets the page's size in points. Its upper left corner stays, from which everything is drawn; what lies behind moves, and the table of
 * objects says where to.
 */
export function withPageSize(pdf: Buffer, { width, height }: Exact): Buffer {
  const text = pdf.toString('latin1');
  const box = /\/MediaBox \[0 0 (\d+) (\d+)\]/.exec(text);
  if (box === null) throw new Error('the PDF has no page of whole points');
  const [found, , top] = box;
  const exact = `/MediaBox [0 ${short(Number(top) - height)} ${short(width)} ${top}]`;
  const longer = exact.length - found.length;
  const moved = (offset: number): number => (offset > box.index ? offset + longer : offset);
  const tableAt = text.lastIndexOf('\nxref\n') + 1;
  const table = text
    .slice(tableAt)
    .replaceAll(/^(\d{10}) (\d{5} n)/gm, (_, offset, rest) => `${offsetText(moved(Number(offset)))} ${rest}`)
    .replace(/startxref\n(\d+)/, (_, offset) => `startxref\n${moved(Number(offset))}`);
  const body = text.slice(0, tableAt).replace(found, exact);
  return Buffer.from(body + table, 'latin1');
}
