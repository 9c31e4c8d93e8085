/**
 * The record: what a run writes and everything else reads. One schema gives the types, the validation and the published
 * JSON Schema (docs/record.schema.json). Field names are fixed; readers of old files rely on them.
 */
import { z } from 'zod';

export const schemaName = 'attnbench/1';

const durationsNs = z.array(z.number().nonnegative());
const count = z.number().int().nonnegative();

export const paramsSchema = z
  .object({
    batch: z.number().int().positive(),
    heads: z.number().int().positive(),
    kvHeads: z.number().int().positive(),
    n: z.number().int().positive(),
    m: z.number().int().positive(),
    d: z.number().int().positive(),
    dv: z.number().int().positive(),
    precision: z.enum(['f32', 'f16', 'f16s']),
    causal: z.boolean(),
  })
  .catchall(z.union([z.number(), z.string(), z.boolean()]));

export const adapterSchema = z.object({
  /** The name it is asked for by: swiftshader, lavapipe, or what the driver calls itself. */
  name: z.string(),
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  description: z.string(),
  software: z.boolean(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  subgroupMinSize: count,
  subgroupMaxSize: count,
});

export const clockSchema = z.object({
  /** Where gpuNs comes from. `wall`: the adapter has no timestamps, gpuNs is empty and wallNs is the only series. */
  source: z.enum(['timestamp-query', 'wall']),
  tickNs: z.number().positive(),
  /** What an empty timed pass reads. */
  overheadNs: z.number().nonnegative(),
  quantised: z.boolean(),
  monotonic: z.boolean(),
});

/** Ceilings of an adapter, each the best that its micro-kernels reached. Cold: the data comes from beyond the last-level cache. */
export const ceilingNames = [
  'f32',
  'f16',
  'int8Dot',
  'subgroupMatrix',
  'exp',
  'readCold',
  'writeCold',
  'copyCold',
  'readWarm',
  'writeWarm',
  'copyWarm',
  'workgroupRead',
] as const;
export type CeilingName = (typeof ceilingNames)[number];

export const ceilingSchema = z.object({
  name: z.enum(ceilingNames),
  unit: z.enum(['flop', 'exp', 'byte']),
  /** Units a second; null where it could not be measured, with the reason. */
  perSecond: z.number().positive().nullable(),
  /** The micro-kernel that reached it (`vec4, 8 accumulators, unrolled 8`), or why there is none. */
  by: z.string(),
});

export const peaksSchema = z.object({
  /** The ceilings that most kernels are held against: f32 arithmetic, and reading storage from beyond the cache. */
  flopsPerSecond: z.number().positive(),
  bytesPerSecond: z.number().positive(),
  ceilings: z.array(ceilingSchema),
  /** Submit to done of nothing, one more pass in a submit, one more dispatch in a pass. */
  overheads: z.object({
    submitNs: z.number().nonnegative(),
    passNs: z.number().nonnegative(),
    dispatchNs: z.number().nonnegative(),
  }),
  measuredAt: z.string(),
});
export type Peaks = z.infer<typeof peaksSchema>;

export const runHeaderSchema = z.object({
  schema: z.literal(schemaName),
  kind: z.literal('run'),
  runId: z.string(),
  suite: z.string(),
  /** The command line that started it. Absent in runs of older versions. */
  command: z.string().optional(),
  startedAt: z.string(),
  /** Every case id the sweep was asked for, in order, before sharding: what `merge` and `--resume` complete. */
  plannedCases: z.array(z.string()),
  /** Sampling seconds per case as asked for on the command line; null: the suites' own. */
  secondsPerCase: z.number().positive().nullable(),
  shard: z.object({ index: z.number().int().positive(), of: z.number().int().positive() }).nullable(),
  tool: z.object({ version: z.string(), commit: z.string().nullable() }),
  host: z.object({
    name: z.string(),
    runtime: z.string(),
    webgpu: z.string(),
    os: z.string(),
    cpu: z.string(),
    cores: z.number().int().positive(),
    memoryBytes: count,
  }),
  adapter: adapterSchema,
  /** Dawn toggles and environment that change what is measured. */
  flags: z.array(z.string()),
  clock: clockSchema,
  compiler: z.object({
    /** False where `var x: T;` in a loop keeps its value from the iteration before, against the WGSL standard. */
    loopVariablesReinitialised: z.boolean(),
  }),
  /** By kernel id: SHA-256 over the files it is made of. Shards with different ones are not merged. */
  kernelSources: z.record(z.string(), z.string()).optional(),
  /** By kernel id: the file that a kernel was brought along in, as a path from the run's folder. */
  kernelFiles: z.record(z.string(), z.string()).optional(),
  /** Only where the tuning tables were left out on request. */
  shapes: z.literal('default').optional(),
  peaks: peaksSchema.nullable().default(null),
});

const identity = {
  kind: z.literal('case'),
  id: z.string(),
  suite: z.string(),
  kernel: z.string(),
  mechanism: z.string(),
  params: paramsSchema,
  /** Which child process measured it, counted from 1 over the life of the run folder. */
  session: count,
};

export const reasonSchema = z.object({ code: z.string(), message: z.string() });

export const checkSchema = z.object({
  nmse: z.number().nullable(),
  maxAbs: z.number().nullable(),
  tolerance: z.number(),
  rowsChecked: count,
  rowsTotal: count,
  exactness: z.enum(['exact', 'exact for its mask', 'approximate', 'different function']),
  /** Relative RMS distance to exact softmax attention, where that means something. */
  distanceToSoftmax: z.number().nullable(),
});

/** Counted from the shape, so whole numbers, but past 2^53 for the largest of cases. */
const work = z.number().nonnegative();
const costSchema = z.object({ flops: work, exps: work, bytesRead: work, bytesWritten: work });

const bytesSchema = z.object({
  inputs: count,
  outputs: count,
  scratch: count,
  /** inputs + outputs + scratch: what one call holds at once. */
  peak: count,
  /** The harness's own: rotated input copies, guards, staging. Not part of peak. */
  harness: count,
});

const sourceSchema = z.object({
  /** SHA-256 over the specialised WGSL and the plan. */
  hash: z.string(),
  passes: z.array(z.string()),
});

/** One pass of the plan that ran: enough to draw a profile from the record alone. */
const passSchema = z.object({
  name: z.string(),
  shader: z.string(),
  /** SHA-256 over its specialised WGSL. */
  hash: z.string(),
  workgroups: count,
  /** Invocations by x, y and z, and bytes of workgroup memory, as its WGSL declares them; null where it cannot be told. */
  workgroupSize: z.tuple([count, count, count]).nullable(),
  workgroupBytes: count.nullable(),
  /** Null where the kernel does not declare it. */
  cost: costSchema.nullable(),
});

/** One call by itself, taken after the samples: when the host and the GPU did what, in nanoseconds since encoding began. */
const timelineSchema = z.object({
  encodedNs: z.number().nonnegative(),
  submitNs: z.number().nonnegative(),
  /** The host's call of submit came back. */
  submittedNs: z.number().nonnegative(),
  doneNs: z.number().nonnegative(),
  /** In the order of the plan; empty without timestamps, or where they ran backwards. */
  passes: z.array(z.object({ beginNs: z.number(), endNs: z.number() })),
  /**
   * How GPU timestamps came onto the host's scale. shared clock: they lie between submit and done as they are, so both read one clock;
   * latest: the two clocks cannot be compared, and the last pass is put where the host saw the work done; none: no passes.
   */
  alignment: z.enum(['shared clock', 'latest', 'none']),
});

/** The shape that the kernel ran with. */
const shapeSchema = z.object({
  values: z.record(z.string(), z.union([z.number(), z.string()])),
  /** `default`, or the entry of the kernel's tuning table: `tuning/lavapipe-8.json#2`, counted from 1. */
  from: z.string(),
  /** Why not the entry that is there for the case. */
  note: z.string().optional(),
});

const stopSchema = z.object({
  /** ci: the interval is narrow enough; samples: the most samples a case may take; budget: its seconds ran out. */
  rule: z.enum(['ci', 'samples', 'budget']),
  /** Half the 95 % interval of the median, relative to it. */
  relativeHalfWidth: z.number().nonnegative().nullable(),
  seconds: z.number().nonnegative(),
});

/** tinybench's summary of the judged series; medians and intervals are derived from the raw samples instead. */
const statisticsSchema = z.object({
  meanNs: z.number(),
  standardDeviationNs: z.number().nonnegative(),
  medianAbsoluteDeviationNs: z.number().nonnegative(),
  minNs: z.number(),
  p75Ns: z.number(),
  p99Ns: z.number(),
  maxNs: z.number(),
});

/** The library that computed the case, where it was none of the project's kernels. */
const peerSchema = z.object({
  package: z.string(),
  version: z.string(),
  /** What one call dispatched, in order, as the library names it. */
  path: z.array(z.string()),
  /** What was changed in its code to make it right. */
  repairs: z.array(z.string()),
  /** shared: the harness's own device; own: another on the same adapter; cpu: none. */
  device: z.enum(['shared', 'own', 'cpu']),
});

const measured = {
  variant: z.string(),
  check: checkSchema,
  /** First pass begin to last pass end, per kernel call, in the order taken. Empty when the clock is `wall`. */
  gpuNs: durationsNs,
  /** Per pass, same order as gpuNs. */
  passNs: z.record(z.string(), durationsNs),
  /** Submit to done, per kernel call. */
  wallNs: durationsNs,
  encodeNs: durationsNs,
  /** The host's call of submit, per kernel call: part of wallNs. Absent in records of older versions. */
  submitNs: durationsNs.optional(),
  /** Process CPU time, per kernel call; empty where the host cannot tell. */
  cpuNs: durationsNs,
  compileNs: z.number().nonnegative(),
  firstDispatchNs: z.number().nonnegative(),
  /** Kernel calls per sample, raised until the tick is at most 0.5 % of a sample. */
  repeats: z.number().int().positive(),
  warmups: count,
  /** Samples left out because their timestamps ran backwards or stood still. */
  dropped: count,
  /** Samples of each round, where the case took turns with others; absent where all were taken in one go. */
  rounds: z.array(count).optional(),
  /** Distinct input sets that took turns. */
  inputSets: z.number().int().positive(),
  stop: stopSchema,
  statistics: statisticsSchema.nullable(),
  bytes: bytesSchema,
  cost: costSchema,
  source: sourceSchema,
  /** The passes of the plan, in order; their durations are in passNs. Absent in records of older versions. */
  passes: z.array(passSchema).optional(),
  /** Absent in records of older versions. */
  timeline: timelineSchema.optional(),
  /** Absent where there is one way only. */
  shape: shapeSchema.optional(),
  peer: peerSchema.optional(),
};

export const caseRecordSchema = z.discriminatedUnion('status', [
  z.object({ ...identity, status: z.literal('ok'), reason: z.null(), ...measured }),
  z.object({ ...identity, status: z.literal('invalid'), reason: reasonSchema, ...measured }),
  z.object({
    ...identity,
    status: z.literal('wrong'),
    reason: reasonSchema,
    variant: z.string(),
    check: checkSchema,
    bytes: bytesSchema,
    cost: costSchema,
    source: sourceSchema,
    shape: shapeSchema.optional(),
    peer: peerSchema.optional(),
  }),
  z.object({
    ...identity,
    status: z.literal('skipped'),
    reason: z.object({ code: z.enum(['feature', 'limit', 'unsupported', 'memory']), message: z.string() }),
    /** What it would have held, where the plan could be made: how far past the limit it is. */
    bytes: bytesSchema.nullable(),
    cost: costSchema.nullable(),
  }),
  z.object({ ...identity, status: z.literal('failed'), reason: reasonSchema }),
  z.object({ ...identity, status: z.literal('timeout'), reason: reasonSchema }),
  z.object({ ...identity, status: z.literal('lost'), reason: reasonSchema }),
]);

export type RecordParams = z.infer<typeof paramsSchema>;
export type AdapterInfo = z.infer<typeof adapterSchema>;
export type Clock = z.infer<typeof clockSchema>;
export type RunHeader = z.infer<typeof runHeaderSchema>;
export type CaseRecord = z.infer<typeof caseRecordSchema>;
export type Status = CaseRecord['status'];
export type MeasuredRecord = Extract<CaseRecord, { status: 'ok' | 'invalid' }>;
export type Check = z.infer<typeof checkSchema>;
export type SampleStatistics = z.infer<typeof statisticsSchema>;
export type PassRecord = z.infer<typeof passSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type CostCounts = z.infer<typeof costSchema>;
export type ByteCounts = z.infer<typeof bytesSchema>;

/** A run as read from disk: its header, its cases in file order. */
export interface Run {
  readonly header: RunHeader;
  readonly cases: readonly CaseRecord[];
}

/** The series a case is judged by: GPU time, or wall time where the adapter has no timestamps. */
export function primarySamplesNs(record: MeasuredRecord): readonly number[] {
  return record.gpuNs.length > 0 ? record.gpuNs : record.wallNs;
}
