/** Columns of plain text. A column whose cells are all numbers is set to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, at) => {
    const cells = rows.map((row) => row[at]);
    return {
      width: Math.max(title.length, ...cells.map((cell) => cell.length)),
      numeric: cells.length > 0 && cells.every((cell) => /^[\d.,]*(?: [a-zA-Z]+)?$/.test(cell)),
    };
  });
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, at) =>
          columns[at].numeric ? cell.padStart(columns[at].width) : cell.padEnd(columns[at].width),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
