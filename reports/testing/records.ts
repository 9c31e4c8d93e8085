/** Builds synthetic runs for tests. Every number here is made up by formula; nothing was measured. */
import { ceilingNames, schemaName } from '../../harness/record.ts';
import type { CaseRecord, CeilingName, Peaks, RecordParams, Run, RunHeader } from '../../harness/record.ts';
import { seededRandom } from '../../harness/random.ts';

export function header(overrides: Partial<RunHeader> = {}): RunHeader {
  return {
    schema: schemaName,
    kind: 'run',
    runId: 'synthetic-1',
    suite: 'scaling',
    startedAt: '2026-01-02T03:04:05.000Z',
    plannedCases: [],
    secondsPerCase: null,
    shard: null,
    tool: { version: '0.1.0', commit: '0123456789abcdef' },
    host: {
      name: 'node',
      runtime: 'v20.19.0',
      webgpu: '0.6.2',
      os: 'synthetic',
      cpu: 'synthetic',
      cores: 2,
      memoryBytes: 2 ** 33,
    },
    adapter: {
      name: 'synthetic',
      vendor: 'synthetic',
      architecture: '',
      device: 'synthetic',
      description: 'an adapter that does not exist',
      software: false,
      features: ['timestamp-query'],
      limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
      subgroupMinSize: 4,
      subgroupMaxSize: 4,
    },
    flags: ['timestamp_quantization=off'],
    clock: { source: 'timestamp-query', tickNs: 1, overheadNs: 500, quantised: false, monotonic: true },
    compiler: { loopVariablesReinitialised: true },
    peaks: null,
    ...overrides,
  };
}

/** Peaks with these ceilings, and none of the others. */
export function peaksWith(
  values: Partial<Record<CeilingName, number>> & { readonly f32: number; readonly readCold: number },
): Peaks {
  return {
    flopsPerSecond: values.f32,
    bytesPerSecond: values.readCold,
    ceilings: ceilingNames.map((name) => ({
      name,
      unit: name === 'exp' ? 'exp' : /^(read|write|copy|workgroup)/.test(name) ? 'byte' : 'flop',
      perSecond: values[name] ?? null,
      by: values[name] === undefined ? 'the adapter has none' : 'made up',
    })),
    overheads: { submitNs: 1000, passNs: 2000, dispatchNs: 3000 },
    measuredAt: '2026-01-02T03:04:05.000Z',
  };
}

export function params(overrides: Partial<RecordParams> & { readonly n: number }): RecordParams {
  const heads = overrides.heads ?? 8;
  const d = overrides.d ?? 64;
  return {
    batch: 1,
    heads,
    kvHeads: heads,
    m: overrides.n,
    d,
    dv: d,
    precision: 'f32',
    causal: false,
    ...overrides,
  };
}

/** How a made-up kernel behaves. */
export interface Behaviour {
  readonly mechanism: string;
  /** t = floorNs + scaleNs n^exponent, times what heads and d add. */
  readonly exponent: number;
  readonly scaleNs: number;
  readonly floorNs: number;
  /** Bytes of scratch at n. */
  readonly scratch: (n: number) => number;
}

export const behaviours: Readonly<Record<string, Behaviour>> = {
  copy: { mechanism: 'copy', exponent: 1, scaleNs: 6, floorNs: 3e3, scratch: () => 0 },
  naive: { mechanism: 'sdpa', exponent: 2, scaleNs: 2.4, floorNs: 2e4, scratch: (n) => 32 * n * n },
  flash: { mechanism: 'sdpa', exponent: 2, scaleNs: 1.1, floorNs: 1e4, scratch: () => 0 },
  longformer: {
    mechanism: 'longformer',
    exponent: 1,
    scaleNs: 1100,
    floorNs: 2e4,
    scratch: (n) => 64 * n,
  },
  bigbird: { mechanism: 'bigbird', exponent: 1, scaleNs: 1500, floorNs: 2e4, scratch: (n) => 128 * n },
  performer: {
    mechanism: 'kernel_attention',
    exponent: 1,
    scaleNs: 700,
    floorNs: 3e4,
    scratch: (n) => 512 * n,
  },
  mamba: { mechanism: 's6', exponent: 1, scaleNs: 400, floorNs: 4e4, scratch: (n) => 1024 * n },
};

export interface CaseOptions {
  readonly suite?: string;
  readonly samples?: number;
  /** Relative standard deviation. */
  readonly noise?: number;
}

function identity(kernel: string, behaviour: Behaviour, caseParams: RecordParams, suite: string) {
  const { n, heads, d } = caseParams;
  const leading = ['n', 'heads', 'd', 'precision'];
  const defaults: Readonly<Record<string, unknown>> = {
    batch: 1,
    kvHeads: heads,
    m: n,
    dv: d,
    causal: false,
  };
  const words = leading.map((name) => `${name}=${caseParams[name]}`);
  const off = Object.entries(caseParams)
    .filter(([name, value]) => !leading.includes(name) && defaults[name] !== value)
    .map(([name, value]) => `${name}=${value}`);
  return {
    kind: 'case' as const,
    id: `${suite}/${kernel}:${[...words, ...off].join(',')}`,
    suite,
    kernel,
    mechanism: behaviour.mechanism,
    params: caseParams,
    session: 1,
  };
}

function bytesOf(behaviour: Behaviour, caseParams: RecordParams) {
  const width = caseParams.precision === 'f32' ? 4 : 2;
  const tensor = caseParams.batch * caseParams.heads * caseParams.n * caseParams.d * width;
  const scratch = behaviour.scratch(caseParams.n) * (caseParams.heads / 8);
  const [inputs, outputs] = [3 * tensor, tensor];
  return { inputs, outputs, scratch, peak: inputs + outputs + scratch, harness: 4096 };
}

function costOf(behaviour: Behaviour, caseParams: RecordParams) {
  const pairs = behaviour.exponent === 2 ? caseParams.n ** 2 : 256 * caseParams.n;
  const { inputs, outputs } = bytesOf(behaviour, caseParams);
  return {
    flops: 4 * caseParams.heads * pairs * caseParams.d,
    exps: caseParams.heads * pairs,
    bytesRead: inputs,
    bytesWritten: outputs,
  };
}

const nmseOf = { f32: 3e-13, f16: 4e-7, f16s: 9e-8 } as const;

export function behaviourOf(kernel: string): Behaviour {
  const behaviour = behaviours[kernel];
  if (behaviour === undefined) throw new Error(`no made-up kernel '${kernel}'`);
  return behaviour;
}

/** A measured case. The same arguments give the same samples. */
export function okCase(
  kernel: string,
  caseParams: RecordParams,
  options: CaseOptions = {},
): Extract<CaseRecord, { status: 'ok' }> {
  const behaviour = behaviourOf(kernel);
  const who = identity(kernel, behaviour, caseParams, options.suite ?? 'scaling');
  const random = seededRandom(who.id);
  const share = (caseParams.heads / 8) * (caseParams.d / 64) * (caseParams.precision === 'f16' ? 0.6 : 1);
  const truthNs =
    behaviour.floorNs +
    behaviour.scaleNs * share * caseParams.n ** behaviour.exponent * (caseParams.causal ? 0.55 : 1);
  const gpuNs = Array.from({ length: options.samples ?? 20 }, () =>
    Math.round(truthNs * Math.exp((options.noise ?? 0.02) * random.normal())),
  );
  return {
    ...who,
    status: 'ok',
    reason: null,
    variant: 'tiled',
    check: {
      nmse: nmseOf[caseParams.precision],
      maxAbs: Math.sqrt(nmseOf[caseParams.precision]),
      tolerance: 10 * nmseOf[caseParams.precision],
      rowsChecked: 64,
      rowsTotal: caseParams.n * caseParams.heads,
      exactness: 'exact',
      distanceToSoftmax: null,
    },
    gpuNs,
    passNs: { main: gpuNs },
    wallNs: gpuNs.map((ns) => ns + 60_000),
    encodeNs: [],
    cpuNs: [],
    compileNs: 2.1e6,
    firstDispatchNs: 4.2e6,
    repeats: 1,
    warmups: 2,
    dropped: 0,
    inputSets: 2,
    stop: { rule: 'ci', relativeHalfWidth: 0.01, seconds: 1 },
    statistics: null,
    bytes: bytesOf(behaviour, caseParams),
    cost: costOf(behaviour, caseParams),
    source: { hash: 'synthetic', passes: [`${kernel}.wgsl`] },
  };
}

export function skippedCase(
  kernel: string,
  caseParams: RecordParams,
  code: 'feature' | 'limit' | 'unsupported' | 'memory',
  message: string,
  options: CaseOptions = {},
): Extract<CaseRecord, { status: 'skipped' }> {
  const behaviour = behaviourOf(kernel);
  const planned = code === 'limit' || code === 'memory';
  return {
    ...identity(kernel, behaviour, caseParams, options.suite ?? 'scaling'),
    status: 'skipped',
    reason: { code, message },
    bytes: planned ? bytesOf(behaviour, caseParams) : null,
    cost: planned ? costOf(behaviour, caseParams) : null,
  };
}

export function brokenCase(
  kernel: string,
  caseParams: RecordParams,
  status: 'failed' | 'timeout' | 'lost',
  message: string,
  options: CaseOptions = {},
): CaseRecord {
  return {
    ...identity(kernel, behaviourOf(kernel), caseParams, options.suite ?? 'scaling'),
    status,
    reason: { code: status, message },
  };
}

export function wrongCase(kernel: string, caseParams: RecordParams, message: string): CaseRecord {
  const { kind, id, suite, mechanism, session, variant, check, bytes, cost, source } = okCase(
    kernel,
    caseParams,
  );
  const identityFields = { kind, id, suite, kernel, mechanism, session, params: caseParams };
  return {
    ...identityFields,
    status: 'wrong',
    reason: { code: 'nmse', message },
    variant,
    check: { ...check, nmse: 0.3 },
    bytes,
    cost,
    source,
  };
}

export function invalidCase(kernel: string, caseParams: RecordParams, message: string): CaseRecord {
  return {
    ...okCase(kernel, caseParams),
    status: 'invalid',
    reason: { code: 'faster than the roofline', message },
  };
}

/** A `scaling` run: every made-up kernel over n, naive stopped by the buffer limit, and one of each trouble. */
export function scalingRun(ns: readonly number[] = [128, 256, 512, 1024, 2048, 4096, 8192, 16384]): Run {
  const cases = Object.keys(behaviours).flatMap((kernel) =>
    ns.map((n): CaseRecord => {
      if (kernel === 'naive' && 32 * n * n > 2 ** 28) {
        return skippedCase(
          kernel,
          params({ n }),
          'limit',
          `scores needs ${32 * n * n} bytes and the adapter binds at most ${2 ** 27}`,
        );
      }
      if (kernel === 'bigbird' && n === 1024)
        return brokenCase(kernel, params({ n }), 'timeout', 'no answer in 20 s');
      if (kernel === 'mamba' && n === 256) return wrongCase(kernel, params({ n }), 'nmse 0.3 is over 3e-12');
      if (kernel === 'performer' && n === 128)
        return invalidCase(kernel, params({ n }), 'faster than the measured peak');
      return okCase(kernel, params({ n }));
    }),
  );
  return { header: header({ plannedCases: cases.map((record) => record.id) }), cases };
}

/** The text of a records file. */
export function journalText(run: Run): string {
  return [run.header, ...run.cases].map((line) => `${JSON.stringify(line)}\n`).join('');
}
