/** Builds histories for tests. Every number is made up. */
import type { Comparison } from '../gate/comparison.ts';
import { comparisonSchemaName } from '../gate/comparison.ts';
import type { Environment, Point } from '../history/entry.ts';
import { historySchemaName } from '../history/entry.ts';
import { seededRandom } from '../random.ts';

/** The day of the nth commit. */
export const dayOfCommit = (number: number): string =>
  new Date(Date.UTC(2026, 0, 1 + number, 12)).toISOString();
export const commitName = (number: number): string =>
  `${number.toString(16).padStart(4, '0')}${'c'.repeat(36)}`;

const caseId = 'scaling/flash:n=1024,heads=8,d=64,precision=f32';

interface PointWords {
  readonly base: string | null;
  readonly head: string | null;
  /** ln(head / base); null for no ratio. */
  readonly logRatio: number | null;
  readonly halfWidth?: number;
  readonly verdict?: Point['verdict'];
  readonly case?: string;
  readonly kernel?: string;
  readonly comparisonId?: string;
}

/** The point of the nth commit. */
export function point(number: number, words: PointWords): Point {
  const { base, head, logRatio, halfWidth = 0.009 } = words;
  return {
    schema: historySchemaName,
    kind: 'point',
    case: words.case ?? caseId,
    kernel: words.kernel ?? 'flash',
    commit: commitName(number),
    committedAt: dayOfCommit(number),
    baseCommit: commitName(0),
    comparisonId: words.comparisonId ?? `comparison-${number}`,
    hashes: { base, head },
    verdict: words.verdict ?? 'SAME',
    logRatio:
      logRatio === null ? null : { value: logRatio, low: logRatio - halfWidth, high: logRatio + halfWidth },
    sessions: logRatio === null ? 0 : 10,
    exact: { peakBytes: 8_388_608 },
  };
}

/** A point for each true level, all measured against one base, with noise. */
export function pinnedPoints(levels: readonly number[], noise = 0.006, seed = 'pinned'): readonly Point[] {
  const random = seededRandom(seed);
  return levels.map((level, index) =>
    point(index + 1, { base: 'base', head: `head-${index}`, logRatio: level + noise * random.normal() }),
  );
}

export const levels = (...runs: readonly (readonly [count: number, level: number])[]): readonly number[] =>
  runs.flatMap(([count, level]) => Array.from({ length: count }, () => level));

export const environment: Environment = {
  schema: historySchemaName,
  kind: 'environment',
  adapter: {
    name: 'synthetic',
    vendor: 'none',
    architecture: 'none',
    device: '0x0',
    description: 'synthetic driver 1.0',
    software: true,
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
  },
  host: { name: 'node', webgpu: '0.6.2', cpu: 'synthetic cpu', cores: 2 },
  clock: 'timestamp-query',
  flags: [],
};

/** A comparison of one case whose head is the nth commit. */
export function comparison(
  number: number,
  words: { readonly base: string; readonly head: string; readonly ratio: number },
): Comparison {
  const { base, head, ratio } = words;
  const { adapter, host, flags } = environment;
  const identical = base === head;
  const effect = { ratio, low: ratio * 0.991, high: ratio * 1.009 };
  const session = {
    stage: 'screen',
    pairs: 50,
    logRatio: Math.log(ratio),
    controlLogRatio: 0,
    baseNs: 1e6,
    headNs: 1e6 * ratio,
    orderEffect: 0,
  } as const;
  return {
    schema: comparisonSchemaName,
    kind: 'comparison',
    comparisonId: `comparison-${number}`,
    command: 'attnbench compare',
    startedAt: '2026-06-01T00:00:00.000Z',
    seconds: 60,
    base: { label: 'main', kind: 'revision', commit: commitName(0), dirty: false },
    head: { label: '.', kind: 'revision', commit: commitName(number), dirty: false },
    tool: { version: '0.1.0', commit: null },
    host: { ...host, runtime: 'v20', os: 'Linux', memoryBytes: 2 ** 33 },
    adapter: { ...adapter, features: [], limits: {} },
    clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 0, quantised: false, monotonic: true },
    flags: [...flags],
    design: {
      alpha: 0.05,
      margin: 0.02,
      looks: [{ sessions: 10, alpha: 0.05 }],
      flagAlpha: 0.4,
      confirmLooks: [{ sessions: 10, alpha: 0.04 }],
      pairsPerSession: 50,
      budgetSeconds: 300,
      seed: '1',
    },
    control: { cases: 1, significant: false, pValue: 0.5, message: 'the A/A arms agree' },
    calibration: null,
    allowMemory: false,
    cases: [
      {
        id: caseId,
        suite: 'scaling',
        kernel: 'flash',
        mechanism: 'sdpa',
        params: {
          batch: 1,
          heads: 8,
          kvHeads: 8,
          n: 1024,
          m: 1024,
          d: 64,
          dv: 64,
          precision: 'f32',
          causal: false,
        },
        file: 'kernels/flash/flash.wgsl',
        hashes: { base, head },
        exact: [
          { metric: 'peakBytes', base: 8_388_608, head: 8_388_608, change: 'same' },
          { metric: 'nmse', base: null, head: null, change: 'same' },
        ],
        reasons: [],
        verdict: 'SAME',
        timed: identical
          ? null
          : {
              effect,
              pValue: 0.5,
              pAdjusted: 0.5,
              pSignFlip: 0.5,
              minimumDetectable: 0.02,
              margin: 0.02,
              control: null,
              baseNs: 1e6,
              headNs: 1e6 * ratio,
              tickShare: 0,
              sessions: [
                { ...session, session: 1 },
                { ...session, session: 2 },
              ],
            },
      },
    ],
  };
}
