/** Synthetic records with passes. Every number here is made up; nothing was measured. */
import type { CaseRecord, CostCounts, Peaks, RecordParams, Run, Timeline } from '../../harness/record.ts';
import { header, okCase, params } from './records.ts';

export interface MadeUpPass {
  readonly name: string;
  readonly ns: number;
  readonly cost?: CostCounts;
}

/** Begins and ends one after the other, `gapNs` between them. */
function timelineOf(passes: readonly MadeUpPass[], gapNs: number): Timeline {
  let now = 3_000;
  const placed = passes.map(({ ns }) => {
    const beginNs = now;
    now += ns + gapNs;
    return { beginNs, endNs: beginNs + ns };
  });
  return {
    encodedNs: 1_000,
    submitNs: 1_500,
    submittedNs: 2_500,
    doneNs: now + 20_000,
    passes: placed,
    alignment: 'shared clock',
  };
}

/** A measured case whose samples are the passes' times, twenty of them within one percent. */
export function profiledCase(
  kernel: string,
  caseParams: RecordParams,
  passes: readonly MadeUpPass[],
  gapNs = 500,
): Extract<CaseRecord, { status: 'ok' }> {
  const record = okCase(kernel, caseParams);
  const scales = Array.from({ length: 20 }, (_, sample) => 1 + (sample - 9.5) / 1000);
  const totalNs = passes.reduce((sum, { ns }) => sum + ns, gapNs * (passes.length - 1));
  const times = (ns: number): number[] => scales.map((scale) => ns * scale);
  return {
    ...record,
    gpuNs: times(totalNs),
    passNs: Object.fromEntries(passes.map(({ name, ns }) => [name, times(ns)])),
    wallNs: scales.map((scale) => totalNs * scale + 30_000),
    encodeNs: times(1_000),
    submitNs: times(2_000),
    passes: passes.map(({ name, cost }) => ({
      name,
      shader: `${name}.wgsl`,
      hash: `${name}0123456789abcdef`,
      workgroups: 128,
      workgroupSize: [64, 1, 1],
      workgroupBytes: 1024,
      cost: cost ?? null,
    })),
    timeline: timelineOf(passes, gapNs),
  };
}

/** A machine that does 100 GFLOP/s, 1 Gexp/s, reads 10 GB/s and writes 5, three times that in its cache. */
export const peaks: Peaks = {
  flopsPerSecond: 100e9,
  bytesPerSecond: 10e9,
  ceilings: [
    { name: 'f32', unit: 'flop', perSecond: 100e9, by: 'made up' },
    { name: 'f16', unit: 'flop', perSecond: 200e9, by: 'made up' },
    { name: 'subgroupMatrix', unit: 'flop', perSecond: null, by: 'the adapter has none' },
    { name: 'exp', unit: 'exp', perSecond: 1e9, by: 'made up' },
    { name: 'readCold', unit: 'byte', perSecond: 10e9, by: 'made up' },
    { name: 'writeCold', unit: 'byte', perSecond: 5e9, by: 'made up' },
    { name: 'readWarm', unit: 'byte', perSecond: 30e9, by: 'made up' },
    { name: 'writeWarm', unit: 'byte', perSecond: 15e9, by: 'made up' },
  ],
  overheads: { submitNs: 20_000, passNs: 2_000, dispatchNs: 1_000 },
  measuredAt: '2026-01-02T03:04:05.000Z',
};

const cost = (flops: number, exps: number, bytesRead: number, bytesWritten: number): CostCounts => ({
  flops,
  exps,
  bytesRead,
  bytesWritten,
});

/** naive in three passes and flash in one, at two lengths. */
export function profiledRun(): Run {
  const cases = [256, 512].flatMap((n) => {
    const scale = (n / 256) ** 2;
    return [
      profiledCase('naive', params({ n }), [
        { name: 'scores', ns: 1_000_000 * scale, cost: cost(67e6 * scale, 0, 1e6 * scale, 2e6 * scale) },
        { name: 'softmax', ns: 1_000_000 * scale, cost: cost(0, 0.5e6 * scale, 2e6 * scale, 2e6 * scale) },
        { name: 'values', ns: 2_000_000 * scale, cost: cost(67e6 * scale, 0, 2e6 * scale, 0.5e6 * scale) },
      ]),
      profiledCase('flash', params({ n }), [
        { name: 'attention', ns: 1_500_000 * scale, cost: cost(134e6 * scale, 0.5e6 * scale, 1.5e6, 0.5e6) },
      ]),
    ];
  });
  const limits = { maxComputeInvocationsPerWorkgroup: 256, maxComputeWorkgroupStorageSize: 32_768 };
  const base = header();
  return {
    header: { ...base, adapter: { ...base.adapter, limits: { ...base.adapter.limits, ...limits } }, peaks },
    cases,
  };
}
