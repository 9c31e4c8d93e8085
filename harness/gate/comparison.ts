/**
 * What `attnbench compare` found: two versions of the kernels, case by case. One schema gives the types, the validation and the
 * published JSON Schema (docs/comparison.schema.json). Exporters and the history read nothing else.
 */
import { z } from 'zod';
import { adapterSchema, clockSchema, paramsSchema, runHeaderSchema } from '../record.ts';

export const comparisonSchemaName = 'attnbench-comparison/1';

const count = z.number().int().nonnegative();
const nanoseconds = z.number().positive();

/** Time of head over time of base: 1.05 is 5 % slower. */
const ratioSchema = z.object({
  ratio: z.number().positive(),
  low: z.number().positive(),
  high: z.number().positive(),
});

const sideSchema = z.object({
  /** As asked for: a revision, a folder. */
  label: z.string(),
  kind: z.enum(['revision', 'folder', 'installed', 'file']),
  /** Null where the folder is in no repository. */
  commit: z.string().nullable(),
  /** True where files differ from the commit. */
  dirty: z.boolean(),
});

/** Exact figures: no statistics, any difference counts. */
const exactSchema = z.object({
  metric: z.enum(['peakBytes', 'scratchBytes', 'flops', 'exps', 'bytesRead', 'bytesWritten', 'nmse']),
  base: z.number().nullable(),
  head: z.number().nullable(),
  change: z.enum(['same', 'better', 'worse', 'different']),
});

/** One fresh process: what its pairs say of a case. */
export const sessionOfCaseSchema = z.object({
  session: count,
  stage: z.enum(['screen', 'confirm']),
  pairs: count,
  /** Median over the pairs of ln(head / base), of each order, and the mean of the two. */
  logRatio: z.number(),
  /** The same of head against a second copy of head, in the same process. */
  controlLogRatio: z.number().nullable(),
  baseNs: nanoseconds,
  headNs: nanoseconds,
  /** Median log ratio of pairs that ran base first, less that of pairs that ran head first. */
  orderEffect: z.number(),
});

/** Why a verdict is what it is, and what is unmet where it is UNKNOWN. */
export const reasonCodes = [
  /** Same WGSL, same plan: not timed. */
  'identical',
  /** Seen in the first sessions; and in fresh ones, taken alone, the whole interval lies beyond the margin. */
  'confirmed',
  /** The whole interval lies inside the margin. */
  'equivalent',
  /** The interval reaches across the margin: neither a difference nor the absence of one is shown. */
  'too wide',
  /** Seen in the first sessions, not seen again in fresh ones. */
  'not confirmed',
  'budget',
  'few sessions',
  /** The A/A arm of this run shows a difference where there is none. */
  'control',
  /** The timer's step is too large a part of a sample. */
  'tick',
  /** Process after process failed. */
  'sessions lost',
] as const;

const look = z.object({ sessions: count, alpha: z.number().nonnegative() });

/** By which rules cases are judged (harness/gate/design.ts): enough to judge them again. */
export const designSchema = z.object({
  alpha: z.number().positive(),
  /** Differences below it do not count: 0.02 is 2 %. */
  margin: z.number().positive(),
  /** Sessions after which a case is judged, and the alpha spent at each. */
  looks: z.array(look),
  /** The level of the interval that flags a case in the screen. */
  flagAlpha: z.number().positive(),
  /** The same as `looks`, of the fresh sessions of what was flagged. */
  confirmLooks: z.array(look),
  pairsPerSession: count,
  seed: z.string(),
});

const reasonSchema = z.object({ code: z.enum(reasonCodes), message: z.string() });

const timedSchema = z.object({
  effect: ratioSchema,
  /** Two-sided, of the t-test over sessions; and after the correction over the family of cases. */
  pValue: z.number().min(0).max(1),
  pAdjusted: z.number().min(0).max(1),
  /** Exact, over the signs of the sessions. */
  pSignFlip: z.number().min(0).max(1),
  /** The share of slowdown that these sessions tell from none with 80 % power: 0.02 is 2 %. Within the margin it does not count. */
  minimumDetectable: z.number().nonnegative(),
  /** The margin within which a difference does not count: 0.02 is 2 %. */
  margin: z.number().positive(),
  control: ratioSchema.extend({ pValue: z.number().min(0).max(1) }).nullable(),
  /** Medians over the sessions. For people; never compared across machines. */
  baseNs: nanoseconds,
  headNs: nanoseconds,
  /** The timer's step over the median sample. */
  tickShare: z.number().nonnegative(),
  sessions: z.array(sessionOfCaseSchema),
});

const identity = {
  id: z.string(),
  suite: z.string(),
  kernel: z.string(),
  mechanism: z.string(),
  params: paramsSchema,
  /** The kernel's main WGSL file, relative to its repository: where annotations point. */
  file: z.string(),
  /** SHA-256 over specialised WGSL and plan; null where a side has none. */
  hashes: z.object({ base: z.string().nullable(), head: z.string().nullable() }),
  exact: z.array(exactSchema),
  reasons: z.array(reasonSchema),
};
const outcome = z.object({ message: z.string() });

export const comparedCaseSchema = z.discriminatedUnion('verdict', [
  z.object({ ...identity, verdict: z.literal('REGRESSED'), timed: timedSchema }),
  z.object({ ...identity, verdict: z.literal('IMPROVED'), timed: timedSchema }),
  /** `timed` is null where both run the same code. */
  z.object({ ...identity, verdict: z.literal('SAME'), timed: timedSchema.nullable() }),
  z.object({ ...identity, verdict: z.literal('UNKNOWN'), timed: timedSchema.nullable() }),
  /** Only head has it: checked, not compared. */
  z.object({ ...identity, verdict: z.literal('NEW') }),
  z.object({ ...identity, verdict: z.literal('REMOVED') }),
  /** A side computes wrong numbers: it has no time, however fast it is. */
  z.object({ ...identity, verdict: z.literal('WRONG'), side: z.enum(['base', 'head']), problem: outcome }),
  z.object({
    ...identity,
    verdict: z.literal('FAILED'),
    side: z.enum(['base', 'head', 'both']),
    problem: outcome,
  }),
  z.object({ ...identity, verdict: z.literal('SKIPPED'), problem: outcome }),
]);

/** What `attnbench calibrate` knows about this machine's gate. */
export const errorRateSchema = z.object({
  tries: count,
  found: count,
  rate: z.number().min(0).max(1),
  /** Clopper-Pearson, 95 %. */
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
});
export const calibrationSchema = z.object({
  measuredAt: z.string(),
  command: z.string(),
  adapter: z.string(),
  /** Of comparisons of a kernel with itself, called different. */
  falsePositives: errorRateSchema,
  /** By injected slowdown: 0.05 is 5 %. */
  power: z.array(z.object({ slowdown: z.number().positive(), found: errorRateSchema })),
  /** The 95th percentile of |ratio - 1| among the null comparisons. */
  nullSpread: z.number().nonnegative(),
});

/** A fixed kernel held against itself in a few fresh processes, before anything else was timed. */
const measuredNoiseSchema = z.object({
  processes: count,
  seconds: z.number().nonnegative(),
  /** Median sample. */
  sampleNs: nanoseconds,
  /** Median sample of the last third over that of the first, less one. */
  drift: z.number(),
  /** Correlation of a sample with the next, within a process. */
  autocorrelation: z.number(),
  /** Half the middle two thirds of the pairs' log ratios: one standard deviation, were they normal. */
  pairSpread: z.number().nonnegative(),
  /** What the log ratio of a session is expected to vary by. */
  sessionSpread: z.number().nonnegative(),
  /** The smallest slowdown that so many sessions of so many pairs find four times out of five: 0.02 is 2 %. */
  detectable: z.number().nonnegative(),
  of: z.object({ sessions: count, pairs: count }),
  /** The timer's step over the median sample. */
  tickShare: z.number().nonnegative(),
});

/** Whether the machine was fit to compare on. */
const examinedNoiseSchema = z.object({
  /** Null where too few pairs could be timed. */
  measured: measuredNoiseSchema.nullable(),
  /** Each condition that was unmet, and what to do about it. */
  unmet: z.array(z.object({ what: z.string(), how: z.string() })),
});

export const comparisonSchema = z.object({
  schema: z.literal(comparisonSchemaName),
  kind: z.literal('comparison'),
  comparisonId: z.string(),
  command: z.string(),
  startedAt: z.string(),
  seconds: z.number().nonnegative(),
  base: sideSchema,
  head: sideSchema,
  tool: runHeaderSchema.shape.tool,
  host: runHeaderSchema.shape.host,
  /** Null where nothing had to run. */
  adapter: adapterSchema.nullable(),
  clock: clockSchema.nullable(),
  flags: z.array(z.string()),
  design: designSchema.extend({ budgetSeconds: z.number().positive() }),
  /** All A/A arms of the run together: where they show a difference, no verdict of this run is to be believed. */
  control: z
    .object({ cases: count, significant: z.boolean(), pValue: z.number().min(0).max(1), message: z.string() })
    .nullable(),
  calibration: calibrationSchema.nullable(),
  /** Absent where nothing was timed, or the budget was too short to look. */
  noise: examinedNoiseSchema.optional(),
  /** True: more memory for a call is told, and is no regression. */
  allowMemory: z.boolean(),
  cases: z.array(comparedCaseSchema),
});

export type Side = z.infer<typeof sideSchema>;
export type ExactFigure = z.infer<typeof exactSchema>;
export type SessionOfCase = z.infer<typeof sessionOfCaseSchema>;
export type ReasonCode = (typeof reasonCodes)[number];
export type Reason = z.infer<typeof reasonSchema>;
export type Timed = z.infer<typeof timedSchema>;
export type ComparedCase = z.infer<typeof comparedCaseSchema>;
export type Verdict = ComparedCase['verdict'];
export type ErrorRate = z.infer<typeof errorRateSchema>;
export type Calibration = z.infer<typeof calibrationSchema>;
export type Noise = z.infer<typeof measuredNoiseSchema>;
export type ExaminedNoise = z.infer<typeof examinedNoiseSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
