/** Many runs of many cases with all that real records hold. Every number is made up by formula; nothing was measured. */
import type { CaseRecord, MeasuredRecord, Run } from '../../harness/record.ts';
import { behaviours, header, okCase, params, peaksWith, skippedCase } from './records.ts';

const precisions = ['f32', 'f16', 'f16s'] as const;
const headCounts = [1, 2, 4, 8, 16, 32] as const;
const lengths = [128, 256, 512, 1024, 2048, 4096, 8192, 16384] as const;
const adapters = ['lavapipe', 'swiftshader', 'arc-a770', 'radeon-780m'] as const;

const times = (samples: readonly number[], share: number): number[] =>
  samples.map((ns) => Math.round(ns * share));

/** What a run of today writes of a case beside its times: each call's parts, its passes, one call drawn out. */
function whole(record: Extract<CaseRecord, { status: 'ok' }>): Extract<CaseRecord, { status: 'ok' }> {
  const { gpuNs, kernel, cost, source } = record;
  const [first] = gpuNs;
  const half = { flops: cost.flops / 2, exps: 0, bytesRead: cost.bytesRead, bytesWritten: cost.bytesWritten };
  const passOf = (name: string): NonNullable<MeasuredRecord['passes']>[number] => ({
    name,
    shader: `${kernel}.wgsl`,
    hash: `${source.hash}-${name}`.padEnd(64, '0'),
    workgroups: 128,
    workgroupSize: [64, 1, 1],
    workgroupBytes: 16_384,
    cost: half,
  });
  return {
    ...record,
    passNs: { scores: times(gpuNs, 0.6), values: times(gpuNs, 0.4) },
    encodeNs: times(gpuNs, 0.01),
    submitNs: times(gpuNs, 0.02),
    cpuNs: times(gpuNs, 1.9),
    statistics: {
      meanNs: first * 1.0123456789,
      standardDeviationNs: first * 0.0213456789,
      medianAbsoluteDeviationNs: first * 0.0143456789,
      minNs: first * 0.9543456789,
      p75Ns: first * 1.0143456789,
      p99Ns: first * 1.0443456789,
      maxNs: first * 1.0543456789,
    },
    passes: [passOf('scores'), passOf('values')],
    timeline: {
      encodedNs: 2_000,
      submitNs: 2_500,
      submittedNs: 4_500,
      doneNs: 8_000 + first,
      passes: [
        { beginNs: 5_000, endNs: 5_000 + 0.6 * first },
        { beginNs: 5_500 + 0.6 * first, endNs: 5_500 + first },
      ],
      alignment: 'shared clock',
    },
    source: { hash: kernel.padEnd(64, '0'), passes: [`${kernel}.wgsl`] },
  };
}

function caseOf(kernel: string, caseParams: ReturnType<typeof params>, samples: number): CaseRecord {
  const { n, heads } = caseParams;
  const bytes = 4 * n * n * heads;
  return kernel === 'naive' && bytes > 2 ** 31
    ? skippedCase(
        kernel,
        caseParams,
        'limit',
        `scores needs ${bytes} bytes and the adapter binds at most ${2 ** 31}`,
      )
    : whole(okCase(kernel, caseParams, { samples }));
}

/** One run of at most so many cases of all made-up kernels, over length, precision, heads and both maskings. */
export function largeRun(index: number, cases: number, samples = 30): Run {
  const all = Object.keys(behaviours).flatMap((kernel) =>
    precisions.flatMap((precision) =>
      headCounts.flatMap((heads) =>
        [false, true].flatMap((causal) =>
          lengths.map((n) => [kernel, params({ n, precision, heads, causal })] as const),
        ),
      ),
    ),
  );
  const records = all.slice(0, cases).map(([kernel, caseParams]) => caseOf(kernel, caseParams, samples));
  const base = header();
  const name = adapters[index % adapters.length];
  return {
    header: {
      ...base,
      runId: `run-${String(index + 1).padStart(2, '0')}`,
      startedAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
      adapter: { ...base.adapter, name, description: `${name}, an adapter that does not exist` },
      plannedCases: records.map(({ id }) => id),
      peaks: peaksWith({ f32: 60e12, readCold: 2e12, f16: 120e12 }),
    },
    cases: records,
  };
}
