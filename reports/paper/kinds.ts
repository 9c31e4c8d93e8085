/** The figures there are: what each shows, and how it is made from runs. */
import { UsageError } from '../../harness/errors.ts';
import { unknownWord } from '../../harness/nearest.ts';
import type { Run } from '../../harness/record.ts';
import { alongAxis, quantities, softmaxDistance, speedups } from './along-axis.ts';
import { crossoverMap } from './crossover-map.ts';
import { built, none } from './paper-figure.ts';
import type { Built } from './paper-figure.ts';
import { costs, pareto, rooflines } from './scatter.ts';
import type { Cost } from './scatter.ts';
import { select } from './selection.ts';
import type { Filters, Selection, Where } from './selection.ts';

/** What was asked for beside the name; null where nothing was. */
export interface Asked {
  readonly x: string | null;
  /** The second axis of a map, and what time is held against. */
  readonly y: string | null;
  /** The kernel that speed-ups are counted from. */
  readonly over: string | null;
}

interface Kind {
  /** One line of help. */
  readonly help: string;
  readonly draw: (selection: Selection, asked: Asked, id: string) => Built;
  readonly where?: Where;
  /** Why a run may have no such case. */
  readonly absent?: string;
  /** Whether -y and --over mean something. */
  readonly takes: readonly ('x' | 'y' | 'over')[];
}

const measure = 'run some: attnbench run quick';

function costOf(word: string): Cost {
  const cost = costs.find((known) => known === word);
  if (cost === undefined) throw new UsageError(unknownWord('quantity', word, costs));
  return cost;
}

/** Both errors, or the one that is asked for. */
function errors(selection: Selection, { x, y }: Asked, id: string): Built {
  const wanted = y === null ? null : costOf(y);
  if (wanted === 'memory')
    throw new UsageError("error takes -y error or -y softmax; memory is 'attnbench figure memory'");
  const nmse = wanted === 'softmax' ? null : alongAxis(selection, quantities.error, id, x, measure);
  const distance =
    wanted === 'error' ? null : softmaxDistance(selection, wanted === null ? `${id}-softmax` : id, x);
  const both = [nmse, distance].flatMap((one) => (one === null ? [] : [one]));
  const drawn = both.flatMap((one) => (one.kind === 'figures' ? [one] : []));
  const [first] = both;
  if (drawn.length === 0) return first;
  return built(
    drawn.flatMap(({ figures }) => figures),
    drawn[0].remarks,
  );
}

export const kinds = {
  time: {
    help: 'median time of a call along an axis',
    draw: (selection, { x }, id) => alongAxis(selection, quantities.time, id, x, measure),
    takes: ['x'],
  },
  memory: {
    help: 'bytes that a call holds, and where a kernel meets a limit',
    draw: (selection, { x }, id) => alongAxis(selection, quantities.memory, id, x, measure),
    takes: ['x'],
  },
  throughput: {
    help: 'FLOPs a second along an axis',
    draw: (selection, { x }, id) => alongAxis(selection, quantities.throughput, id, x, measure),
    takes: ['x'],
  },
  speedup: {
    help: 'how many times as fast as naive, or as --over KERNEL',
    draw: (selection, { x, over }, id) => speedups(selection, id, x, over ?? 'naive'),
    takes: ['x', 'over'],
  },
  error: {
    help: 'NMSE against float64, and the distance to softmax attention of kernels that approximate it',
    draw: errors,
    takes: ['x', 'y'],
  },
  roofline: {
    help: 'cases by arithmetic intensity under the measured peaks of the adapter',
    draw: (selection, _, id) => rooflines(selection, id),
    takes: [],
  },
  crossover: {
    help: 'a map: the fastest kernel over two axes, n and another, or -x and -y',
    draw: (selection, { x, y }, id) => crossoverMap(selection, id, x, y),
    takes: ['x', 'y'],
  },
  decode: {
    help: 'time of a few queries against the length m of their cache',
    draw: (selection, { x }, id) =>
      alongAxis(selection, { ...quantities.time, title: 'Time of decoding' }, id, x ?? 'm', measure),
    where: ({ params }) => params.m > params.n,
    absent: 'no case has more keys than queries; run some: attnbench run decode',
    takes: ['x'],
  },
  pareto: {
    help: 'time against error, or against -y softmax or -y memory, at one place',
    draw: (selection, { x, y }, id) => pareto(selection, id, x, costOf(y ?? 'error')),
    takes: ['x', 'y'],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type FigureName = keyof typeof kinds;
export const figureNames = Object.keys(kinds) as readonly FigureName[];

/** Throws UsageError with the nearest word. */
export function figureNameOf(word: string): FigureName {
  const name = figureNames.find((known) => known === word);
  if (name === undefined) throw new UsageError(unknownWord('figure', word, figureNames));
  return name;
}

export interface Source {
  readonly runs: readonly Run[];
  readonly filters: Filters;
}

export interface Made {
  readonly built: Built;
  /** Null where there is no case to make it of. */
  readonly selection: Selection | null;
}

const options = { x: '-x', y: '-y', over: '--over' } as const;

/** Makes the figures of a name. Throws UsageError for words that the figure does not know. */
export function makeFigures(
  name: FigureName,
  { runs, filters }: Source,
  asked: Asked,
  id: string = name,
): Made {
  const kind: Kind = kinds[name];
  for (const key of ['x', 'y', 'over'] as const) {
    if (asked[key] !== null && !kind.takes.includes(key)) {
      throw new UsageError(`figure ${name} takes no ${options[key]}; leave it out`);
    }
  }
  const selection = select(runs, filters, kind.where);
  return selection === null
    ? { selection, built: none(kind.absent ?? measure) }
    : { selection, built: kind.draw(selection, asked, id) };
}
