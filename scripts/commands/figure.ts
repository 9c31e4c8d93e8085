import { join } from 'node:path';
import { Command } from 'commander';
import { parseOverrides } from '../../harness/axis-overrides.ts';
import { UsageError } from '../../harness/errors.ts';
import { readRun } from '../../harness/hosts/run-folder.ts';
import { paperFormats } from '../../reports/formats.ts';
import type { FigureFiles } from '../../reports/paper/files.ts';
import type { PaperFormat } from '../../reports/formats.ts';
import { figureNameOf, figureNames, kinds, makeFigures } from '../../reports/paper/kinds.ts';
import type { Asked, FigureName, Made, Source } from '../../reports/paper/kinds.ts';
import { paletteNames } from '../../reports/paper/looks.ts';
import { columns, legendPlaces, styleNames } from '../../reports/paper/style-words.ts';
import type { StyleWords } from '../../reports/paper/style-words.ts';
import type { Act } from '../cli.ts';
import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { outJson } from '../io.ts';
import { collect, formatsAmong, kernelsHelp, kernelsOption, wordList } from '../options.ts';
import { textTable } from '../text-table.ts';

interface FigureOptions {
  readonly list?: boolean;
  readonly style: string;
  readonly width?: string;
  readonly height?: string;
  readonly font?: string;
  readonly fontSize?: string;
  readonly legend?: string;
  readonly palette?: string;
  readonly grayscale?: boolean;
  readonly x?: string;
  readonly y?: string;
  readonly over?: string;
  readonly kernels?: readonly string[];
  readonly suite?: string;
  readonly axis?: readonly string[];
  readonly format?: readonly PaperFormat[];
  readonly name?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Stands for every figure that the runs have. */
const everyFigure = 'all';

const help = `
Figures:
${[...figureNames.map((name) => `  ${name.padEnd(11)} ${kinds[name].help}`), `  ${everyFigure.padEnd(11)} each of them that the runs have`].join('\n')}

A figure is written as ${paperFormats.join(', ')}, with its caption in Markdown and LaTeX beside it; the csv is the numbers behind it.
docs/figures.md tells more, docs/gallery shows each.

Examples:
  attnbench figure time runs/quick
  attnbench figure speedup runs/quick --over naive --width double --font serif
  attnbench figure crossover runs/heads -x n -y heads --format pdf
  attnbench figure pareto runs/quick -a n=1024 -y memory --grayscale
  attnbench figure --list runs/quick`;

/** What a call asks for, whole. */
export interface FigureRequest {
  /** The name, if any, and the folders. */
  readonly words: readonly string[];
  readonly options: FigureOptions;
}

const only = (...words: readonly string[]): string => words.join(', ');

/** The command's words and options; what is done with them is the caller's. */
export function figureCommand(act: (request: FigureRequest) => Promise<void> | void): Command {
  return new Command('figure')
    .summary('one figure for a paper: any width, font and palette, with its caption and its numbers')
    .description('Draws a figure from the records of one or more runs, ready to be set in a paper.')
    .argument('[words...]', 'the figure, and the folders of the runs')
    .usage('NAME DIR... [options]')
    .option('--list', 'print which figures there are, and which the runs can give')
    .option('--style <name>', only(...styleNames), 'paper')
    .option(
      '--width <inches>',
      `or single (${columns.single}) or double (${columns.double}); of paper single`,
    )
    .option('--height <inches>', 'default: by the width and the legend')
    .option('--font <family>', 'sans, serif, a family that is installed, or a .ttf or .otf file')
    .option('--font-size <points>', 'default: 8 on paper')
    .option('--legend <place>', `${only(...legendPlaces)}; default: right from 5 inches on, else top`)
    .option('--palette <name>', `${only(...paletteNames)}; default: ${paletteNames[0]}`)
    .option('--grayscale', 'as a printer without colours prints it')
    .option('-x <axis>', 'the axis along x; default: the one with the most values')
    .option(
      '-y <word>',
      `of crossover the second axis, of pareto and error what is held against time or drawn`,
    )
    .option('--over <kernel>', 'the kernel that speed-ups are counted from; default: naive')
    .option(kernelsOption, kernelsHelp, wordList('--kernels'))
    .option('--suite <name>', 'only cases of this suite')
    .option(
      '-a, --axis <axis=values>',
      'only cases with these values: -a precision=f32 -a n=256:4096:*2',
      collect,
    )
    .option('--format <names>', `separated by commas: ${only(...paperFormats)}; default: all`, (text) =>
      formatsAmong('figure format', wordList('--format')(text), paperFormats),
    )
    .option('--name <word>', 'what the files are called; default: the figure’s name')
    .option('-o, --out <folder>', 'where the files go (default: <first folder>/figures)')
    .option('--json', 'print the files, or the list, as JSON')
    .addHelpText('after', help)
    .action((words: readonly string[], options: FigureOptions) => act({ words, options }));
}

export function register(program: Command, io: Io, act: Act): void {
  const command = figureCommand((request) => act(() => figure(request, io)));
  program.addCommand(command.copyInheritedSettings(program));
}

const styleWordsOf = (options: FigureOptions): StyleWords => ({
  style: options.style,
  width: options.width ?? null,
  height: options.height ?? null,
  font: options.font ?? null,
  fontSize: options.fontSize ?? null,
  legend: options.legend ?? null,
  palette: options.palette ?? null,
  grayscale: options.grayscale ?? false,
});

const askedOf = ({ x, y, over }: FigureOptions): Asked => ({
  x: x ?? null,
  y: y ?? null,
  over: over ?? null,
});

const nothingAsked: Asked = { x: null, y: null, over: null };

function sourceOf(folders: readonly string[], options: FigureOptions, io: Io): Source {
  const runs = folders.map((folder) => {
    const { run, truncated } = readRun(folder);
    if (truncated !== null) io.err(`${truncated}\n`);
    return run;
  });
  const { kernels = null, suite = null, axis = [] } = options;
  return { runs, filters: { kernels, suite, axes: parseOverrides(axis) } };
}

function list(folders: readonly string[], options: FigureOptions, io: Io): ExitCode {
  const source = folders.length === 0 ? null : sourceOf(folders, options, io);
  const found = figureNames.map((name) => {
    const made = source === null ? null : makeFigures(name, source, nothingAsked);
    const why = made?.built.kind === 'none' ? made.built.why : null;
    return { name, shows: kinds[name].help, drawable: made === null ? null : why === null, why };
  });
  if (options.json === true) outJson(io, { figures: found });
  else {
    const rows = found.map(({ name, shows, drawable, why }) =>
      source === null ? [name, shows] : [name, drawable === true ? 'yes' : 'no', why ?? shows],
    );
    io.out(textTable(source === null ? ['figure', 'shows'] : ['figure', 'there', ''], rows));
  }
  return exitCodes.ok;
}

/** A file's name, and no path out of the folder. */
function fileName(word: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(word)) {
    throw new UsageError(`--name takes letters, digits, dots, hyphens and underscores, not '${word}'`);
  }
  return word;
}

/** The figure that is asked for, or with `all` those that the runs have. */
function makeAsked(word: string, source: Source, options: FigureOptions): readonly Made[] {
  if (word !== everyFigure) {
    const name = figureNameOf(word);
    const id = options.name === undefined ? name : fileName(options.name);
    return [makeFigures(name, source, askedOf(options), id)];
  }
  if (options.name !== undefined) throw new UsageError('--name names one figure; leave it out with all');
  if (Object.values(askedOf(options)).some((asked) => asked !== null)) {
    throw new UsageError('-x, -y and --over are for a figure by its name; leave them out with all');
  }
  const made = figureNames.map((name: FigureName) => makeFigures(name, source, nothingAsked));
  return made.filter(({ built }) => built.kind === 'figures');
}

/** The files of what a call asks for, or why there is nothing to draw. Throws UsageError for a word that is none. */
export async function figuresOf(
  { words, options }: FigureRequest,
  io: Io,
): Promise<readonly FigureFiles[] | { readonly why: string; readonly code: ExitCode }> {
  const [word, ...folders] = words;
  if (word === undefined) {
    throw new UsageError(`attnbench figure takes a name and a run; there are ${figureNames.join(', ')}`);
  }
  if (word !== everyFigure) figureNameOf(word);
  if (folders.length === 0) {
    throw new UsageError(
      `attnbench figure ${word} takes the folder of a run: attnbench figure ${word} runs/quick`,
    );
  }
  const [{ filesOfFigure }, { styleOf }] = await Promise.all([
    import('../../reports/paper/files.ts'),
    import('../../reports/paper/style.ts'),
  ]);
  const style = styleOf(styleWordsOf(options));
  const source = sourceOf(folders, options, io);
  const made = makeAsked(word, source, options);
  const [first] = made;
  if (first === undefined || first.built.kind === 'none') {
    const measured = source.runs.some(({ cases }) => cases.some(({ status }) => status === 'ok'));
    const why =
      first?.built.kind === 'none'
        ? first.built.why
        : 'no figure can be drawn; run some cases: attnbench run quick';
    return { why: `figure ${word}: ${why}`, code: measured ? exitCodes.usage : exitCodes.nothingMeasured };
  }
  return made.flatMap(({ built, selection }) => {
    if (built.kind === 'none' || selection === null) return [];
    for (const remark of built.remarks) io.err(`${remark}\n`);
    return built.figures.map((one) => filesOfFigure(one, selection, style, options.format ?? paperFormats));
  });
}

async function figure(request: FigureRequest, io: Io): Promise<ExitCode> {
  const { words, options } = request;
  if (options.list === true) return list(words, options, io);
  const found = await figuresOf(request, io);
  if ('why' in found) {
    io.err(`attnbench: ${found.why}\n`);
    return found.code;
  }
  const { writeEach } = await import('../../reports/write.ts');
  const out = options.out ?? join(words[1], 'figures');
  const written: string[] = [];
  for (const { id, alike, files } of found) {
    for (const { labels } of alike) {
      io.err(`${id}: ${labels.join(' and ')} cannot be told apart without colours; draw fewer series\n`);
    }
    written.push(...(await writeEach(files, out)));
  }
  if (options.json === true) outJson(io, { files: written });
  else io.out(written.map((file) => `${file}\n`).join(''));
  return exitCodes.ok;
}
