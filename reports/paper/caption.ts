/** What a figure's caption says: what is drawn, how it was measured, on what and when, what is missing and why. */
import { formatBytes } from '../../harness/format.ts';
import type { Analysis } from '../analysis.ts';
import { escapeLatex, escapeMarkdown } from '../table.ts';
import { inThousands } from './axes.ts';
import type { PaperFigure } from './paper-figure.ts';

export interface Caption {
  readonly title: string;
  /** Whole sentences. */
  readonly method: readonly string[];
  readonly origin: readonly string[];
  readonly missing: readonly string[];
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function spread(counts: readonly number[], word: string): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return `${low === high ? low : `${low} to ${high}`} ${word}${high === 1 ? '' : 's'}`;
}

/** Whose clock, how fine, and how many calls: of what a figure of times draws. */
function clockWords(analysis: Analysis, rows: readonly number[]): string {
  const timings = rows.flatMap((index) => analysis.rows[index].timing ?? []);
  const runs = [...new Set(rows.map((index) => analysis.rows[index].run))];
  const ticks = [...new Set(runs.map((run) => analysis.runs[run].header.clock.tickNs))];
  const clocks = [...new Set(timings.map(({ clock }) => clock))];
  const clock = clocks
    .map((one) => (one === 'gpu' ? 'GPU timestamps' : 'wall time from submit to done'))
    .join(' and ');
  return `${spread(
    timings.map(({ samples }) => samples),
    'call',
  )} a case, by ${clock} (tick ${ticks.join(' and ')} ns)`;
}

/** The adapter, the machine, the versions and the date of each run that has a place in the figure. */
function originWords(analysis: Analysis, rows: readonly number[]): readonly string[] {
  const runs = [...new Set(rows.map((index) => analysis.rows[index].run))].sort((a, b) => a - b);
  return runs.map((run) => {
    const { header, label } = analysis.runs[run];
    const { adapter, host, tool } = header;
    const name = runs.length > 1 ? `${label}: ` : '';
    const commit = tool.commit === null ? '' : ` (${tool.commit.slice(0, 9)})`;
    const software = adapter.software ? ', a software adapter' : '';
    const runtime =
      host.name === 'node'
        ? `Node ${host.runtime}, npm webgpu ${host.webgpu}`
        : `${host.name} ${host.runtime}`;
    return sentence(
      `${name}${adapter.description || adapter.device || adapter.name}${software}; ${host.cpu}, ${host.cores} cores, ${formatBytes(host.memoryBytes)}; ${runtime}; ${header.startedAt.slice(0, 10)}, attnbench ${tool.version}${commit}`,
    );
  });
}

export function captionOf(figure: PaperFigure, analysis: Analysis): Caption {
  const { body, rows } = figure;
  const timed = rows.some((index) => analysis.rows[index].timing !== null) && !untimed(figure);
  const thousands =
    body.kind === 'chart'
      ? inThousands(body.figure)
      : [...body.columns, ...body.rows].some((value) => Number(value) >= 1024);
  return {
    title: sentence(figure.subtitle === '' ? figure.title : `${figure.title} (${figure.subtitle})`),
    method: [
      ...figure.method,
      ...(timed ? [sentence(clockWords(analysis, rows))] : []),
      ...(thousands ? ['1k = 1024.'] : []),
    ],
    origin: originWords(analysis, rows),
    missing: figure.notes.map((note, index) =>
      figure.marked.includes(index + 1) ? `(${index + 1}) ${note}` : note,
    ),
  };
}

/** Counted or checked, not timed. */
const untimed = ({ body }: PaperFigure): boolean =>
  body.kind === 'chart' && ['memory', 'error', 'softmax'].includes(body.figure.metric);

export function captionMarkdown({ title, method, origin, missing }: Caption): string {
  const text = (sentences: readonly string[]): string => sentences.map(escapeMarkdown).join(' ');
  return `**${escapeMarkdown(title)}** ${[text(method), text(origin), text(missing)].filter((part) => part !== '').join(' ')}\n`;
}

/** The caption and its label; a comment says how wide the figure is to be set. */
export function captionLatex(
  { title, method, origin, missing }: Caption,
  id: string,
  widthIn: number,
): string {
  const text = [...method, ...origin, ...missing].map(escapeLatex).join(' ');
  return [
    '% needs \\usepackage[T1]{fontenc}, textcomp',
    `% \\includegraphics[width=${widthIn}in]{${id}.pdf}`,
    `\\caption{\\textbf{${escapeLatex(title)}} ${text}}`,
    `\\label{fig:${id}}`,
    '',
  ].join('\n');
}
