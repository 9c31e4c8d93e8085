/** Markdown as GitHub shows it, in parts that are cut to a size: tables lose their last rows, and a sentence says so. */

/** One table or list, folded or not. */
export interface Part {
  readonly before: string;
  /** Lines, the most important first. */
  readonly rows: readonly string[];
  readonly after: string;
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

const moreSentence = (count: number): string => `\n_and ${count} more: the report has them all_\n`;
const longestMore = bytesOf(moreSentence(9_999_999));

const whole = ({ before, rows, after }: Part): string => `${before}${rows.join('')}${after}`;

/** All parts within so many bytes of UTF-8. What is not in rows is there whatever the size. */
export function fitted(parts: readonly Part[], mostBytes: number): string {
  const everything = parts.map(whole).join('');
  if (bytesOf(everything) <= mostBytes) return everything;
  const fixed = parts.map(
    ({ before, rows, after }) => bytesOf(before + after) + (rows.length > 0 ? longestMore : 0),
  );
  let left = mostBytes - fixed.reduce((sum, bytes) => sum + bytes, 0);
  const cut = parts.map((part) => {
    const kept: string[] = [];
    for (const row of part.rows) {
      if (bytesOf(row) > left) break;
      kept.push(row);
      left -= bytesOf(row);
    }
    const more = part.rows.length - kept.length;
    return whole({ ...part, rows: more === 0 ? kept : [...kept, moreSentence(more)] });
  });
  return cut.join('');
}

export function folded(summary: string, { before, rows, after }: Part): Part {
  return {
    before: `<details><summary>${summary}</summary>\n\n${before}`,
    rows,
    after: `${after}\n</details>\n\n`,
  };
}

export function tablePart(
  columns: readonly (readonly [title: string, align: 'left' | 'right'])[],
  rows: readonly (readonly string[])[],
): Part {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return {
    before: `${line(columns.map(([title]) => title))}${line(columns.map(([, align]) => (align === 'right' ? '---:' : '---')))}`,
    rows: rows.map(line),
    after: '\n',
  };
}

export const textPart = (text: string): Part => ({ before: text, rows: [], after: '' });

const cellsOfBar = 21;

export interface Ends {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** How far the bars of a table reach to each side, as a logarithm: as far as the widest effect, and at least 5 %. */
export function barReach(effects: readonly Ends[]): number {
  const widest = effects
    .flatMap(({ ratio, low, high }) => [ratio, low, high])
    .map((value) => Math.abs(Math.log(value)));
  return Math.min(Math.max(Math.log(1.05), ...widest), Math.log(1.5));
}

/** `·····│··├─●─┤······`: the interval on a scale with no change in the middle, slower to the right. */
export function intervalBar({ ratio, low, high }: Ends, reach: number): string {
  const middle = (cellsOfBar - 1) / 2;
  const place = (value: number): number => Math.round(middle + (middle * Math.log(value)) / reach);
  const [from, at, to] = [low, ratio, high].map(place);
  const letters = Array.from({ length: cellsOfBar }, (_, index) => {
    if (index === Math.min(Math.max(at, 0), cellsOfBar - 1))
      return at < 0 ? '◀' : at >= cellsOfBar ? '▶' : '●';
    if (index === from) return '├';
    if (index === to) return '┤';
    if (index > from && index < to) return '─';
    return index === middle ? '│' : '·';
  });
  return letters.join('');
}

const blocks = '▁▂▃▄▅▆▇█';

/** Heights by the logarithm, from the smallest to the largest; a blank where there is no value. */
export function sparkline(values: readonly (number | null)[], smallest: number, largest: number): string {
  const span = Math.log(largest / smallest) || 1;
  return values
    .map((value) => {
      if (value === null) return ' ';
      const share = Math.log(value / smallest) / span;
      return blocks[Math.min(blocks.length - 1, Math.max(0, Math.round(share * (blocks.length - 1))))];
    })
    .join('');
}

/** GitHub refuses longer comments; counted in bytes, which are never fewer than its characters. */
export const commentBytes = 65_536;
/** What GitHub takes of a step. */
export const summaryBytes = 2 ** 20;

/** The first line of a comment, by which a later one finds it and takes its place. */
export function marker(...words: readonly string[]): string {
  const slug = (word: string): string =>
    word
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 60);
  return `<!-- attnbench ${words.map(slug).join(' ')} -->\n`;
}
