/** Builds synthetic comparisons for tests. Every number here is made up by formula; nothing was measured. */
import { comparisonSchemaName } from '../../harness/gate/comparison.ts';
import type {
  ComparedCase,
  Comparison,
  ErrorRate,
  ExactFigure,
  Reason,
  ReasonCode,
  SessionOfCase,
  Timed,
} from '../../harness/gate/comparison.ts';
import { seededRandom } from '../../harness/random.ts';
import type { RecordParams } from '../../harness/record.ts';
import { behaviours, header, params } from './records.ts';

const pairsPerSession = 50;
const margin = 0.02;

interface TimedOptions {
  readonly sessions?: number;
  /** Relative standard deviation between sessions. */
  readonly spread?: number;
  readonly tickShare?: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two-sided, from the normal distribution: near enough for numbers that are made up. */
function probabilityOf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.min(1, 2 * Math.exp((-z * z) / 2) * 0.3989422804 * polynomial);
}

function effectOf(logRatios: readonly number[]): {
  readonly effect: Timed['effect'];
  readonly pValue: number;
} {
  const middle = mean(logRatios);
  const variance =
    mean(logRatios.map((value) => (value - middle) ** 2)) * (logRatios.length / (logRatios.length - 1));
  const error = Math.sqrt(variance / logRatios.length);
  const half = 2.3 * error;
  return {
    effect: { ratio: Math.exp(middle), low: Math.exp(middle - half), high: Math.exp(middle + half) },
    pValue: probabilityOf(middle / error),
  };
}

/** `slowdown`: 0.05 is head 5 % slower. The same arguments give the same sessions. */
export function timed(id: string, baseNs: number, slowdown: number, options: TimedOptions = {}): Timed {
  const random = seededRandom(`comparison of ${id}`);
  const spread = options.spread ?? 0.006;
  const count = options.sessions ?? 10;
  const sessions = Array.from({ length: count }, (_, index): SessionOfCase => {
    const machine = Math.exp(0.05 * random.normal());
    const logRatio = Math.log(1 + slowdown) + spread * random.normal();
    return {
      session: index + 1,
      stage: index < count / 2 ? 'screen' : 'confirm',
      pairs: pairsPerSession,
      logRatio,
      controlLogRatio: spread * random.normal(),
      baseNs: baseNs * machine,
      headNs: baseNs * machine * Math.exp(logRatio),
      orderEffect: 0.002 * random.normal(),
    };
  });
  const { effect, pValue } = effectOf(sessions.map(({ logRatio }) => logRatio));
  const control = effectOf(sessions.map(({ controlLogRatio }) => controlLogRatio ?? 0));
  return {
    effect,
    pValue,
    pAdjusted: Math.min(1, 12 * pValue),
    pSignFlip: Math.max(2 ** (1 - count), pValue),
    minimumDetectable: Math.exp((2.8 * spread) / Math.sqrt(count)) - 1,
    margin,
    control: { ...control.effect, pValue: control.pValue },
    baseNs,
    headNs: baseNs * effect.ratio,
    tickShare: options.tickShare ?? 1e-6,
    sessions,
  };
}

const messages: Readonly<Record<ReasonCode, string>> = {
  identical: 'base and head run the same WGSL with the same plan',
  confirmed:
    'the whole interval lies beyond the margin of 2 %, in the first sessions and again in fresh ones',
  equivalent: 'the whole interval lies inside the margin of 2 %',
  'too wide': 'the interval reaches across the margin of 2 %: give it more sessions, or a quieter machine',
  'not confirmed': 'seen in the first 5 sessions, not seen again in 5 fresh ones',
  budget: 'the budget of 300 s ran out: give it more with --budget',
  'few sessions': '4 of at least 6 sessions',
  control: 'the A/A arm shows a difference where there is none: something else is busy on this machine',
  tick: 'the timer steps by 65536 ns, 6.5 % of a sample: at most 0.5 % can be judged',
  'sessions lost': '3 processes in a row ended without an answer',
};
const reason = (code: ReasonCode): Reason => ({ code, message: messages[code] });

/** As compare writes them: only memory is better or worse. */
function figure(metric: ExactFigure['metric'], base: number, head: number): ExactFigure {
  const isMemory = metric === 'peakBytes' || metric === 'scratchBytes';
  const different = isMemory ? (head < base ? 'better' : 'worse') : 'different';
  return { metric, base, head, change: base === head ? 'same' : different };
}

export function identityOf(
  kernel: string,
  caseParams: RecordParams,
): {
  readonly id: string;
  readonly suite: string;
  readonly kernel: string;
  readonly mechanism: string;
  readonly params: RecordParams;
  readonly file: string;
  readonly hashes: { readonly base: string; readonly head: string };
  readonly exact: ExactFigure[];
} {
  const { n, heads, d, precision } = caseParams;
  const words = `n=${n},heads=${heads},d=${d},precision=${precision}${caseParams.causal ? ',causal=true' : ''}`;
  const bytes = 4 * 4 * heads * n * d;
  const flops = 4 * heads * n * n * d;
  return {
    id: `scaling/${kernel}:${words}`,
    suite: 'scaling',
    kernel,
    mechanism: behaviours[kernel]?.mechanism ?? kernel,
    params: caseParams,
    file: `kernels/${kernel}/${kernel}.wgsl`,
    hashes: { base: 'aa'.repeat(32), head: 'bb'.repeat(32) },
    exact: [figure('peakBytes', bytes, bytes), figure('flops', flops, flops)],
  };
}

function decided(
  verdict: 'REGRESSED' | 'IMPROVED' | 'SAME' | 'UNKNOWN',
  kernel: string,
  n: number,
  slowdown: number,
  codes: readonly ReasonCode[],
  options: TimedOptions = {},
): ComparedCase {
  const identity = identityOf(kernel, params({ n }));
  const baseNs = 1e3 * n * (kernel === 'naive' ? 4 : 2);
  return {
    ...identity,
    verdict,
    reasons: codes.map(reason),
    timed: timed(identity.id, baseNs, slowdown, options),
  };
}

const rate = (found: number, tries: number, low: number, high: number): ErrorRate => ({
  tries,
  found,
  rate: found / tries,
  low,
  high,
});

/** Every verdict and every reason at least once. */
export function sampleCases(): readonly ComparedCase[] {
  const flash = identityOf('flash', params({ n: 2048 }));
  const performer = identityOf('performer', params({ n: 1024 }));
  const mamba = identityOf('mamba', params({ n: 512 }));
  const naive = identityOf('naive', params({ n: 8192 }));
  const same = identityOf('copy', params({ n: 1024 }));
  const regressed = decided('REGRESSED', 'flash', 1024, 0.061, ['confirmed']);
  return [
    decided('SAME', 'naive', 512, 0.001, ['equivalent']),
    {
      ...same,
      hashes: { base: 'cc'.repeat(32), head: 'cc'.repeat(32) },
      verdict: 'SAME',
      reasons: [reason('identical')],
      timed: null,
    },
    { ...regressed, exact: [figure('peakBytes', 8 * 2 ** 20, 9 * 2 ** 20), figure('flops', 1e9, 1.1e9)] },
    decided('REGRESSED', 'longformer', 2048, 0.24, ['confirmed']),
    decided('IMPROVED', 'bigbird', 2048, -0.08, ['confirmed']),
    decided('UNKNOWN', 'mamba', 1024, 0.018, ['too wide', 'budget'], { spread: 0.03 }),
    decided('UNKNOWN', 'performer', 2048, 0.03, ['not confirmed'], { spread: 0.015 }),
    decided('UNKNOWN', 'longformer', 128, 0.05, ['few sessions', 'tick'], { sessions: 4, tickShare: 0.065 }),
    { ...mamba, verdict: 'UNKNOWN', reasons: [reason('sessions lost'), reason('control')], timed: null },
    {
      ...identityOf('ssd', params({ n: 1024 })),
      hashes: { base: null, head: 'dd'.repeat(32) },
      verdict: 'NEW',
      exact: [],
      reasons: [],
    },
    {
      ...identityOf('performer', params({ n: 512 })),
      hashes: { base: 'ee'.repeat(32), head: null },
      verdict: 'REMOVED',
      exact: [],
      reasons: [],
    },
    {
      ...flash,
      verdict: 'WRONG',
      side: 'head',
      reasons: [],
      problem: { message: 'nmse 0.31 is over 3e-12 in row 17 of head 3' },
    },
    {
      ...performer,
      verdict: 'FAILED',
      side: 'head',
      reasons: [],
      problem: { message: "performer.wgsl:41:7: unresolved value 'weigth'" },
    },
    {
      ...naive,
      verdict: 'SKIPPED',
      reasons: [],
      problem: { message: 'scores needs 2147483648 bytes and the adapter binds at most 134217728' },
    },
  ];
}

export function comparisonOf(
  cases: readonly ComparedCase[],
  overrides: Partial<Comparison> = {},
): Comparison {
  const { tool, host, adapter, clock, flags, startedAt } = header();
  return {
    schema: comparisonSchemaName,
    kind: 'comparison',
    comparisonId: 'synthetic-comparison-1',
    command: 'attnbench compare --base main scaling',
    startedAt,
    seconds: 312,
    base: {
      label: 'main',
      kind: 'revision',
      commit: '0123456789abcdef0123456789abcdef01234567',
      dirty: false,
    },
    head: { label: '.', kind: 'folder', commit: '89abcdef0123456789abcdef0123456789abcdef', dirty: true },
    tool,
    host,
    adapter,
    clock,
    flags,
    design: {
      alpha: 0.05,
      margin,
      looks: [
        { sessions: 6, alpha: 0.01 },
        { sessions: 10, alpha: 0.04 },
      ],
      flagAlpha: 0.4,
      confirmLooks: [{ sessions: 8, alpha: 0.04 }],
      pairsPerSession,
      budgetSeconds: 300,
      seed: 'synthetic',
    },
    control: {
      cases: 8,
      significant: false,
      pValue: 0.41,
      message: 'the A/A arms of 8 cases show no difference',
    },
    calibration: {
      measuredAt: '2026-01-01T00:00:00.000Z',
      command: 'attnbench calibrate',
      adapter: 'synthetic',
      falsePositives: rate(21, 500, 0.026, 0.063),
      power: [
        { slowdown: 0.02, found: rate(41, 100, 0.313, 0.513) },
        { slowdown: 0.05, found: rate(97, 100, 0.915, 0.994) },
      ],
      nullSpread: 0.014,
    },
    noise: {
      measured: {
        processes: 4,
        seconds: 5.2,
        sampleNs: 2e6,
        drift: 0.01,
        autocorrelation: 0.1,
        pairSpread: 0.1,
        sessionSpread: 0.02,
        detectable: 0.018,
        of: { sessions: 10, pairs: pairsPerSession },
        tickShare: 1e-5,
      },
      unmet: [{ what: 'other programs keep the machine busy', how: 'stop them before measuring' }],
    },
    allowMemory: false,
    cases: [...cases],
    ...overrides,
  };
}

/** Covers every verdict and every reason. */
export function sampleComparison(overrides: Partial<Comparison> = {}): Comparison {
  return comparisonOf(sampleCases(), overrides);
}
