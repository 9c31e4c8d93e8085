/**
 * The lines of a history: what a comparison said of a case at a commit, and which steps people have accepted. Every line tells its own
 * version, because lines of several versions stand in one file.
 */
import { z } from 'zod';
import { comparedCaseSchema } from '../gate/comparison.ts';
import { adapterSchema, clockSchema, runHeaderSchema } from '../record.ts';

export const historySchemaName = 'attnbench-history/1';

const schema = z.literal(historySchemaName);

/** What ratios must share to stand in one series. The system's release and free memory are no part of it: they change every month. */
export const environmentSchema = z.object({
  schema,
  kind: z.literal('environment'),
  adapter: adapterSchema.omit({ features: true, limits: true }),
  host: runHeaderSchema.shape.host.pick({ name: true, webgpu: true, cpu: true, cores: true }),
  clock: clockSchema.shape.source,
  flags: z.array(z.string()),
});

export const verdicts = comparedCaseSchema.options.map(({ shape }) => shape.verdict.value);

export const pointSchema = z.object({
  schema,
  kind: z.literal('point'),
  case: z.string(),
  kernel: z.string(),
  /** Head's. */
  commit: z.string(),
  /** The committer's date in UTC, so that lines added later, or elsewhere, have their place. */
  committedAt: z.iso.datetime(),
  baseCommit: z.string().nullable(),
  comparisonId: z.string(),
  hashes: z.object({ base: z.string().nullable(), head: z.string().nullable() }),
  verdict: z.enum(verdicts),
  /** ln(head / base) with its 95 % interval; 0 where both run the same code; null where there is no time to compare. */
  logRatio: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** Processes behind the ratio; 0 where both run the same code. */
  sessions: z.number().int().nonnegative(),
  /** Head's exact figures, by metric. */
  exact: z.record(z.string(), z.number()),
});

export const acceptanceSchema = z.object({
  schema,
  kind: z.literal('acceptance'),
  /** A case id, or a kernel for all its cases. */
  target: z.string(),
  commit: z.string(),
  note: z.string(),
});

export const entrySchema = z.discriminatedUnion('kind', [pointSchema, acceptanceSchema]);

export type Environment = z.infer<typeof environmentSchema>;
export type Point = z.infer<typeof pointSchema>;
export type Verdict = Point['verdict'];
export type Acceptance = z.infer<typeof acceptanceSchema>;
