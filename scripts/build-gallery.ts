/** Writes docs/gallery from stored runs: a figure of each kind, its command and its caption. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { captionMarkdown } from '../reports/paper/caption.ts';
import type { FigureFiles } from '../reports/paper/files.ts';
import { figureCommand, figuresOf } from './commands/figure.ts';
import type { FigureRequest } from './commands/figure.ts';
import type { Io } from './io.ts';

export const galleryFolder = new URL('../docs/gallery/', import.meta.url);

/** Where the command is called from. */
const root = fileURLToPath(new URL('..', import.meta.url));

interface Exhibit {
  /** Its file, and its heading's anchor. */
  readonly name: string;
  readonly heading: string;
  /** How to read it, or what it is an example of. */
  readonly says: string;
  /** Behind `attnbench figure`, as typed. */
  readonly words: string;
}

const [lavapipe, swiftshader] = ['lavapipe', 'swiftshader'].map(
  (name) => `reports/baselines/${name}-scaling`,
);
const heads = 'docs/gallery/runs/lavapipe-heads';

const exhibits: readonly Exhibit[] = [
  {
    name: 'time',
    heading: 'Time',
    says: 'A single column. Colour, marker and dash each tell the kernels apart; a cross stands where a kernel stops, by the number of its reason.',
    words: `time ${lavapipe}`,
  },
  {
    name: 'time-double',
    heading: 'Time, two adapters',
    says: 'Twelve series over two columns, in a serif: with several runs each kernel keeps its colour, and dash and filling tell the runs apart.',
    words: `time ${lavapipe} ${swiftshader} --kernels bigbird,copy,flash,mamba,naive,ssd --width double --font serif`,
  },
  {
    name: 'time-gray',
    heading: 'Time, in grayscale',
    says: 'What a printer without colours makes of it.',
    words: `time ${lavapipe} --grayscale --font serif`,
  },
  {
    name: 'state',
    heading: 'Time of causal mechanisms',
    says: 'With a free corner the legend may stand in the plot.',
    words: 'time reports/baselines/lavapipe-state --legend inside',
  },
  {
    name: 'memory',
    heading: 'Memory',
    says: 'Exact, so without bands. The cross is the size that was planned.',
    words: `memory ${lavapipe}`,
  },
  {
    name: 'throughput',
    heading: 'Throughput',
    says: 'By the FLOPs of each mechanism, so no ranking of time.',
    words: `throughput ${lavapipe}`,
  },
  {
    name: 'speedup',
    heading: 'Speed-up',
    says: 'At the lengths that both have.',
    words: `speedup ${swiftshader} --over naive --font serif`,
  },
  {
    name: 'error',
    heading: 'Error',
    says: 'Rounding: every kernel against a float64 reference of its own mechanism.',
    words: `error ${lavapipe} -y error`,
  },
  {
    name: 'softmax',
    heading: 'Distance to softmax attention',
    says: 'What an approximation leaves out.',
    words: `error ${lavapipe} -y softmax`,
  },
  {
    name: 'roofline',
    heading: 'Roofline',
    says: 'The roofs are measured on the same adapter.',
    words: `roofline ${swiftshader} --width double`,
  },
  {
    name: 'crossover',
    heading: 'Crossover map',
    says: 'The fastest kernel of each place, and how many times as long the next one takes.',
    words: `crossover ${heads} -x n -y heads`,
  },
  {
    name: 'decode',
    heading: 'Decode',
    says: 'One query against its cache.',
    words: 'decode reports/baselines/lavapipe-decode --font serif',
  },
  {
    name: 'pareto',
    heading: 'Pareto',
    says: 'Time against memory: nothing is better in both than the kernels on the dashed edge.',
    words: `pareto ${lavapipe} -y memory`,
  },
];

const intro = `# Gallery

Every figure that [\`attnbench figure\`](../figures.md) draws, from runs that are stored in this repository, each with the command that
draws it and the caption that comes with it. \`npm run gallery\` rebuilds this page. The runs are of software adapters on a shared machine
with two cores: they show the figures, not how fast a GPU would be.
`;

const silent: Io = { out: () => undefined, err: () => undefined, interactive: false, columns: 100 };

const commandOf = ({ name, words }: Exhibit): string =>
  `attnbench figure ${words} --name ${name} --format svg --out docs/gallery`;

/** What the command line of an exhibit asks for. */
function requestOf(exhibit: Exhibit): FigureRequest {
  let request: FigureRequest | null = null;
  const command = figureCommand((asked) => {
    request = asked;
  });
  command.parse(commandOf(exhibit).split(' ').slice(2), { from: 'user' });
  if (request === null) throw new Error(`${exhibit.name} asks for nothing`);
  return request;
}

async function drawn(exhibit: Exhibit): Promise<FigureFiles> {
  const { words, options } = requestOf(exhibit);
  const [kind, ...folders] = words;
  const found = await figuresOf(
    { words: [kind, ...folders.map((folder) => `${root}${folder}`)], options },
    silent,
  );
  if ('why' in found || found.length !== 1) throw new Error(`${exhibit.name} is not one figure`);
  return found[0];
}

function part(exhibit: Exhibit, { caption }: FigureFiles): string {
  return [
    `## ${exhibit.heading}`,
    exhibit.says,
    `![${exhibit.heading}](${exhibit.name}.svg)`,
    captionMarkdown(caption).trim(),
    ['```sh', commandOf(exhibit), '```'].join('\n'),
  ].join('\n\n');
}

export interface Gallery {
  /** By name of the file. */
  readonly files: ReadonlyMap<string, string>;
  /** Series of any figure that only colours tell apart, which there should be none of. */
  readonly alike: readonly string[];
}

export async function buildGallery(): Promise<Gallery> {
  const all = await Promise.all(exhibits.map(async (exhibit) => ({ exhibit, figure: await drawn(exhibit) })));
  const page = [intro.trim(), ...all.map(({ exhibit, figure }) => part(exhibit, figure)), ''].join('\n\n');
  const files = new Map([
    ['README.md', await format(page, { parser: 'markdown', printWidth: 130, proseWrap: 'preserve' })],
  ]);
  for (const { exhibit, figure } of all) {
    const svg = figure.files.find(({ path }) => path.endsWith('.svg'));
    files.set(`${exhibit.name}.svg`, String(await svg?.content()));
  }
  return {
    files,
    alike: all.flatMap(({ figure }) =>
      figure.alike.map(({ labels }) => `${figure.id}: ${labels.join(', ')}`),
    ),
  };
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  mkdirSync(galleryFolder, { recursive: true });
  const { files } = await buildGallery();
  for (const name of readdirSync(galleryFolder)) {
    if (name.endsWith('.svg') && !files.has(name)) rmSync(new URL(name, galleryFolder));
  }
  for (const [name, content] of files) writeFileSync(new URL(name, galleryFolder), content);
}
