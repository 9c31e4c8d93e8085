/** The micro-kernels of each ceiling in all their variants: data, like the plans of kernels. Their WGSL lies beside this file. */
import type { Caps, Pass, SubgroupMatrix } from '../../kernels/contract.ts';
import type { CeilingName } from '../record.ts';
import { chainTotal, matrixElement, tileTotal } from './expected.ts';

/** The storage that micro-kernels share. */
export type PeakBuffer = 'source' | 'destination' | 'result' | 'ones';

/** How what a micro-kernel left is told right from wrong. */
export type Check =
  /** Every invocation left one number; a relative error up to `tolerance` is rounding. */
  | {
      readonly kind: 'each';
      readonly as: 'f32' | 'u32' | 'f16';
      readonly tolerance: number;
      readonly expected: (index: number, rounds: number) => number;
    }
  /** The words of a buffer of 4-byte words add up to this modulo 2^32: one that is missing or taken twice shows. */
  | { readonly kind: 'read' | 'written'; readonly words: number; readonly plus: number };

export interface MicroKernel {
  readonly by: string;
  readonly pass: Pass;
  readonly unitsPerRound: number;
  readonly roundsStep: number;
  /** Numbers in `result`. */
  readonly results: number;
  readonly check: Check;
}

/** Whole ceilings, and reasons for those that this adapter cannot have. */
export interface CeilingPlan {
  readonly name: CeilingName;
  readonly unit: 'flop' | 'exp' | 'byte';
  readonly kernels: readonly MicroKernel[];
  /** Why there are none. */
  readonly reason: string | null;
}

/** How large the micro-kernels are on this sort of adapter. */
export interface Sizes {
  readonly workgroup: number;
  readonly arithmeticWorkgroups: number;
  /** Invocations that walk over a buffer. */
  readonly walkers: readonly number[];
  /** Words of the buffers: from beyond the last-level cache, and within caches. Powers of two. */
  readonly coldWords: number;
  readonly warmWords: readonly number[];
}

const mebi = 2 ** 20;
const largestCold = { software: 128 * mebi, hardware: 256 * mebi };

const powerOfTwoUpTo = (value: number): number => 2 ** Math.floor(Math.log2(value));

export function sizesFor({ software, limits }: Pick<Caps, 'software' | 'limits'>): Sizes {
  const bytes = Math.min(
    largestCold[software ? 'software' : 'hardware'],
    limits.maxStorageBufferBindingSize,
    limits.maxBufferSize,
  );
  const coldWords = powerOfTwoUpTo(bytes) / 4;
  return software
    ? {
        workgroup: 64,
        arithmeticWorkgroups: 32,
        walkers: [2 ** 12, 2 ** 16],
        coldWords,
        warmWords: [2 ** 18, 2 ** 21],
      }
    : {
        workgroup: 256,
        arithmeticWorkgroups: 8192,
        walkers: [2 ** 18, 2 ** 20],
        coldWords,
        warmWords: [2 ** 20, 2 ** 22],
      };
}

interface ArithmeticVariant {
  readonly lane: 'scalar' | 'quad' | 'packed';
  readonly chains: 2 | 4 | 8 | 12 | 16;
  readonly unroll: 4 | 16;
}

const laneWidth = { scalar: 1, quad: 4, packed: 1 } as const;
const laneWords = { scalar: 'scalar', quad: 'vec4', packed: 'packed bytes' } as const;

type Operation = 'fma' | 'multiply-add' | 'exp2' | 'dot';
const operationWords: Readonly<Record<Operation, string>> = {
  fma: 'fma',
  'multiply-add': 'a * b + c',
  exp2: 'exp2',
  dot: 'dot4I8Packed',
};
/** Units of one operation on one number: a multiply-add is two FLOPs, four products of bytes with their sums are eight. */
const operationUnits: Readonly<Record<Operation, number>> = { fma: 2, 'multiply-add': 2, exp2: 1, dot: 8 };

function arithmetic(
  sizes: Sizes,
  operation: Operation,
  element: 'f32' | 'f16' | 'packed',
  { lane, chains, unroll }: ArithmeticVariant,
): MicroKernel {
  const { workgroup, arithmeticWorkgroups: workgroups } = sizes;
  const elementFiles = element === 'packed' ? [] : [`element-${element}.wgsl`];
  const width = laneWidth[lane];
  return {
    by: `${operationWords[operation]}, ${laneWords[lane]}, ${chains} chains, unrolled ${unroll}`,
    pass: {
      name: `${operation} ${element}`,
      shader: 'arithmetic.wgsl',
      includes: [...elementFiles, `lane-${lane}.wgsl`, `apply-${operation}.wgsl`, `chains-${chains}.wgsl`],
      enables: element === 'f16' ? ['f16'] : [],
      constants: { WORKGROUP: workgroup, UNROLL: unroll },
      uniforms: { rounds: 0, one: 1 },
      bindings: ['result'],
      workgroups,
    },
    unitsPerRound: workgroups * workgroup * width * chains * unroll * operationUnits[operation],
    roundsStep: 1,
    results: workgroups * workgroup,
    check: {
      kind: 'each',
      as: operation === 'dot' ? 'u32' : 'f32',
      tolerance: operation === 'exp2' ? 2e-3 : 1e-4,
      expected: (index, rounds) =>
        chainTotal(operation, element, { start: index % 16, width, chains, steps: rounds * unroll }),
    },
  };
}

const combine = (
  lanes: readonly ArithmeticVariant['lane'][],
  chains: readonly ArithmeticVariant['chains'][],
  unrolls: readonly ArithmeticVariant['unroll'][],
): readonly ArithmeticVariant[] =>
  lanes.flatMap((lane) =>
    chains.flatMap((count) => unrolls.map((unroll) => ({ lane, chains: count, unroll }))),
  );

interface WalkVariant {
  readonly word: 'scalar' | 'quad';
  readonly pattern: (typeof patterns)[number];
  readonly walkers: number;
}

/** As walk.wgsl counts them. */
const patterns = ['side by side', 'a piece a workgroup', 'a piece an invocation'] as const;
const wordsOf = { scalar: 1, quad: 4 } as const;
/** Words that walk.wgsl visits in a round. */
const visitsPerRound = 8;

function walk(
  sizes: Sizes,
  what: 'read' | 'write' | 'copy',
  words: number,
  { word, pattern, walkers }: WalkVariant,
): MicroKernel | null {
  const elements = words / wordsOf[word];
  const lap = elements / walkers / visitsPerRound;
  if (lap < 1) return null;
  const buffers: Readonly<Record<typeof what, readonly PeakBuffer[]>> = {
    read: ['source', 'result'],
    write: ['destination'],
    copy: ['source', 'destination'],
  };
  const [workgroup, workgroups] = [sizes.workgroup, walkers / sizes.workgroup];
  return {
    by: `${word === 'quad' ? 'vec4' : 'scalar'}, ${pattern}, ${walkers} invocations, ${(words * 4) / mebi} MiB`,
    pass: {
      name: what,
      shader: 'walk.wgsl',
      includes: [`words-${word}.wgsl`, `visit-${what}.wgsl`],
      enables: [],
      constants: { WORKGROUP: workgroup, PATTERN: patterns.indexOf(pattern) },
      uniforms: { rounds: 0, mask: elements - 1, lap, one: 1 },
      bindings: buffers[what],
      workgroups,
    },
    unitsPerRound: walkers * visitsPerRound * wordsOf[word] * 4 * (what === 'copy' ? 2 : 1),
    roundsStep: lap,
    results: walkers,
    check:
      what === 'read'
        ? { kind: 'read', words, plus: 0 }
        : { kind: 'written', words, plus: what === 'write' ? 1 : 0 },
  };
}

/** Reads a buffer once, to check what a writing micro-kernel left in it. */
export function checkingRead(sizes: Sizes, words: number): MicroKernel {
  const [walkers] = sizes.walkers;
  const kernel = walk(sizes, 'read', words, { word: 'quad', pattern: 'a piece a workgroup', walkers });
  if (kernel === null) throw new RangeError(`${words} words are too few for ${walkers} invocations`);
  return { ...kernel, pass: { ...kernel.pass, bindings: ['destination', 'result'] } };
}

function walks(
  sizes: Sizes,
  what: 'read' | 'write' | 'copy',
  sizesInWords: readonly number[],
): readonly MicroKernel[] {
  return sizesInWords.flatMap((words) =>
    patterns.flatMap((pattern) =>
      sizes.walkers.flatMap((walkers) =>
        (['quad', 'scalar'] as const).flatMap(
          (word) => walk(sizes, what, words, { word, pattern, walkers }) ?? [],
        ),
      ),
    ),
  );
}

function workgroupRead(sizes: Sizes, word: 'scalar' | 'quad'): MicroKernel {
  const { workgroup } = sizes;
  const workgroups = sizes.arithmeticWorkgroups;
  const tile = Math.max(workgroup, 1024) / wordsOf[word];
  return {
    by: `${word === 'quad' ? 'vec4' : 'scalar'}, tile of ${tile * wordsOf[word] * 4} bytes`,
    pass: {
      name: 'workgroup read',
      shader: 'workgroup-read.wgsl',
      includes: [`words-${word}.wgsl`],
      enables: [],
      constants: { WORKGROUP: workgroup, TILE: tile },
      uniforms: { rounds: 0, one: 1 },
      bindings: ['result'],
      workgroups,
    },
    unitsPerRound: workgroups * workgroup * visitsPerRound * wordsOf[word] * 4,
    roundsStep: 1,
    results: workgroups * workgroup,
    check: {
      kind: 'each',
      as: 'u32',
      tolerance: 0,
      expected: (index, rounds) =>
        tileTotal({ local: index % workgroup, workgroup, tile, width: wordsOf[word], rounds }),
    },
  };
}

/** Chains and steps of subgroup-matrix.wgsl. */
const matrixChains = 4;
const matrixUnroll = 2;
const matrixElements = ['f16', 'f32'] as const;

function subgroupMatrix(caps: Caps, sizes: Sizes, config: SubgroupMatrix): MicroKernel | null {
  const element = matrixElements.find((known) => known === config.componentType);
  const result = matrixElements.find((known) => known === config.resultComponentType);
  if (element === undefined || result === undefined) return null;
  const { rows, columns, depth } = config;
  const workgroups = sizes.arithmeticWorkgroups;
  return {
    by: `${element} in, ${result} out, ${rows} x ${columns} x ${depth}`,
    pass: {
      name: 'subgroup matrix',
      shader: 'subgroup-matrix.wgsl',
      includes: [`element-${element}.wgsl`, `result-${result}.wgsl`],
      enables: [
        'chromium_experimental_subgroup_matrix',
        ...(element === 'f16' || result === 'f16' ? ['f16'] : []),
      ],
      constants: { WORKGROUP: caps.subgroupMaxSize, ROWS: rows, COLUMNS: columns, DEPTH: depth },
      uniforms: { rounds: 0 },
      bindings: ['ones', 'result'],
      workgroups,
    },
    unitsPerRound: workgroups * matrixChains * matrixUnroll * 2 * rows * columns * depth,
    roundsStep: 1,
    results: workgroups * matrixChains * rows * columns,
    check: {
      kind: 'each',
      as: result,
      tolerance: 1e-4,
      expected: (_, rounds) => matrixElement(result, depth, rounds * matrixUnroll),
    },
  };
}

/** Every ceiling with its micro-kernels, or why it has none here. */
export function ceilingPlans(caps: Caps, sizes: Sizes): readonly CeilingPlan[] {
  const chains = combine(['scalar'], [4, 8, 12, 16], [4, 16]);
  const quads = combine(['quad'], [2, 4, 8], [4, 16]);
  const f32 = [
    ...[...chains, ...quads].map((variant) => arithmetic(sizes, 'fma', 'f32', variant)),
    ...combine(['scalar'], [8, 12], [16]).map((variant) => arithmetic(sizes, 'multiply-add', 'f32', variant)),
  ];
  const few = [...combine(['scalar'], [4, 8], [4]), ...combine(['quad'], [2, 4], [4])];
  // Emulated in software, where the code of every step is long: one step would compile for seconds.
  const halves = caps.software
    ? combine(['scalar', 'quad'], [2, 4], [4])
    : combine(['scalar', 'quad'], [4, 8, 16], [4, 16]);
  const f16 = caps.features.has('shader-f16');
  const matrices = caps.subgroupMatrices.flatMap((config) => subgroupMatrix(caps, sizes, config) ?? []);
  const cold = [sizes.coldWords];
  const plan = (
    name: CeilingName,
    unit: CeilingPlan['unit'],
    kernels: readonly MicroKernel[],
    reason: string | null = null,
  ): CeilingPlan => ({ name, unit, kernels, reason });
  return [
    plan('f32', 'flop', f32),
    plan(
      'f16',
      'flop',
      f16 ? halves.map((variant) => arithmetic(sizes, 'fma', 'f16', variant)) : [],
      f16 ? null : 'the adapter lacks shader-f16',
    ),
    plan(
      'int8Dot',
      'flop',
      combine(['packed'], [4, 8, 16], [4]).map((variant) => arithmetic(sizes, 'dot', 'packed', variant)),
    ),
    plan(
      'subgroupMatrix',
      'flop',
      matrices,
      caps.subgroupMatrices.length === 0
        ? 'the adapter lists no subgroup matrices'
        : 'none of its subgroup matrices takes f16 or f32',
    ),
    plan(
      'exp',
      'exp',
      few.map((variant) => arithmetic(sizes, 'exp2', 'f32', variant)),
    ),
    plan('readCold', 'byte', walks(sizes, 'read', cold)),
    plan('writeCold', 'byte', walks(sizes, 'write', cold)),
    plan('copyCold', 'byte', walks(sizes, 'copy', cold)),
    plan('readWarm', 'byte', walks(sizes, 'read', sizes.warmWords)),
    plan('writeWarm', 'byte', walks(sizes, 'write', sizes.warmWords)),
    plan('copyWarm', 'byte', walks(sizes, 'copy', sizes.warmWords)),
    plan(
      'workgroupRead',
      'byte',
      (['scalar', 'quad'] as const).map((word) => workgroupRead(sizes, word)),
    ),
  ];
}
