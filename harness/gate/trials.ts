/** What `npm run bench:gate` keeps: comparisons whose truth is known, one JSON object a line after a header. */
import { z } from 'zod';
import { runHeaderSchema } from '../record.ts';
import { designSchema } from './comparison.ts';
import type { GateDesign } from './design.ts';
import type { TimedVerdict } from './procedure.ts';

const foilVerdict = z.enum(['REGRESSED', 'IMPROVED', 'SAME']);
const { host, adapter, tool, flags } = runHeaderSchema.shape;

export const trialsHeaderSchema = z.object({
  kind: z.literal('trials'),
  command: z.string(),
  startedAt: z.string(),
  /** What kept the machine busy meanwhile. */
  neighbour: z.string(),
  tool,
  host,
  adapter,
  flags,
  design: designSchema,
});

export const trialSchema = z.object({
  kind: z.literal('trial'),
  id: z.string(),
  /** Head takes 1 + slowdown of base's time; 0: a kernel held against itself. */
  slowdown: z.number(),
  verdict: z.enum(['REGRESSED', 'IMPROVED', 'SAME', 'UNKNOWN']),
  reason: z.string().nullable(),
  /** What it would have taken alone. */
  seconds: z.number().nonnegative(),
  effect: z.object({ ratio: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** One a process: ln(head / base). */
  logRatios: z.object({ screen: z.array(z.number()), confirm: z.array(z.number()) }),
  foils: z.object({ flatThreshold: foilVerdict, mannWhitney: foilVerdict }).nullable(),
});

export type TrialsHeader = z.infer<typeof trialsHeaderSchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
export interface Trials {
  readonly header: TrialsHeader;
  readonly trials: readonly TrialRecord[];
}

/** Throws ZodError for lines that are no trials. */
export function parseTrials(text: string): Trials {
  const [header, ...trials] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { header: trialsHeaderSchema.parse(header), trials: z.array(trialSchema).parse(trials) };
}

/** The header's design is the one that the gate takes. */
export const designOf = ({ design }: TrialsHeader): GateDesign => design;
export const isDifferent = (verdict: TimedVerdict): boolean =>
  verdict === 'REGRESSED' || verdict === 'IMPROVED';
